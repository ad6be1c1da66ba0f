package import JSON

/// How much of a large content a hub has received.
package struct UploadState: Hashable, Sendable {
  /// The bytes that are there, from the start.
  package var received: UInt64
  /// Whether the content is whole and verified.
  package var isComplete: Bool

  /// Describes an upload.
  package init(received: UInt64, isComplete: Bool) {
    self.received = received
    self.isComplete = isComplete
  }
}

extension UploadState: WireMessage {
  package func encode(to writer: inout JSONWriter) {
    writer.beginObject()
    writer.key("received")
    writer.value(received)
    writer.key("complete")
    writer.value(isComplete)
    writer.endObject()
  }

  package init(from reader: inout JSONReader) throws {
    var received: UInt64?
    var isComplete = false
    try reader.beginObject()
    while let key = try reader.nextKey() {
      switch key {
      case "received": received = try reader.unsigned("received")
      case "complete": isComplete = try reader.bool()
      default: try reader.skipValue()
      }
    }
    self.init(received: try required(received, "received"), isComplete: isComplete)
  }
}

/// How many contents of a pack a hub has now, whether they came with this pack or before.
package struct StoredContents: Hashable, Sendable {
  /// The number of contents.
  package var stored: Int

  /// Counts contents.
  package init(stored: Int) {
    self.stored = stored
  }
}

extension StoredContents: WireMessage {
  package func encode(to writer: inout JSONWriter) {
    writer.beginObject()
    writer.key("stored")
    writer.value(stored)
    writer.endObject()
  }

  package init(from reader: inout JSONReader) throws {
    var stored: Int?
    try reader.beginObject()
    while let key = try reader.nextKey() {
      switch key {
      case "stored": stored = try reader.count("stored")
      default: try reader.skipValue()
      }
    }
    self.init(stored: try required(stored, "stored"))
  }
}

/// The difference of two versions of a file.
package struct FileDifference: Hashable, Sendable {
  /// Whether the contents are not text, so that there is no patch.
  package var isBinary: Bool
  /// A unified diff.
  package var patch: String
  /// Lines that were added.
  package var insertions: Int
  /// Lines that were removed.
  package var deletions: Int

  /// Describes a difference.
  package init(isBinary: Bool, patch: String, insertions: Int, deletions: Int) {
    self.isBinary = isBinary
    self.patch = patch
    self.insertions = insertions
    self.deletions = deletions
  }
}

extension FileDifference: WireMessage {
  package func encode(to writer: inout JSONWriter) {
    writer.beginObject()
    writer.key("binary")
    writer.value(isBinary)
    writer.key("patch")
    writer.value(patch)
    writer.key("insertions")
    writer.value(insertions)
    writer.key("deletions")
    writer.value(deletions)
    writer.endObject()
  }

  package init(from reader: inout JSONReader) throws {
    var isBinary: Bool?
    var patch = ""
    var insertions = 0
    var deletions = 0
    try reader.beginObject()
    while let key = try reader.nextKey() {
      switch key {
      case "binary": isBinary = try reader.bool()
      case "patch": patch = try reader.nullIfPresent() ? "" : try reader.string()
      case "insertions": insertions = try reader.count("insertions")
      case "deletions": deletions = try reader.count("deletions")
      default: try reader.skipValue()
      }
    }
    self.init(
      isBinary: try required(isBinary, "binary"), patch: patch, insertions: insertions,
      deletions: deletions)
  }
}
