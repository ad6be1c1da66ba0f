import Crypto
import Platform
import Replica
import SyncModel

/// Writes one content to a stream as it comes, for contents that are too long for memory.
///
/// What is written cannot be taken back: a content that turns out to be another is an error.
final class StreamSink: ContentSink {
  private let console: Console
  private let state = Monitor(false)

  init(_ console: Console) {
    self.console = console
  }

  func has(_ content: WantedContent) -> Bool { false }

  func begin(_ content: WantedContent) throws -> any ContentWriter {
    var isSecond = false
    state.update { begun in
      isSecond = begun
      begun = true
    }
    if isSecond { throw ContentError.mismatch(content.path) }
    return Writer(content: content, console: console)
  }

  private final class Writer: ContentWriter {
    private let content: WantedContent
    private let console: Console
    private let hasher = SHA256()
    private(set) var received: UInt64 = 0

    init(content: WantedContent, console: Console) {
      self.content = content
      self.console = console
    }

    func write(_ bytes: UnsafeRawBufferPointer) throws {
      try console.stream(bytes)
      hasher.update(bytes)
      received += UInt64(bytes.count)
    }

    func finish() throws {
      guard received == content.size, hasher.finish() == content.digest else {
        throw ContentError.mismatch(content.path)
      }
    }

    func abandon() {}
  }
}
