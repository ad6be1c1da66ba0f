package import JSON
package import SyncModel

/// Versions of one path, newest first.
package struct FileVersions: Hashable, Sendable {
  /// The versions; one without a node is a deletion.
  package var versions: [FeedEntry]

  /// Lists versions.
  package init(_ versions: [FeedEntry]) {
    self.versions = versions
  }
}

extension FileVersions: WireMessage {
  package func encode(to writer: inout JSONWriter) {
    writer.beginObject()
    writer.key("versions")
    writer.array(versions) { $1.encode(to: &$0) }
    writer.endObject()
  }

  package init(from reader: inout JSONReader) throws {
    var versions: [FeedEntry]?
    try reader.beginObject()
    while let key = try reader.nextKey() {
      switch key {
      case "versions":
        versions = try reader.array("versions", atMost: 10_000_000) {
          try FeedEntry(from: &$0)
        }
      default: try reader.skipValue()
      }
    }
    self.init(try required(versions, "versions"))
  }
}

/// Entries of a tree at one revision, sorted by path.
package struct TreePage: Hashable, Sendable {
  /// The revision.
  package var revision: UInt64
  /// The entries.
  package var entries: [FeedEntry]
  /// Whether more follow after the last of them.
  package var hasMore: Bool

  /// Describes a part of a tree.
  package init(revision: UInt64, entries: [FeedEntry], hasMore: Bool) {
    self.revision = revision
    self.entries = entries
    self.hasMore = hasMore
  }
}

extension TreePage: WireMessage {
  package func encode(to writer: inout JSONWriter) {
    writer.beginObject()
    writer.key("revision")
    writer.value(revision)
    writer.key("entries")
    writer.array(entries) { $1.encode(to: &$0) }
    writer.key("more")
    writer.value(hasMore)
    writer.endObject()
  }

  package init(from reader: inout JSONReader) throws {
    var revision: UInt64?
    var entries: [FeedEntry]?
    var hasMore: Bool?
    try reader.beginObject()
    while let key = try reader.nextKey() {
      switch key {
      case "revision": revision = try reader.unsigned("revision")
      case "entries":
        entries = try reader.array("entries", atMost: 10_000_000) { try FeedEntry(from: &$0) }
      case "more": hasMore = try reader.bool()
      default: try reader.skipValue()
      }
    }
    self.init(
      revision: try required(revision, "revision"), entries: try required(entries, "entries"),
      hasMore: try required(hasMore, "more"))
    for (left, right) in zip(self.entries, self.entries.dropFirst())
    where !(left.path < right.path) {
      throw MessageError.unsorted(right.path.key)
    }
  }
}

/// Asks for a path to become again what it was at a revision.
package struct RestoreRequest: Hashable, Sendable {
  /// The path.
  package var path: SyncPath
  /// The revision whose node comes back.
  package var revision: UInt64
  /// Names the commit.
  package var commit: String
  /// What the head must hold at the path.
  package var expected: Node?

  /// Asks for a path to become again what it was.
  package init(path: SyncPath, revision: UInt64, commit: String, expected: Node?) {
    self.path = path
    self.revision = revision
    self.commit = commit
    self.expected = expected
  }
}

extension RestoreRequest: WireMessage {
  package func encode(to writer: inout JSONWriter) {
    writer.beginObject()
    writer.key("path")
    writer.value(path.key)
    writer.key("revision")
    writer.value(revision)
    writer.key("commit")
    writer.value(commit)
    writer.key("expected")
    Node.encode(expected, to: &writer)
    writer.endObject()
  }

  package init(from reader: inout JSONReader) throws {
    var path: SyncPath?
    var revision: UInt64?
    var commit: String?
    var expected: Node??
    try reader.beginObject()
    while let key = try reader.nextKey() {
      switch key {
      case "path": path = try reader.path()
      case "revision": revision = try reader.unsigned("revision")
      case "commit": commit = try reader.string("commit", atMost: CommitRequest.maximumIDBytes)
      case "expected": expected = .some(try Node.decodeOptional(from: &reader))
      default: try reader.skipValue()
      }
    }
    guard let expected else { throw MessageError.missing(field: "expected") }
    self.init(
      path: try required(path, "path"), revision: try required(revision, "revision"),
      commit: try required(commit, "commit"), expected: expected)
    guard !self.commit.isEmpty, self.commit.utf8.allSatisfy({ 0x21...0x7E ~= $0 }) else {
      throw MessageError.invalid(field: "commit")
    }
  }
}
