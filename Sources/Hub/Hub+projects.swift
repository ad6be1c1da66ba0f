import HTTPServing
import HubProtocol
import HubStore
import JSON
import SyncModel

extension Hub {
  func describe(_ call: Call) throws -> HTTPResponse {
    .message(
      HubInfo(
        name: configuration.name, version: configuration.version,
        protocols: Wire.minimumVersion...Wire.version, limits: configuration.limits))
  }

  func whoAmI(_ call: Call) throws -> HTTPResponse {
    guard let token = call.token else { throw Refusal.noToken }
    return .message(
      WhoAmI(
        name: token.name, scopes: TokenScope.allCases.filter { $0 <= token.scope },
        project: token.project?.name, expires: token.expires))
  }

  func listProjects(_ call: Call) throws -> HTTPResponse {
    let bound = call.token?.project?.id
    let projects = try store.projects().filter { bound == nil || $0.id == bound }
    return .message(
      ProjectList(
        projects.map {
          ProjectInfo(
            name: $0.name, id: $0.id, revision: UInt64($0.revision), entries: Int($0.entries))
        }))
  }

  func createProject(_ call: Call) throws -> HTTPResponse {
    let name = try call.message(ProjectName.self).name
    return .message(
      Hub.info(try store.createProject(named: name, by: call.actor)), status: 201)
  }

  func showProject(_ call: Call) throws -> HTTPResponse {
    .message(Hub.info(try call.project))
  }

  func renameProject(_ call: Call) throws -> HTTPResponse {
    let name = try call.message(ProjectName.self).name
    return .message(
      Hub.info(try store.renameProject(try call.project, to: name, by: call.actor)))
  }

  func deleteProject(_ call: Call) throws -> HTTPResponse {
    let project = try call.project
    try store.deleteProject(project, by: call.actor)
    events.close(project.id)
    return .value(200, ["deleted": true])
  }

  private static func info(_ project: HubProject) -> ProjectInfo {
    ProjectInfo(
      name: project.name, id: project.id, revision: UInt64(project.revision),
      entries: Int(project.entries), treeDigest: project.treeDigest, created: project.created)
  }
}
