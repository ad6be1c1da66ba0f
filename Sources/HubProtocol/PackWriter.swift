package import SyncModel
package import Zstd

/// Writes one pack: gathers contents in bundles, and hands out bytes as they become ready.
///
/// It belongs to one task at a time.
package struct PackWriter {
  private let compressor: ZstdCompressor
  private var bundle = PackBundle()
  private var output: [UInt8] = PackFormat.magic
  private var taken = 0
  private var objects: UInt32 = 0

  /// Begins a pack; a compressor may serve several packs, one after the other.
  package init(_ compressor: ZstdCompressor = ZstdCompressor()) {
    self.compressor = compressor
  }

  /// How many bytes are ready to be taken.
  package var pending: Int { output.count }

  /// How many bytes the pack would have if it ended after the frames that are ready.
  package var encodedLength: Int { taken + output.count + PackFormat.endBytes }

  /// How many contents are in the frames that are ready.
  package var count: Int { Int(objects) }

  /// Adds a content whose digest was computed from these very bytes.
  package mutating func append(
    _ digest: Digest, _ content: UnsafeRawBufferPointer
  ) throws(ZstdError) {
    if !bundle.hasRoom(for: content.count) { try flush() }
    bundle.append(digest, content)
  }

  /// Adds a frame as it is; contents that were added before go first.
  package mutating func append(_ frame: PackFrame) throws(ZstdError) {
    try flush()
    place(frame)
  }

  /// Makes a frame of the contents that wait for company.
  package mutating func flush() throws(ZstdError) {
    guard !bundle.isEmpty else { return }
    place(try bundle.makeFrame(compressor))
  }

  /// Takes the bytes that are ready.
  package mutating func take() -> [UInt8] {
    let bytes = output
    taken += bytes.count
    output = []
    return bytes
  }

  /// Ends the pack and returns the bytes that were not taken yet.
  package mutating func finish() throws(ZstdError) -> [UInt8] {
    try flush()
    output.append(PackFormat.endKind)
    PackNumber.append(objects, to: &output)
    return take()
  }

  private mutating func place(_ frame: PackFrame) {
    frame.encode(into: &output)
    objects += UInt32(frame.objects.count)
  }
}

/// Distributes frames over as few packs as a limit allows, in their order.
package struct PackSplitter {
  private let limit: Int
  private var bytes = PackFormat.magic
  private var objects: UInt32 = 0

  /// Makes packs of at most so many bytes; a frame that is larger makes a pack of its own.
  package init(limit: Int) {
    self.limit = limit
  }

  /// Adds a frame; returns a whole pack if this one had no more room, the frame being in the next.
  package mutating func append(_ frame: PackFrame) -> [UInt8]? {
    let length = bytes.count + frame.encodedLength + PackFormat.endBytes
    let full = length > limit ? finish() : nil
    frame.encode(into: &bytes)
    objects += UInt32(frame.objects.count)
    return full
  }

  /// Returns the pack of the frames that are left; nothing if there are none.
  package mutating func finish() -> [UInt8]? {
    guard objects > 0 else { return nil }
    bytes.append(PackFormat.endKind)
    PackNumber.append(objects, to: &bytes)
    defer {
      bytes = PackFormat.magic
      objects = 0
    }
    return bytes
  }
}
