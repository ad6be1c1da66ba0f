import Platform
package import ProjectState
package import Replica
package import SyncModel

/// Reads single contents into memory, for merges, diffs and `show`.
package struct ContentPeek: Sendable {
  /// The longest content in bytes that is taken into memory.
  package static let maximumBytes = 64 << 20

  let local: any Replica
  let remote: any Replica
  let objects: ObjectStore?

  /// Makes a reader over both sides and the store of base contents.
  package init(local: any Replica, remote: any Replica, objects: ObjectStore?) {
    self.local = local
    self.remote = remote
    self.objects = objects
  }

  /// Reads what a side shows; nothing when it shows no file, or the content cannot be had now.
  package func content(of entry: TreeEntry?, on side: Side) async throws -> [UInt8]? {
    guard let entry, case .file(let file)? = entry.node else { return nil }
    let wanted = WantedContent(
      path: entry.path, spelling: entry.spelling, digest: file.digest, size: file.size)
    return try await content(wanted, from: side == .local ? local : remote)
  }

  /// Reads what both sides agreed on: from the folder's own store, else from the remote's history.
  package func base(_ row: BaseRow?) async throws -> [UInt8]? {
    guard let row, case .file(let file) = row.node else { return nil }
    if let kept = objects?.content(of: file.digest, size: file.size) { return kept }
    guard remote.capabilities.keepsHistory else { return nil }
    let wanted = WantedContent(path: row.path, digest: file.digest, size: file.size)
    return try await content(wanted, from: remote)
  }

  private func content(_ wanted: WantedContent, from replica: any Replica) async throws -> [UInt8]?
  {
    guard wanted.size <= UInt64(ContentPeek.maximumBytes) else { return nil }
    let sink = MemorySink()
    let missing = try await replica.read([wanted], into: sink)
    guard missing.isEmpty else { return nil }
    return sink.contents[wanted.digest]
  }
}
