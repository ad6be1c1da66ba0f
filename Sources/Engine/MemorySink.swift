import Platform
import Crypto
package import Replica
package import SyncModel

/// Takes contents into memory.
package final class MemorySink: ContentSink {
  private let store = Locked<[Digest: [UInt8]]>([:])

  /// Makes an empty sink.
  package init() {}

  /// What was taken, by digest.
  package var contents: [Digest: [UInt8]] { store.withLock { $0 } }

  package func has(_ content: WantedContent) -> Bool {
    store.withLock { $0[content.digest] != nil }
  }

  package func begin(_ content: WantedContent) throws -> any ContentWriter {
    Writer(content: content, sink: self)
  }

  private func keep(_ bytes: [UInt8], as digest: Digest) {
    store.withLock { $0[digest] = bytes }
  }

  private final class Writer: ContentWriter {
    private let content: WantedContent
    private let sink: MemorySink
    private var bytes: [UInt8] = []

    init(content: WantedContent, sink: MemorySink) {
      self.content = content
      self.sink = sink
    }

    var received: UInt64 { 0 }

    func write(_ new: UnsafeRawBufferPointer) throws {
      guard UInt64(bytes.count + new.count) <= content.size else {
        throw ContentError.mismatch(content.path)
      }
      bytes.append(contentsOf: new)
    }

    func finish() throws {
      let digest = bytes.withUnsafeBytes { SHA256.hash($0) }
      guard digest == content.digest, UInt64(bytes.count) == content.size else {
        throw ContentError.mismatch(content.path)
      }
      sink.keep(bytes, as: digest)
    }

    func abandon() {}
  }
}

/// Reads a content that is in memory.
package final class MemoryReader: ContentReader {
  private let bytes: [UInt8]
  private var offset: Int

  /// Starts at an offset.
  package init(_ bytes: [UInt8], from offset: UInt64 = 0) {
    self.bytes = bytes
    self.offset = min(Int(clamping: offset), bytes.count)
  }

  package func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    let count = min(buffer.count, bytes.count - offset)
    guard count > 0 else { return 0 }
    bytes.withUnsafeBytes { source in
      buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: source[offset..<offset + count]))
    }
    offset += count
    return count
  }
}
