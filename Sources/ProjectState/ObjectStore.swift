import Crypto
package import Platform
package import Replica
package import SyncModel
import Zstd

/// The contents that both sides agreed on, so that merges and diffs work without the network.
///
/// A cache: what is missing or damaged here costs a request, never an edit. Contents up to 1 MiB
/// are kept, many to one frame, in an append-only pack file; frames that a hub sends or takes are
/// kept as they travel. Safe from any thread.
package final class ObjectStore: FrameKeeper {
  /// The longest content in bytes that is kept.
  package static let maximumContent = 1 << 20
  private static let bundleSize = 1 << 20

  let folder: any Directory
  /// How often the pack was written anew, from 1.
  package let number: Int
  /// The name of the pack file.
  package var name: String { number == 1 ? "base.pack" : "base-\(number).pack" }
  private let contents: Locked<Contents>

  private struct Contents: Sendable {
    var index: [Digest: ObjectPlace]
    /// What was written since the last flush.
    ///
    /// Not in the index, which of a first run would take three times the memory.
    var fresh: [(digest: Digest, place: ObjectPlace)] = []
    /// What the first flush handed out, sorted.
    var recorded: [(digest: Digest, place: ObjectPlace)] = []
    var pending = Bundle()
    var file: (any File)?
    var end: UInt64 = 0
    var allowance: UInt64?

    /// Where the last frame ends that is known of; what follows is of runs that were cut off.
    var writtenEnd: UInt64 {
      let known = index.values.lazy.filter { $0 != .pending }
      let new = [recorded, fresh].lazy.joined().map(\.place)
      return max(known.map(\.end).max() ?? 0, new.map(\.end).max() ?? 0)
    }

    /// Where a content is, if it is written.
    func place(of digest: Digest) -> ObjectPlace? {
      if let place = index[digest], place != .pending { return place }
      var low = 0
      var high = recorded.count
      while low < high {
        let middle = (low + high) / 2
        if recorded[middle].digest < digest { low = middle + 1 } else { high = middle }
      }
      if low < recorded.count, recorded[low].digest == digest { return recorded[low].place }
      return fresh.last { $0.digest == digest }?.place
    }
  }

  /// Contents on their way into a frame.
  private struct Bundle: Sendable {
    var bytes: [UInt8] = []
    var entries: [(digest: Digest, range: Range<Int>)] = []
  }

  /// Opens the store in a held folder, with the number of the pack and the index that the state
  /// database has of it.
  package init(folder: any Directory, number: Int, index: [Digest: ObjectPlace]) {
    self.folder = folder
    self.number = number
    contents = Locked(Contents(index: index))
  }

  /// Tells whether a content is kept.
  package func has(_ digest: Digest) -> Bool {
    contents.withLock { $0.index[digest] != nil }
  }

  /// Keeps no more than so many further bytes, and leaves out the rest without a word.
  ///
  /// A cache must not take the room that edits need.
  package func limit(to bytes: UInt64) {
    contents.withLock { $0.allowance = bytes }
  }

  package func keep(_ frame: PassingFrame) {
    guard frame.rawLength <= ObjectStore.bundleSize, !frame.stored.isEmpty else { return }
    let isKnown = contents.withLock { contents in
      frame.contents.allSatisfy { contents.index[$0.digest] != nil }
    }
    guard !isKnown else { return }
    // A cache may stay incomplete: a full disk stops the run elsewhere, with words.
    try? write(frame.stored, rawLength: frame.rawLength, frame.contents)
  }

  /// Keeps a text; anything that is not one, or is too long, is left out.
  package func add(_ digest: Digest, _ bytes: UnsafeRawBufferPointer) throws {
    guard !bytes.isEmpty, bytes.count <= ObjectStore.maximumContent, !bytes.contains(0) else {
      return
    }
    let full: Bundle? = contents.withLock { contents in
      guard contents.index[digest] == nil else { return nil }
      // Marked at once, so that the same content is not taken twice.
      contents.index[digest] = .pending
      let start = contents.pending.bytes.count
      contents.pending.entries.append((digest, start..<start + bytes.count))
      contents.pending.bytes.append(contentsOf: bytes)
      guard contents.pending.bytes.count >= ObjectStore.bundleSize else { return nil }
      defer { contents.pending = Bundle() }
      return contents.pending
    }
    if let full { try write(full) }
  }

  /// Writes what is pending and hands over the new index rows, to be recorded with the base.
  package func flush() throws -> [(digest: Digest, place: ObjectPlace)] {
    let rest = contents.withLock { contents in
      defer { contents.pending = Bundle() }
      return contents.pending
    }
    if !rest.entries.isEmpty { try write(rest) }
    return contents.withLock { contents in
      // In the order of their keys, which spares the database most of its work.
      let rows = contents.fresh.sorted { $0.digest < $1.digest }
      contents.fresh = []
      if contents.recorded.isEmpty {
        contents.recorded = rows
      } else {
        for row in rows { contents.index[row.digest] = row.place }
      }
      return rows
    }
  }

  /// Reads a kept content; nothing when it is not kept or not readable.
  package func content(of digest: Digest, size: UInt64) -> [UInt8]? {
    if size == 0 { return [] }
    guard let place = contents.withLock({ $0.place(of: digest) }), place.size == size else {
      return nil
    }
    do {
      let raw = try frame(at: place)
      let end = Int(place.offset) + Int(place.size)
      guard end <= raw.count else { return nil }
      let bytes = Array(raw[Int(place.offset)..<end])
      // What was kept in passing was not verified then.
      return bytes.withUnsafeBytes { SHA256.hash($0) } == digest ? bytes : nil
    } catch {
      return nil
    }
  }

  /// What the frame at a place holds.
  func frame(at place: ObjectPlace) throws -> [UInt8] {
    let stored = try read(place)
    guard place.stored != place.raw else { return stored }
    return try stored.withUnsafeBytes {
      try ZstdDecompressor().decompress(
        $0, size: Int(place.raw), limit: ObjectStore.bundleSize * 2)
    }
  }

  /// The contents of a set that are written, in the order of their frames.
  func places(of wanted: Set<Digest>) -> [(digest: Digest, place: ObjectPlace)] {
    contents.withLock { contents in
      wanted.compactMap { digest in contents.place(of: digest).map { (digest, $0) } }
        .sorted { ($0.1.frame, $0.1.offset) < ($1.1.frame, $1.1.offset) }
    }
  }

  private func read(_ place: ObjectPlace) throws -> [UInt8] {
    let file = try folder.openFile(name)
    try file.seek(to: place.frame)
    var stored = [UInt8](repeating: 0, count: Int(place.stored))
    var filled = 0
    while filled < stored.count {
      let count = try stored.withUnsafeMutableBytes {
        try file.read(into: UnsafeMutableRawBufferPointer(rebasing: $0[filled...]))
      }
      if count == 0 { break }
      filled += count
    }
    return stored
  }

  private func write(_ bundle: Bundle) throws {
    let compressed = try ZstdCompressor(level: 1).compress(bundle.bytes)
    // Equal lengths mean that the bytes are stored as they are.
    let stored = compressed.count < bundle.bytes.count ? compressed : bundle.bytes
    try write(stored, rawLength: bundle.bytes.count, bundle.entries)
  }

  private func write(
    _ stored: [UInt8], rawLength: Int, _ entries: [(digest: Digest, range: Range<Int>)]
  ) throws {
    try contents.withLock { contents in
      if let allowance = contents.allowance {
        guard allowance >= UInt64(stored.count) else { return }
        contents.allowance = allowance - UInt64(stored.count)
      }
      if contents.file == nil { try open(&contents) }
      let start = contents.end
      do { try stored.withUnsafeBytes { try contents.file?.write($0) } } catch {
        // A part of it may be there: the next one starts where this one did.
        contents.file = nil
        throw error
      }
      contents.end += UInt64(stored.count)
      for entry in entries {
        let place = ObjectPlace(
          frame: start, stored: UInt32(stored.count), raw: UInt32(rawLength),
          offset: UInt32(entry.range.lowerBound), size: UInt64(entry.range.count))
        contents.fresh.append((entry.digest, place))
      }
    }
  }

  private func open(_ contents: inout Contents) throws {
    let file: any File
    if try folder.statusIfPresent(of: name) == nil {
      file = try folder.createFile(name, mode: 0o600)
    } else {
      file = try folder.openFileForUpdate(name)
    }
    contents.end = min(try file.status().size, contents.writtenEnd)
    try file.truncate(to: contents.end)
    try file.seek(to: contents.end)
    contents.file = file
  }
}

/// Where a content is in the pack of base contents.
package struct ObjectPlace: Hashable, Sendable {
  /// Where its frame starts.
  package var frame: UInt64
  /// The length of the frame; as long as what it holds if that is not compressed.
  package var stored: UInt32
  /// The length of what the frame holds.
  package var raw: UInt32
  /// Where the content starts in that.
  package var offset: UInt32
  /// The length of the content, which the longest content bounds.
  private var length: UInt32

  /// The length of the content.
  package var size: UInt64 { UInt64(length) }

  /// Where its frame ends.
  var end: UInt64 { frame + UInt64(stored) }

  /// Describes a place.
  package init(frame: UInt64, stored: UInt32, raw: UInt32, offset: UInt32, size: UInt64) {
    self.frame = frame
    self.stored = stored
    self.raw = raw
    self.offset = offset
    length = UInt32(clamping: size)
  }

  /// Stands for a content that is not written yet.
  static let pending = ObjectPlace(frame: .max, stored: 0, raw: 0, offset: 0, size: 0)
}
