import JSON

/// Writes a changes feed piece by piece, so that it need not be held whole.
package struct ChangesFeedWriter: Sendable {
  private var writer: JSONWriter
  private var count = 0

  /// Begins a feed.
  package init(_ head: ChangesFeed.Head) {
    var writer = JSONWriter()
    writer.beginObject()
    writer.key("project")
    writer.value(head.project)
    writer.key("id")
    writer.value(head.id)
    writer.key("revision")
    writer.value(head.revision)
    writer.key("since")
    if let since = head.since { writer.value(since) } else { writer.null() }
    writer.key("tree_digest")
    writer.value(head.treeDigest.hex)
    writer.key("complete")
    writer.value(true)
    writer.key("entries")
    writer.beginArray()
    self.writer = writer
  }

  /// How many bytes wait to be taken.
  package var pending: Int { writer.bytes.count }

  /// Writes the next entry; they come in the order of their paths.
  package mutating func append(_ entry: FeedEntry) {
    entry.encode(to: &writer)
    count += 1
  }

  /// Takes what was written since it was last taken.
  package mutating func take() -> [UInt8] {
    let bytes = writer.bytes
    writer.bytes = []
    return bytes
  }

  /// Ends the feed with the number of its entries and returns what was not taken yet.
  package mutating func finish() -> [UInt8] {
    writer.endArray()
    writer.key("count")
    writer.value(count)
    writer.endObject()
    return take()
  }
}

extension ChangesFeed {
  /// The feed as a JSON document.
  package var json: [UInt8] {
    var writer = ChangesFeedWriter(head)
    for entry in entries { writer.append(entry) }
    return writer.finish()
  }
}
