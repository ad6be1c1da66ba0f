import Replica

/// Copies one content from a provider to a sink, with one buffer for many contents.
///
/// Confined to one thread at a time.
final class ContentTransfer {
  private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 256 << 10, alignment: 4096)

  deinit { buffer.deallocate() }

  /// Copies a content and lets the sink verify it; goes on where an earlier attempt was cut.
  func copy(
    _ content: WantedContent, from provider: any ContentProvider, to sink: any ContentSink
  ) throws {
    let writer = try sink.begin(content)
    do {
      let reader = try provider.open(content, from: writer.received)
      while true {
        try Task.checkCancellation()
        let count = try reader.read(into: buffer)
        if count == 0 { break }
        try writer.write(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
      }
    } catch {
      writer.abandon()
      throw error
    }
    try writer.finish()
  }
}
