import HTTPClient
import JSON
import Replica

extension MageConnection {
  /// Asks the server what it is, and tells its clock.
  ///
  /// The one question that needs no sign-in.
  func status(_ cancellation: CancellationFlag) throws -> (facts: JSONValue, time: Int64?) {
    let answer: MageAnswer
    do {
      answer = try send(MageRequest(path: "/api/status"), cancellation)
    } catch let refusal as MageRefusal {
      throw notUnderstood("it refuses to say what it is (\(refusal.code))")
    }
    guard let facts = answer.body?["statuses"]?[0], case .object = facts else {
      throw notUnderstood("it says nothing about a project")
    }
    return (facts, answer.time)
  }

  /// Asks which project the server has, and tells the server's clock.
  func project(_ cancellation: CancellationFlag) throws -> (project: MageProject, time: Int64?) {
    let (facts, time) = try status(cancellation)
    return (try project(in: facts), time)
  }

  /// The project that a server says it has.
  func project(in status: JSONValue) throws -> MageProject {
    guard let root = status["repo_path"]?.stringValue, root.hasPrefix("/"),
      let name = status["repo_path_relative"]?.stringValue
        ?? root.split(separator: "/").last
        .map(String.init),
      !name.isEmpty, !name.contains("/"), name != ".", name != ".."
    else { throw notUnderstood("it says nothing about a project") }
    guard let id = status["project_uuid"]?.stringValue, !id.isEmpty else {
      throw notUnderstood("its project has no project_uuid, by which it could be recognized")
    }
    return MageProject(id: "\(id)@\(address)", name: name, root: root)
  }
}
