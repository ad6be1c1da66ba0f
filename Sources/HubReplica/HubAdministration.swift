import HTTPClient
package import HubProtocol
import Replica
package import SyncModel

/// What a hub offers besides syncing: history, versions, projects.
///
/// Fails with a `ReplicaError` when the hub cannot be used, and with a `WireError` when it refuses
/// the one request.
package struct HubAdministration: Sendable {
  private let connection: HubConnection

  /// Uses a connection.
  package init(connection: HubConnection) {
    self.connection = connection
  }

  /// Asks what the hub is and what it takes.
  package func hub() async throws -> HubInfo {
    try await ask(HubInfo.self, .hub)
  }

  /// Asks whose token it is that the connection uses.
  package func whoami() async throws -> WhoAmI {
    try await ask(WhoAmI.self, .whoami)
  }

  /// Lists the projects that the token may see.
  package func projects() async throws -> [ProjectInfo] {
    try await ask(ProjectList.self, .projects).projects
  }

  /// Asks about one project.
  package func project(_ name: String) async throws -> ProjectInfo {
    try await ask(ProjectInfo.self, .project(name))
  }

  /// Creates a project; fails with `exists` if there is one of that name.
  package func createProject(_ name: String) async throws -> ProjectInfo {
    try await ask(ProjectInfo.self, .projects, method: "POST", body: ProjectName(name).json)
  }

  /// Gives a project another name.
  package func renameProject(_ name: String, to new: String) async throws -> ProjectInfo {
    try await ask(
      ProjectInfo.self, .project(name), method: "PATCH", body: ProjectName(new).json)
  }

  /// One page of a project's history, newest first.
  ///
  /// - Parameters:
  ///   - project: the project's name.
  ///   - before: only older revisions than this one.
  ///   - limit: the most commits of the page.
  ///   - path: only commits that changed this path.
  ///   - isFull: whether all changes of large commits are told.
  /// - Returns: the page; its revisions fall and lie below `before`, so that whoever asks on from
  ///   its last one comes to an end.
  /// - Throws: a `ReplicaError`, also for a page that does not fall, or a `WireError`.
  package func history(
    of project: String, before: UInt64? = nil, limit: Int = 100, path: SyncPath? = nil,
    isFull: Bool = false
  ) async throws -> HistoryPage {
    let page = try await ask(
      HistoryPage.self,
      .project(project).appending("history").query("before", before).query("limit", limit)
        .query("path", path?.key).query("full", isFull ? "1" : nil))
    var last = before
    for entry in page.entries {
      guard last.map({ entry.revision < $0 }) ?? true else {
        throw connection.notUnderstood("a history whose revisions do not fall")
      }
      last = entry.revision
    }
    return page
  }

  /// What stands at a path, now or at a revision.
  package func file(
    _ path: SyncPath, in project: String, at revision: UInt64? = nil
  ) async throws -> FeedEntry {
    try await ask(
      FeedEntry.self,
      .project(project).appending("files", path.key).query("revision", revision))
  }

  /// The versions of a path, newest first.
  package func versions(of path: SyncPath, in project: String) async throws -> [FeedEntry] {
    try await ask(
      FileVersions.self, .project(project).appending("files", path.key, "versions")
    ).versions
  }

  /// The difference of a path between two revisions.
  package func difference(
    of path: SyncPath, in project: String, from: UInt64, to: UInt64
  ) async throws -> FileDifference {
    try await ask(
      FileDifference.self,
      .project(project).appending("diff").query("path", path.key).query("from", from)
        .query("to", to))
  }

  /// Makes a path again what it was at a revision, as a commit.
  package func restore(
    _ request: RestoreRequest, in project: String
  ) async throws -> CommitResponse {
    try await ask(
      CommitResponse.self, .project(project).appending("restore"), method: "POST",
      body: request.json)
  }

  private func ask<Message: WireMessage>(
    _ type: Message.Type, _ path: APIPath, method: String = "GET", body: [UInt8]? = nil
  ) async throws -> Message {
    try await connection.blocking { [connection] cancellation in
      var request = HubRequest(method: method, path: path)
      request.body = body
      request.maximumAnswer = 256 << 20
      return try connection.message(type, request, cancellation)
    }
  }
}
