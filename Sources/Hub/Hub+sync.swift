import HTTPServing
import HubProtocol
import HubStore
import JSON
import SyncModel

extension Hub {
  func changes(_ call: Call) throws -> HTTPResponse {
    let project = try call.project
    let since = try call.number("since")
    let tag = Wire.entityTag(
      revision: UInt64(project.revision), treeDigest: project.treeDigest)
    let wanted = call.request.headers.all(Wire.Header.ifNoneMatch)
      .flatMap { $0.split(separator: ",").map { String($0.drop { $0 == " " }) } }
    if wanted.contains(where: { $0 == tag || $0 == "W/" + tag || $0 == "*" }) {
      if let since, since > UInt64(project.revision) { throw HubStoreError.historyGone }
      return HTTPResponse(
        status: 304, headers: [Wire.Header.entityTag: tag, Wire.Header.project: project.id])
    }
    var writer: ChangesFeedWriter?
    var head: ChangesFeed.Head?
    try store.changes(since: since, in: project) {
      head = $0
      writer = ChangesFeedWriter($0)
    } entry: {
      writer?.append($0)
    }
    guard let head, let bytes = writer?.finish() else { throw Refusal.noProject }
    return .json(
      200, bytes,
      headers: [
        Wire.Header.entityTag: Wire.entityTag(
          revision: head.revision, treeDigest: head.treeDigest),
        Wire.Header.project: project.id,
      ])
  }

  func commit(_ call: Call) throws -> HTTPResponse {
    let limits = configuration.limits
    let request = try call.request.body.withBytes {
      try CommitRequest.decode(
        $0, maximumChanges: limits.entries, maximumInline: limits.inlineContent)
    }
    guard !request.changes.isEmpty else { throw Refusal.malformed("a commit has changes") }
    return try finish(call) { try store.commit(request, author: call.actor, in: $0) }
  }

  func restore(_ call: Call) throws -> HTTPResponse {
    let wanted = try call.message(RestoreRequest.self)
    let project = try call.project
    let entry = try store.entry(at: wanted.path, revision: wanted.revision, in: project)
    let request = CommitRequest(
      id: wanted.commit, message: "restore \(wanted.path) from revision \(wanted.revision)",
      changes: [
        CommitRequest.Item(
          path: wanted.path, spelling: entry.spelling, expected: wanted.expected, new: entry.node,
          edited: nil)
      ])
    return try finish(call) { try store.commit(request, author: call.actor, in: $0) }
  }

  /// Commits, tells the subscribers, and answers.
  func finish(_ call: Call, _ commit: (HubProject) throws -> CommitResponse) throws
    -> HTTPResponse
  {
    let project = try call.project
    let response = try commit(project)
    if !response.isRepeated {
      events.publish(
        EventHub.revision(response.revision, response.treeDigest, author: call.actor),
        to: project.id)
    }
    return .message(response)
  }

  func subscribe(_ call: Call) throws -> HTTPResponse {
    let project = try call.project
    let last = try store.history(
      before: nil, limit: 1, path: nil, changesLimit: 0, in: project)
    let token = call.token?.id
    let source = events.subscribe(
      to: project.id,
      first: EventHub.revision(
        UInt64(project.revision), project.treeDigest, author: last.entries.first?.author)
    ) { [store] in
      // What cannot be looked up is not believed.
      (try? token.map { try store.isValid(tokenID: $0) } ?? false) ?? false
    }
    // A commit between the look at the head and the subscription would otherwise go untold.
    if let now = try store.project(id: project.id), now.revision > project.revision {
      source.send(EventHub.revision(UInt64(now.revision), now.treeDigest, author: nil))
    }
    return HTTPResponse(
      status: 200, headers: ["Content-Type": Wire.MediaType.events], body: .events(source))
  }
}
