import Git
import HTTPServing
import HubProtocol
import HubStore
import JSON
import SyncModel

extension Hub {
  /// The largest side of a difference in bytes.
  private static let largestDifference = 4 << 20

  func history(_ call: Call) throws -> HTTPResponse {
    let path = try call.request.query("path").map { try Call.path($0) }
    let isFull = call.request.query("full") == "1"
    return .message(
      try store.history(
        before: try call.number("before"), limit: try call.limit(default: 100, atMost: 1000),
        path: path, changesLimit: isFull ? .max : Wire.historyChanges, in: try call.project))
  }

  func tree(_ call: Call) throws -> HTTPResponse {
    var folder: SyncPath?
    if let prefix = call.request.query("prefix"), !prefix.isEmpty {
      guard prefix.hasSuffix("/") else { throw Refusal.malformed("prefix ends with a slash") }
      folder = try Call.path(String(prefix.dropLast()))
    }
    return .message(
      try store.tree(
        revision: try call.number("revision"), below: folder,
        after: try call.request.query("after").map { try Call.path($0) },
        limit: try call.limit(default: 1000, atMost: 10_000), in: try call.project))
  }

  func file(_ call: Call) throws -> HTTPResponse {
    .message(
      try store.entry(
        at: try call.path(), revision: try call.number("revision"), in: try call.project))
  }

  func versions(_ call: Call) throws -> HTTPResponse {
    .message(FileVersions(try store.versions(of: try call.path(), in: try call.project)))
  }

  func difference(_ call: Call) throws -> HTTPResponse {
    guard let text = call.request.query("path") else { throw Refusal.malformed("path is missing") }
    let path = try Call.path(text)
    let project = try call.project
    let old = try side(path, try call.requiredNumber("from"), project)
    let new = try side(path, try call.requiredNumber("to"), project)
    if old == nil && new == nil { throw HubStoreError.noSuchPath }
    if Git.isBinary(old ?? []) || Git.isBinary(new ?? []) {
      return .message(FileDifference(isBinary: true, patch: "", insertions: 0, deletions: 0))
    }
    let diff = try Diff.unified(
      old: old ?? [], new: new ?? [], oldName: old == nil ? nil : path.key,
      newName: new == nil ? nil : path.key)
    return .message(
      FileDifference(
        isBinary: false, patch: String(decoding: diff.patch(), as: UTF8.self),
        insertions: diff.insertions, deletions: diff.deletions))
  }

  /// The bytes of a path at a revision: a link's are its target; nothing where it was absent.
  private func side(_ path: SyncPath, _ revision: UInt64, _ project: HubProject) throws
    -> [UInt8]?
  {
    let entry: FeedEntry
    do {
      entry = try store.entry(at: path, revision: revision, in: project)
    } catch HubStoreError.noSuchPath {
      return nil
    }
    switch entry.node {
    case nil: return nil
    case .link(let target)?: return Array(target.utf8)
    case .file(let file)?:
      return try store.content(file.digest, in: project).bytes(limit: Hub.largestDifference)
    }
  }
}
