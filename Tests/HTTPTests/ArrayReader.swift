import HTTPClient

/// Gives the bytes of an array, piece by piece.
final class ArrayReader: HTTPUploadReader {
  private let bytes: [UInt8]
  private var offset = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    let count = min(buffer.count, bytes.count - offset, 10_000)
    buffer.copyBytes(from: bytes[offset..<offset + count])
    offset += count
    return count
  }

  func rewind() throws { offset = 0 }
}
