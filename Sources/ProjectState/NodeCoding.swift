package import SyncModel

/// Nodes as they are stored in a database.
package enum NodeCoding {
  /// Appends a node to a buffer: a tag, then size and digest, or the link's target.
  package static func append(_ node: Node, to bytes: inout [UInt8]) {
    bytes.append(NodeTag(of: node).rawValue)
    switch node {
    case .file(let file):
      withUnsafeBytes(of: file.size.littleEndian) { bytes.append(contentsOf: $0) }
      file.digest.withBytes { bytes.append(contentsOf: $0) }
    case .link(let target):
      bytes.append(contentsOf: target.utf8)
    }
  }

  /// The stored form of a node.
  package static func encode(_ node: Node) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(41)
    append(node, to: &bytes)
    return bytes
  }

  /// Reads a stored node, or nothing when the bytes are not one.
  package static func decode(_ bytes: UnsafeRawBufferPointer) -> Node? {
    guard let tag = bytes.first.flatMap(NodeTag.init(rawValue:)) else { return nil }
    switch tag {
    case .link:
      let target = UnsafeRawBufferPointer(rebasing: bytes.dropFirst())
      guard let text = String(validating: target, as: UTF8.self) else { return nil }
      return .link(target: text)
    case .file, .plainFile, .executableFile:
      return file(bytes, isExecutable: tag.isExecutable)
    }
  }

  private static func file(_ bytes: UnsafeRawBufferPointer, isExecutable: Bool?) -> Node? {
    guard bytes.count == 41 else { return nil }
    let size = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: 1, as: UInt64.self))
    guard let digest = Digest(bytes: UnsafeRawBufferPointer(rebasing: bytes[9...])) else {
      return nil
    }
    return .file(Node.File(digest: digest, size: size, isExecutable: isExecutable))
  }
}
