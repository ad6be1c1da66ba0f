import SyncModel

/// A node as the bytes that a row holds: `1 x size digest` for a file, `2 target` for a link.
enum NodeBlob {
  private static let fileLength = 42

  static func bytes(of node: Node) -> [UInt8] {
    switch node {
    case .file(let file):
      return [UInt8](unsafeUninitializedCapacity: fileLength) { buffer, count in
        let raw = UnsafeMutableRawBufferPointer(buffer)
        raw[0] = 1
        raw[1] = file.isExecutable == true ? 1 : 0
        raw.storeBytes(of: file.size.littleEndian, toByteOffset: 2, as: UInt64.self)
        file.digest.write(to: UnsafeMutableRawBufferPointer(rebasing: raw[10...]))
        count = fileLength
      }
    case .link(let target):
      return [2] + Array(target.utf8)
    }
  }

  /// The node of a blob, or nothing where the blob is damaged.
  static func node(of blob: UnsafeRawBufferPointer) -> Node? {
    switch blob.first {
    case 1:
      guard blob.count == fileLength,
        let digest = Digest(bytes: UnsafeRawBufferPointer(rebasing: blob[10...]))
      else { return nil }
      let size = UInt64(littleEndian: blob.loadUnaligned(fromByteOffset: 2, as: UInt64.self))
      return .file(Node.File(digest: digest, size: size, isExecutable: blob[1] == 1))
    case 2:
      return String(validating: blob.dropFirst(), as: UTF8.self).map { .link(target: $0) }
    default:
      return nil
    }
  }
}
