import Platform
import Crypto
package import Replica
package import SyncModel

/// Contents in memory, to give and to take.
package final class MemoryContents: ContentProvider, ContentSink {
  private let contents = Locked<[Digest: [UInt8]]>([:])

  /// Makes an empty store.
  package init() {}

  /// Stores bytes and answers with the file that has them.
  @discardableResult
  package func add(_ bytes: [UInt8], isExecutable: Bool? = false) -> Node {
    let digest = SHA256.hash(bytes)
    contents.withLock { $0[digest] = bytes }
    return .file(
      Node.File(digest: digest, size: UInt64(bytes.count), isExecutable: isExecutable))
  }

  /// Stores a text and answers with the file that has it.
  @discardableResult
  package func add(_ text: String, isExecutable: Bool? = false) -> Node {
    add(Array(text.utf8), isExecutable: isExecutable)
  }

  /// Stores bytes under a digest that is not theirs, as a lying peer would.
  package func add(_ bytes: [UInt8], as digest: Digest) {
    contents.withLock { $0[digest] = bytes }
  }

  /// The bytes of a content.
  package subscript(_ digest: Digest) -> [UInt8]? {
    contents.withLock { $0[digest] }
  }

  package func open(_ content: WantedContent, from offset: UInt64) throws -> any ContentReader {
    guard let bytes = self[content.digest] else { throw ContentError.missing(content.path) }
    return MemoryReader(bytes, from: Int(clamping: offset))
  }

  package func has(_ content: WantedContent) -> Bool { self[content.digest] != nil }

  package func begin(_ content: WantedContent) throws -> any ContentWriter {
    MemoryWriter(content) { [self] bytes in contents.withLock { $0[content.digest] = bytes } }
  }
}

private final class MemoryReader: ContentReader {
  private var rest: ArraySlice<UInt8>

  init(_ bytes: [UInt8], from offset: Int) {
    rest = bytes.dropFirst(offset)
  }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    // Small parts, so that readers that expect all at once are found out.
    let part = rest.prefix(min(buffer.count, 1000))
    buffer.copyBytes(from: part)
    rest = rest.dropFirst(part.count)
    return part.count
  }
}

private final class MemoryWriter: ContentWriter {
  private let content: WantedContent
  private let store: ([UInt8]) -> Void
  private var bytes: [UInt8] = []

  init(_ content: WantedContent, store: @escaping ([UInt8]) -> Void) {
    self.content = content
    self.store = store
  }

  var received: UInt64 { UInt64(bytes.count) }

  func write(_ part: UnsafeRawBufferPointer) throws { bytes.append(contentsOf: part) }

  func finish() throws {
    guard UInt64(bytes.count) == content.size, SHA256.hash(bytes) == content.digest else {
      throw ContentError.mismatch(content.path)
    }
    store(bytes)
  }

  func abandon() { bytes = [] }
}
