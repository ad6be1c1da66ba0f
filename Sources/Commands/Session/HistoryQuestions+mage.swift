import HubProtocol
import MageReplica
import Replica
import SyncModel

/// What Mage's versions of single files answer of a history.
extension ProjectSession {
  /// What Mage shows at a path, now or in one of its versions; nothing where it shows none.
  func mageEntry(
    _ mage: MageReplica, at path: SyncPath, version: UInt64?
  ) async throws -> FeedEntry? {
    guard let entry = try await mage.file(at: path, version: version) else { return nil }
    guard let node = entry.node else {
      throw CommandFailure(
        .partial, "content_not_carried",
        "'\(path)' is no text that Mage hands out whole on the remote.",
        hint: "it must be UTF-8 with one kind of line end; mend it in Mage")
    }
    return FeedEntry(
      path: path, spelling: entry.spelling, node: node, modified: entry.modified, author: nil,
      revision: version ?? 0)
  }

  /// Calls a closure with every version that Mage kept of a file, newest first.
  func eachVersion(
    _ mage: MageReplica, of path: SyncPath?, _ body: (HistoryEntry) throws -> Bool
  ) async throws {
    guard let path else {
      throw CommandFailure(
        .usage, "no_history", "Mage keeps versions of single files, and no history of a project.",
        hint: "name a file: 'syncline log PATH'")
    }
    let versions = try await mage.versions(of: path)
    func node(_ index: Int) async throws -> Node? {
      guard versions.indices.contains(index) else { return nil }
      return try await mage.file(at: path, version: versions[index])?.node
    }
    var after = try await node(0)
    for (index, version) in versions.enumerated() {
      try Task.checkCancellation()
      let before = try await node(index + 1)
      let entry = HistoryEntry(
        revision: version, time: Timestamp(seconds: Int64(clamping: version)), author: "mage",
        message: nil, commit: "",
        changes: [HistoryEntry.Item(path: path, before: before, after: after)])
      guard try body(entry) else { return }
      after = before
    }
  }
}
