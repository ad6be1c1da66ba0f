import JSON
import SyncModel

/// What differs between a revision and the head of a project, or the head's whole tree.
package struct ChangesFeed: Hashable, Sendable {
  /// What stands before the entries.
  package struct Head: Hashable, Sendable {
    /// The project's name.
    package var project: String
    /// The project's id: unique, never reused.
    package var id: String
    /// The revision of the head.
    package var revision: UInt64
    /// The revision from which on changes are told; nothing for the whole tree.
    package var since: UInt64?
    /// The digest of the head's whole tree.
    package var treeDigest: TreeDigest

    /// Describes a feed.
    package init(
      project: String, id: String, revision: UInt64, since: UInt64?, treeDigest: TreeDigest
    ) {
      self.project = project
      self.id = id
      self.revision = revision
      self.since = since
      self.treeDigest = treeDigest
    }
  }

  /// What stands before the entries.
  package var head: Head
  /// The entries, sorted by path, each path once.
  package var entries: [FeedEntry]

  /// Describes a feed with its entries.
  package init(head: Head, entries: [FeedEntry]) {
    self.head = head
    self.entries = entries
  }

  /// Reads a feed of an untrusted peer.
  ///
  /// Refuses one that was cut, is not sorted, names a path that no tree may hold, or shows a
  /// missing node where the whole tree was asked for.
  package static func decode(
    _ bytes: UnsafeRawBufferPointer, maximumEntries: Int = 10_000_000
  ) throws(MessageError) -> ChangesFeed {
    try decodeDocument(bytes, limits: JSONLimits(depth: 16, bytes: 4 << 30)) {
      try ChangesFeed(from: &$0, maximumEntries: maximumEntries)
    }
  }

  /// Reads a feed of an untrusted peer.
  package static func decode(
    _ bytes: [UInt8], maximumEntries: Int = 10_000_000
  ) throws(MessageError) -> ChangesFeed {
    try decodeDocument(bytes, limits: JSONLimits(depth: 16, bytes: 4 << 30)) {
      try ChangesFeed(from: &$0, maximumEntries: maximumEntries)
    }
  }

  private init(from reader: inout JSONReader, maximumEntries: Int) throws {
    var project: String?
    var id: String?
    var revision: UInt64?
    var since: UInt64?
    var treeDigest: TreeDigest?
    var isComplete: Bool?
    var entries: [FeedEntry]?
    var count: Int?
    try reader.beginObject()
    while let key = try reader.nextKey() {
      switch key {
      case "project": project = try reader.string("project", atMost: 1024)
      case "id": id = try reader.string("id", atMost: 256)
      case "revision": revision = try reader.unsigned("revision")
      case "since": since = try reader.nullIfPresent() ? nil : try reader.unsigned("since")
      case "tree_digest":
        treeDigest = TreeDigest(hex: try reader.string("tree_digest", atMost: 64))
        if treeDigest == nil { throw MessageError.invalid(field: "tree_digest") }
      case "complete": isComplete = try reader.bool()
      case "entries":
        guard entries == nil else { throw MessageError.repeated(field: "entries") }
        entries = try Self.entries(from: &reader, atMost: maximumEntries)
      case "count":
        // Only a count that follows the entries shows that none of them was cut off.
        guard entries != nil else { throw MessageError.incomplete }
        count = try reader.count("count")
      default: try reader.skipValue()
      }
    }
    let list = try required(entries, "entries")
    guard try required(isComplete, "complete"), try required(count, "count") == list.count else {
      throw MessageError.incomplete
    }
    head = Head(
      project: try required(project, "project"), id: try required(id, "id"),
      revision: try required(revision, "revision"), since: since,
      treeDigest: try required(treeDigest, "tree_digest"))
    guard !head.id.isEmpty else { throw MessageError.invalid(field: "id") }
    if let since, since > head.revision { throw MessageError.invalid(field: "since") }
    if since == nil, list.contains(where: { $0.node == nil }) {
      throw MessageError.invalid(field: "node")
    }
    self.entries = list
  }

  private static func entries(
    from reader: inout JSONReader, atMost limit: Int
  ) throws -> [FeedEntry] {
    var memory = FeedMemory()
    var entries: [FeedEntry] = []
    try reader.beginArray()
    while try reader.nextElement() {
      guard entries.count < limit else {
        throw MessageError.tooMany(field: "entries", limit: limit)
      }
      let entry = try FeedEntry(from: &reader, memory: &memory)
      if let last = entries.last, !(last.path < entry.path) {
        throw MessageError.unsorted(entry.path.key)
      }
      entries.append(entry)
    }
    return entries
  }
}
