package import SyncModel

/// Nodes and paths as they are stored in a database.
package enum NodeCoding {
  private enum Tag: UInt8 {
    case file = 1
    case plainFile = 2
    case executableFile = 3
    case link = 4
  }

  /// Appends a node to a buffer: a tag, then size and digest, or the link's target.
  package static func append(_ node: Node, to bytes: inout [UInt8]) {
    switch node {
    case .file(let file):
      let tag: Tag =
        switch file.isExecutable {
        case nil: .file
        case false?: .plainFile
        case true?: .executableFile
        }
      bytes.append(tag.rawValue)
      withUnsafeBytes(of: file.size.littleEndian) { bytes.append(contentsOf: $0) }
      file.digest.withBytes { bytes.append(contentsOf: $0) }
    case .link(let target):
      bytes.append(Tag.link.rawValue)
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
    guard let first = bytes.first, let tag = Tag(rawValue: first) else { return nil }
    switch tag {
    case .link:
      let target = UnsafeRawBufferPointer(rebasing: bytes.dropFirst())
      guard let text = String(validating: target, as: UTF8.self) else { return nil }
      return .link(target: text)
    case .file: return file(bytes, isExecutable: nil)
    case .plainFile: return file(bytes, isExecutable: false)
    case .executableFile: return file(bytes, isExecutable: true)
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

/// Paths as database keys whose byte order is the order of paths.
///
/// A path holds no control character, so `/` is stored as the byte 1: then the database's own
/// order is ours, and a table is read in order without sorting.
package enum PathCoding {
  /// The database key of a path.
  package static func encode(_ path: SyncPath) -> [UInt8] {
    var bytes = Array(path.key.utf8)
    for index in bytes.indices where bytes[index] == UInt8(ascii: "/") { bytes[index] = 1 }
    return bytes
  }

  /// The path of a database key that this program stored.
  package static func decode(_ bytes: UnsafeRawBufferPointer) -> SyncPath {
    let key = String(unsafeUninitializedCapacity: bytes.count) { buffer in
      for index in 0..<bytes.count {
        let byte = bytes[index]
        buffer[index] = byte == 1 ? UInt8(ascii: "/") : byte
      }
      return bytes.count
    }
    return SyncPath(trusted: key)
  }
}
