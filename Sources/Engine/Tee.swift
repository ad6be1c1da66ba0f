import ProjectState
import Replica
import SyncModel

extension Engine {
  /// A sink that also keeps texts for later merges, as they pass.
  func tee(into sink: any ContentSink) throws -> any ContentSink {
    guard let objects = try objects(), !remote.handFrames(to: objects) else { return sink }
    return TeeSink(inner: sink, objects: objects)
  }

  /// A provider that also keeps texts for later merges, as they pass.
  func tee(from provider: any ContentProvider) throws -> any ContentProvider {
    guard let objects = try objects(), !remote.handFrames(to: objects) else { return provider }
    return TeeProvider(inner: provider, objects: objects)
  }
}

extension Engine {
  /// Keeps a text that is at hand already.
  func keepText(_ content: WantedContent, from provider: any ContentProvider) throws {
    guard let objects = try objects(), content.size <= UInt64(ObjectStore.maximumContent),
      !objects.has(content.digest)
    else { return }
    let reader = try provider.open(content, from: 0)
    var bytes = [UInt8](repeating: 0, count: Int(content.size))
    var count = 0
    while count < bytes.count {
      let read = try bytes.withUnsafeMutableBytes {
        try reader.read(into: UnsafeMutableRawBufferPointer(rebasing: $0[count...]))
      }
      if read == 0 { return }
      count += read
    }
    try bytes.withUnsafeBytes { try objects.add(content.digest, $0) }
  }
}

/// Gathers a content that passes by, and keeps it once it is whole.
private final class Gatherer {
  private let objects: ObjectStore
  private let digest: Digest
  private let size: Int
  private var bytes: [UInt8] = []

  init?(_ content: WantedContent, objects: ObjectStore) {
    guard content.size <= UInt64(ObjectStore.maximumContent), !objects.has(content.digest) else {
      return nil
    }
    self.objects = objects
    digest = content.digest
    size = Int(content.size)
    bytes.reserveCapacity(size)
  }

  func take(_ new: UnsafeRawBufferPointer) {
    guard bytes.count + new.count <= size else { return bytes.removeAll() }
    bytes.append(contentsOf: new)
  }

  func keepIfWhole() throws {
    guard bytes.count == size else { return }
    try bytes.withUnsafeBytes { try objects.add(digest, $0) }
    bytes = []
  }
}

private struct TeeSink: ContentSink {
  let inner: any ContentSink
  let objects: ObjectStore

  func has(_ content: WantedContent) -> Bool { inner.has(content) }

  func begin(_ content: WantedContent) throws -> any ContentWriter {
    let writer = try inner.begin(content)
    // A transfer that goes on where it was cut does not bring the whole content past here.
    guard writer.received == 0, let gatherer = Gatherer(content, objects: objects) else {
      return writer
    }
    return Writer(inner: writer, gatherer: gatherer)
  }

  final class Writer: ContentWriter {
    private let inner: any ContentWriter
    private let gatherer: Gatherer

    init(inner: any ContentWriter, gatherer: Gatherer) {
      self.inner = inner
      self.gatherer = gatherer
    }

    var received: UInt64 { inner.received }

    func write(_ bytes: UnsafeRawBufferPointer) throws {
      try inner.write(bytes)
      gatherer.take(bytes)
    }

    func finish() throws {
      try inner.finish()
      try gatherer.keepIfWhole()
    }

    func abandon() { inner.abandon() }
  }
}

private struct TeeProvider: ContentProvider {
  let inner: any ContentProvider
  let objects: ObjectStore

  func open(_ content: WantedContent, from offset: UInt64) throws -> any ContentReader {
    let reader = try inner.open(content, from: offset)
    guard offset == 0, let gatherer = Gatherer(content, objects: objects) else { return reader }
    return Reader(inner: reader, gatherer: gatherer)
  }

  final class Reader: ContentReader {
    private let inner: any ContentReader
    private let gatherer: Gatherer

    init(inner: any ContentReader, gatherer: Gatherer) {
      self.inner = inner
      self.gatherer = gatherer
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
      let count = try inner.read(into: buffer)
      gatherer.take(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
      try gatherer.keepIfWhole()
      return count
    }
  }
}
