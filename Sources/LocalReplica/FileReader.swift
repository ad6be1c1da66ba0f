import Platform
import Replica
import SyncModel

/// Reads a file of this machine as a content.
final class FileReader: ContentReader {
  private let file: any File
  private let before: FileStatus
  private let path: SyncPath
  private var position: UInt64

  /// Reads an open file from a place on; fails if its size is not the content's.
  init(_ file: any File, for content: WantedContent, from offset: UInt64) throws {
    self.file = file
    path = content.path
    before = try file.status()
    guard before.size == content.size, offset <= before.size else {
      throw ContentError.mismatch(content.path)
    }
    position = offset
    if offset > 0 { try file.seek(to: offset) }
  }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    if position == before.size {
      // Whoever stores the bytes verifies them; this only tells early that they cannot be right.
      guard try file.status().describesSameContent(as: before) else {
        throw ContentError.mismatch(path)
      }
      return 0
    }
    let rest = Int(clamping: before.size - position)
    let part = UnsafeMutableRawBufferPointer(rebasing: buffer.prefix(rest))
    let count = try file.read(into: part)
    if count == 0 { throw ContentError.mismatch(path) }
    position += UInt64(count)
    return count
  }
}
