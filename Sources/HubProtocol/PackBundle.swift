package import SyncModel
package import Zstd

/// Gathers contents for one frame of a pack.
package struct PackBundle {
  /// The contents in the order in which they were added.
  package private(set) var objects: [PackObject] = []
  /// The contents' bytes, one after the other.
  private var raw: [UInt8] = []

  /// Makes an empty bundle.
  package init() {}

  /// Whether nothing was added yet.
  package var isEmpty: Bool { objects.isEmpty }

  /// How many bytes of content were added.
  package var rawLength: Int { raw.count }

  /// Tells whether a content of a size may be added: one that is too large for company is alone.
  package func hasRoom(for size: Int) -> Bool {
    objects.isEmpty
      || (objects.count < PackFormat.maximumObjects
        && raw.count + size <= PackFormat.maximumBundle)
  }

  /// Adds a content whose digest was computed from these very bytes.
  package mutating func append(_ digest: Digest, _ content: UnsafeRawBufferPointer) {
    precondition(hasRoom(for: content.count), "a bundle holds 1 MiB or one content")
    objects.append(PackObject(digest: digest, offset: raw.count, size: content.count))
    raw.append(contentsOf: content)
  }

  /// Adds a content whose digest was computed from these very bytes.
  package mutating func append(_ digest: Digest, _ content: [UInt8]) {
    content.withUnsafeBytes { append(digest, $0) }
  }

  /// Makes the frame, compressed where that saves something, and empties the bundle.
  package mutating func makeFrame(_ compressor: ZstdCompressor) throws(ZstdError) -> PackFrame {
    var stored = raw.isEmpty ? raw : try compressor.compress(raw)
    var encoding = PackFormat.Encoding.zstd
    if raw.isEmpty || stored.count >= raw.count {
      stored = raw
      encoding = .raw
    }
    let frame = PackFrame(
      objects: objects, rawLength: raw.count, encoding: encoding, stored: stored)
    objects.removeAll(keepingCapacity: true)
    raw.removeAll(keepingCapacity: true)
    return frame
  }
}
