package import JSON
package import SyncModel

/// One commit in a project's history.
package struct HistoryEntry: Hashable, Sendable {
  /// What a commit did at one path.
  package struct Item: Hashable, Sendable {
    /// The path.
    package var path: SyncPath
    /// The hub's word for the kind of change.
    package var change: String
    /// What was there.
    package var before: Node?
    /// What is there since.
    package var after: Node?

    /// Describes what a commit did at a path.
    package init(path: SyncPath, before: Node?, after: Node?) {
      self.path = path
      self.before = before
      self.after = after
      change =
        switch (before, after) {
        case (nil, _): "added"
        case (_, nil): "deleted"
        case (.file(let old)?, .file(let new)?): old.digest == new.digest ? "mode" : "modified"
        case (.link?, .link?): "modified"
        case (.file?, .link?), (.link?, .file?): "kind"
        }
    }
  }

  /// The revision that the commit made.
  package var revision: UInt64
  /// When it was made.
  package var time: Timestamp
  /// Who made it.
  package var author: String
  /// What was said about it.
  package var message: String?
  /// The id that the client gave it.
  package var commit: String
  /// What it did.
  package var changes: [Item]
  /// How many more changes it made than are listed.
  package var changesOmitted: Int

  /// Describes a commit.
  package init(
    revision: UInt64, time: Timestamp, author: String, message: String?, commit: String,
    changes: [Item], changesOmitted: Int = 0
  ) {
    self.revision = revision
    self.time = time
    self.author = author
    self.message = message
    self.commit = commit
    self.changes = changes
    self.changesOmitted = changesOmitted
  }
}

extension HistoryEntry: WireMessage {
  package func encode(to writer: inout JSONWriter) {
    writer.beginObject()
    writer.key("revision")
    writer.value(revision)
    writer.key("time")
    writer.value(time)
    writer.key("author")
    writer.value(author)
    writer.key("message")
    writer.value(message)
    writer.key("commit")
    writer.value(commit)
    writer.key("changes")
    writer.array(changes) { $1.encode(to: &$0) }
    if changesOmitted > 0 {
      writer.key("changes_omitted")
      writer.value(changesOmitted)
    }
    writer.endObject()
  }

  package init(from reader: inout JSONReader) throws {
    var revision: UInt64?
    var time: Timestamp?
    var author: String?
    var message: String?
    var commit: String?
    var changes: [Item]?
    var omitted = 0
    try reader.beginObject()
    while let key = try reader.nextKey() {
      switch key {
      case "revision": revision = try reader.unsigned("revision")
      case "time": time = try reader.time("time")
      case "author": author = try reader.string("author", atMost: 256)
      case "message":
        message = try reader.optionalString(
          "message", atMost: CommitRequest.maximumMessageBytes)
      case "commit": commit = try reader.optionalString("commit", atMost: 256)
      case "changes":
        changes = try reader.array("changes", atMost: 10_000_000) { try Item(from: &$0) }
      case "changes_omitted": omitted = try reader.count("changes_omitted")
      default: try reader.skipValue()
      }
    }
    self.init(
      revision: try required(revision, "revision"), time: try required(time, "time"),
      author: try required(author, "author"), message: message, commit: commit ?? "",
      changes: try required(changes, "changes"), changesOmitted: omitted)
  }
}

extension HistoryEntry.Item: WireMessage {
  package func encode(to writer: inout JSONWriter) {
    writer.beginObject()
    writer.key("path")
    writer.value(path.key)
    writer.key("change")
    writer.value(change)
    writer.key("before")
    Node.encode(before, to: &writer)
    writer.key("after")
    Node.encode(after, to: &writer)
    writer.endObject()
  }

  package init(from reader: inout JSONReader) throws {
    var path: SyncPath?
    var change: String?
    var before: Node?
    var after: Node?
    try reader.beginObject()
    while let key = try reader.nextKey() {
      switch key {
      case "path": path = try reader.path()
      case "change": change = try reader.string("change", atMost: 64)
      case "before": before = try Node.decodeOptional(from: &reader)
      case "after": after = try Node.decodeOptional(from: &reader)
      default: try reader.skipValue()
      }
    }
    self.init(path: try required(path, "path"), before: before, after: after)
    if let change { self.change = change }
  }
}

/// One page of a project's history, newest first.
package struct HistoryPage: Hashable, Sendable {
  /// The commits, newest first.
  package var entries: [HistoryEntry]
  /// Whether there are older ones.
  package var hasMore: Bool

  /// Describes a page.
  package init(entries: [HistoryEntry], hasMore: Bool) {
    self.entries = entries
    self.hasMore = hasMore
  }
}

extension HistoryPage: WireMessage {
  package func encode(to writer: inout JSONWriter) {
    writer.beginObject()
    writer.key("entries")
    writer.array(entries) { $1.encode(to: &$0) }
    writer.key("more")
    writer.value(hasMore)
    writer.endObject()
  }

  package init(from reader: inout JSONReader) throws {
    var entries: [HistoryEntry]?
    var hasMore: Bool?
    try reader.beginObject()
    while let key = try reader.nextKey() {
      switch key {
      case "entries":
        entries = try reader.array("entries", atMost: 1_000_000) { try HistoryEntry(from: &$0) }
      case "more": hasMore = try reader.bool()
      default: try reader.skipValue()
      }
    }
    self.init(entries: try required(entries, "entries"), hasMore: try required(hasMore, "more"))
  }
}
