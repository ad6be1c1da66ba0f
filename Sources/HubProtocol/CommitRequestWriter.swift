import JSON

/// Writes a commit change by change, so that the changes need not be held as a list of their own.
package struct CommitRequestWriter: Sendable {
  private var writer: JSONWriter

  /// Begins a commit of about so many changes.
  package init(id: String, message: String?, count: Int) {
    writer = JSONWriter()
    writer.bytes.reserveCapacity(128 + count * 256)
    writer.beginObject()
    writer.key("commit")
    writer.value(id)
    writer.key("message")
    writer.value(message)
    writer.key("changes")
    writer.beginArray()
  }

  /// Writes the next change.
  package mutating func append(_ item: CommitRequest.Item) {
    item.encode(to: &writer)
  }

  /// Ends the commit and returns the document.
  package mutating func finish() -> [UInt8] {
    writer.endArray()
    writer.endObject()
    defer { writer.bytes = [] }
    return writer.bytes
  }
}
