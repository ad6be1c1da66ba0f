import Crypto
import Platform
import Replica
import SyncModel

/// Why a content cannot be sent.
struct ContentFailure: Error {
  var reason: BlockReason

  /// Takes an error of a provider; throws on what is not about the one content.
  init(_ error: any Error) throws {
    switch error {
    case is ContentError: reason = .changedWhileReading
    case let error as Errno: reason = .unreadable(errno: error.rawValue)
    default: throw error
    }
  }

  init(_ reason: BlockReason) {
    self.reason = reason
  }
}

/// Reads whole contents into one piece of memory, and compares them with their digests.
struct WholeContentReader {
  private var buffer: [UInt8] = []

  /// Reads a content, or says why it is not what it should be.
  mutating func read(
    _ content: WantedContent, from provider: any ContentProvider
  ) throws -> Result<ArraySlice<UInt8>, ContentFailure> {
    let size = Int(clamping: content.size)
    // One byte more shows whether the content has grown.
    if buffer.count <= size { buffer = [UInt8](repeating: 0, count: size + 1) }
    var filled = 0
    do {
      let reader = try provider.open(content, from: 0)
      while filled <= size {
        let count = try buffer.withUnsafeMutableBytes {
          try reader.read(into: UnsafeMutableRawBufferPointer(rebasing: $0[filled...size]))
        }
        if count == 0 { break }
        filled += count
      }
    } catch {
      return .failure(try ContentFailure(error))
    }
    guard filled == size,
      buffer.withUnsafeBytes({
        SHA256.hash(UnsafeRawBufferPointer(rebasing: $0[..<size])) == content.digest
      })
    else { return .failure(ContentFailure(.changedWhileReading)) }
    return .success(buffer[..<size])
  }
}
