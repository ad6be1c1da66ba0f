package import JSON
package import SyncModel

extension Node {
  /// The longest target of a link in bytes.
  package static let maximumTargetBytes = 4096

  /// Writes the node as the protocol has it.
  package func encode(to writer: inout JSONWriter) {
    writer.beginObject()
    writer.key("kind")
    switch self {
    case .file(let file):
      writer.value("file")
      writer.key("digest")
      writer.value(file.digest)
      writer.key("size")
      writer.value(file.size)
      if let isExecutable = file.isExecutable {
        writer.key("executable")
        writer.value(isExecutable)
      }
    case .link(let target):
      writer.value("link")
      writer.key("target")
      writer.value(target)
    }
    writer.endObject()
  }

  /// Writes the node, or `null` for none.
  package static func encode(_ node: Node?, to writer: inout JSONWriter) {
    if let node { node.encode(to: &writer) } else { writer.null() }
  }

  /// Reads a node of an untrusted peer, or `null`.
  ///
  /// Fails with a ``MessageError`` or a `JSONError`.
  package static func decodeOptional(from reader: inout JSONReader) throws -> Node? {
    try reader.nullIfPresent() ? nil : try decode(from: &reader)
  }

  /// Reads a node of an untrusted peer.
  ///
  /// Fails with a ``MessageError`` or a `JSONError`.
  package static func decode(from reader: inout JSONReader) throws -> Node {
    var isFile: Bool?
    var digest: Digest?
    var size: UInt64?
    var isExecutable: Bool?
    var target: String?
    try reader.beginObject()
    while let key = try reader.nextKey() {
      switch key {
      case "kind":
        let kind = try reader.text()
        if kind == "file" {
          isFile = true
        } else if kind == "link" {
          isFile = false
        } else {
          throw MessageError.invalid(field: "kind")
        }
      case "digest": digest = try reader.digest("digest")
      case "size": size = try reader.unsigned("size")
      case "executable": isExecutable = try reader.bool()
      case "target": target = try reader.string("target", atMost: maximumTargetBytes)
      default: try reader.skipValue()
      }
    }
    if try required(isFile, "kind") {
      return .file(
        File(
          digest: try required(digest, "digest"), size: try required(size, "size"),
          isExecutable: isExecutable))
    }
    let text = try required(target, "target")
    guard !text.isEmpty, !text.utf8.contains(0) else {
      throw MessageError.invalid(field: "target")
    }
    return .link(target: text)
  }
}
