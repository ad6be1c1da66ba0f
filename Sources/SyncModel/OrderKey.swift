/// Paths as database keys whose byte order is the order of paths: `/` lowest.
///
/// A path holds no control character, so `/` is stored as the byte 1: then the database's own
/// order is ours, and a table is read in order without sorting.
package enum OrderKey {
  private static let slash: UInt8 = 1

  /// The key of a path.
  package static func bytes(of path: SyncPath) -> [UInt8] {
    path.key.utf8.map { $0 == UInt8(ascii: "/") ? slash : $0 }
  }

  /// The path of a key that this program stored.
  package static func path(of bytes: UnsafeRawBufferPointer) -> SyncPath {
    let key = String(unsafeUninitializedCapacity: bytes.count) { buffer in
      for index in 0..<bytes.count {
        buffer[index] = bytes[index] == slash ? UInt8(ascii: "/") : bytes[index]
      }
      return bytes.count
    }
    return SyncPath(trusted: key)
  }

  /// The lowest key of those below a folder.
  package static func start(below folder: SyncPath) -> [UInt8] { bytes(of: folder) + [slash] }

  /// A key above all of those below a folder, and below whatever follows.
  package static func end(below folder: SyncPath) -> [UInt8] { bytes(of: folder) + [slash + 1] }
}
