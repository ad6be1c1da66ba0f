import Crypto
import Replica
import SyncModel

/// Reads whole contents, verified, from whoever gives them.
enum ContentBytes {
  /// The most bytes that a server takes in one request, less what JSON may add.
  static let maximum: UInt64 = 48 << 20

  /// The bytes of a content, or why they cannot be sent.
  static func read(
    _ content: WantedContent, from provider: any ContentProvider
  ) throws -> Result<[UInt8], ContentRefused> {
    guard content.size <= maximum else { return .failure(ContentRefused(reason: .tooLarge)) }
    let size = Int(content.size)
    // One byte more shows whether the content has grown.
    var bytes = [UInt8](repeating: 0, count: size + 1)
    var filled = 0
    do {
      let reader = try provider.open(content, from: 0)
      while filled <= size {
        let count = try bytes.withUnsafeMutableBytes {
          try reader.read(into: UnsafeMutableRawBufferPointer(rebasing: $0[filled...]))
        }
        if count == 0 { break }
        filled += count
      }
    } catch is ContentError {
      return .failure(ContentRefused(reason: .changedWhileReading))
    }
    bytes.removeLast(bytes.count - min(filled, bytes.count))
    guard filled == size, SHA256.hash(bytes) == content.digest else {
      return .failure(ContentRefused(reason: .changedWhileReading))
    }
    return .success(bytes)
  }

  /// Hands a content to a sink.
  static func write(
    _ bytes: [UInt8], as content: WantedContent, to sink: any ContentSink
  ) throws -> BlockReason? {
    for _ in 0..<2 {
      let writer = try sink.begin(content)
      let received = Int(clamping: writer.received)
      do {
        if received < bytes.count {
          try bytes.withUnsafeBytes {
            try writer.write(UnsafeRawBufferPointer(rebasing: $0[received...]))
          }
        }
        try writer.finish()
        return nil
      } catch is ContentError {
        // What was kept of an earlier, cut transfer is dropped by the first attempt.
        if received == 0 { break }
      } catch {
        writer.abandon()
        throw error
      }
    }
    return .changedWhileReading
  }
}

/// Why one content cannot be sent.
struct ContentRefused: Error {
  var reason: BlockReason
}
