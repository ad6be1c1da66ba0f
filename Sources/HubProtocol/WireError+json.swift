package import JSON
import SyncModel

extension WireError: WireMessage {
  /// The most paths, moves or digests that one answer may name.
  private static let maximumItems = 1_000_000

  package func encode(to writer: inout JSONWriter) {
    writer.beginObject()
    writer.key("error")
    writer.beginObject()
    writer.key("code")
    writer.value(code.word)
    writer.key("message")
    writer.value(message)
    if !paths.isEmpty {
      writer.key("paths")
      writer.array(paths) { $0.value($1) }
    }
    if !moved.isEmpty {
      writer.key("moved")
      writer.array(moved) { writer, item in
        writer.beginObject()
        writer.key("path")
        writer.value(item.path.key)
        writer.key("found")
        Node.encode(item.found, to: &writer)
        writer.endObject()
      }
    }
    if !digests.isEmpty {
      writer.key("digests")
      writer.array(digests) { $0.value($1) }
    }
    if let limit {
      writer.key("limit")
      writer.value(limit)
    }
    if let received {
      writer.key("received")
      writer.value(received)
    }
    if let versions {
      writer.key("minimum")
      writer.value(versions.lowerBound)
      writer.key("maximum")
      writer.value(versions.upperBound)
    }
    writer.endObject()
    writer.endObject()
  }

  package init(from reader: inout JSONReader) throws {
    var fields = Fields()
    var isError = false
    try reader.beginObject()
    while let key = try reader.nextKey() {
      if key == "error" {
        isError = true
        try reader.beginObject()
        while let key = try reader.nextKey() { try fields.read(key, from: &reader) }
      } else {
        // Facts may stand beside the error as well as in it.
        try fields.read(key, from: &reader)
      }
    }
    guard isError else { throw MessageError.missing(field: "error") }
    self.init(
      Code(word: try required(fields.code, "code")), message: fields.message ?? "",
      paths: fields.paths, moved: fields.moved, digests: fields.digests, limit: fields.limit,
      received: fields.received, versions: fields.versions)
  }

  /// What has been read of an error so far.
  private struct Fields {
    var code: String?
    var message: String?
    var paths: [String] = []
    var moved: [Moved] = []
    var digests: [Digest] = []
    var limit: UInt64?
    var received: UInt64?
    var minimum: Int?
    var maximum: Int?

    var versions: ClosedRange<Int>? {
      guard let minimum, let maximum, minimum <= maximum else { return nil }
      return minimum...maximum
    }

    mutating func read(_ key: JSONText, from reader: inout JSONReader) throws {
      switch key {
      case "code": code = try reader.string("code", atMost: 64)
      case "message": message = try reader.string("message", atMost: 64 << 10)
      case "paths":
        paths = try reader.array("paths", atMost: maximumItems) { try $0.string() }
      case "moved":
        moved = try reader.array("moved", atMost: maximumItems) { try Moved(from: &$0) }
      case "digests":
        digests = try reader.array("digests", atMost: maximumItems) {
          try $0.digest("digests")
        }
      case "limit": limit = try reader.nullIfPresent() ? nil : try reader.unsigned("limit")
      case "received": received = try reader.unsigned("received")
      case "minimum": minimum = try reader.count("minimum")
      case "maximum": maximum = try reader.count("maximum")
      default: try reader.skipValue()
      }
    }
  }
}

extension WireError.Moved {
  /// Reads one path that moved.
  init(from reader: inout JSONReader) throws {
    var path: SyncPath?
    var found: Node??
    try reader.beginObject()
    while let key = try reader.nextKey() {
      switch key {
      case "path": path = try reader.path()
      case "found": found = .some(try Node.decodeOptional(from: &reader))
      default: try reader.skipValue()
      }
    }
    guard let found else { throw MessageError.missing(field: "found") }
    self.init(path: try required(path, "path"), found: found)
  }
}
