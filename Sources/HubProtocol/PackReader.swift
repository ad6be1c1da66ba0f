package import SyncModel
import Zstd

/// Reads a pack of an untrusted peer, from pieces of any size.
///
/// Every announced size is enforced before memory is taken for it, decompression stops at it, and
/// each content is compared with its digest before anybody sees it. Memory is bounded by one
/// frame. A reader that failed must be given up. It belongs to one task at a time.
package struct PackReader {
  private enum Stage {
    case magic
    case kind
    case head
    case table(PackFrameHead)
    case stored(PackFrameHead, [PackObject])
    case end
    case finished
  }

  private let limits: PackLimits
  private let decompressor = ZstdDecompressor()
  private var stage = Stage.magic
  /// What of the current stage has come so far.
  private var buffer: [UInt8] = []
  private var needed = PackFormat.magic.count
  private var packBytes = 0
  private var totalBytes = 0
  private var objects = 0

  /// Makes a reader that stands at the start of a pack.
  package init(limits: PackLimits) {
    self.limits = limits
  }

  /// Takes the next piece and delivers each frame that it completes, with its verified contents.
  ///
  /// Fails with a ``PackError``, or with what the receiver throws.
  package mutating func push(
    _ piece: UnsafeRawBufferPointer,
    _ receive: (PackFrame, _ contents: UnsafeRawBufferPointer) throws -> Void
  ) throws {
    packBytes += piece.count
    guard packBytes <= limits.packBytes else { throw PackError.tooLarge }
    var place = 0
    while place < piece.count {
      if case .finished = stage { throw PackError.trailingBytes }
      let length = min(needed - buffer.count, piece.count - place)
      buffer.append(contentsOf: piece[place..<place + length])
      place += length
      while buffer.count == needed {
        if case .finished = stage { break }
        try advance(receive)
      }
    }
  }

  /// Takes the next piece and delivers each content that it completes, verified.
  ///
  /// Fails with a ``PackError``, or with what the receiver throws.
  package mutating func pushContents(
    _ piece: UnsafeRawBufferPointer,
    _ receive: (Digest, UnsafeRawBufferPointer) throws -> Void
  ) throws {
    try push(piece) { frame, contents in
      for object in frame.objects {
        try receive(object.digest, UnsafeRawBufferPointer(rebasing: contents[object.range]))
      }
    }
  }

  /// Checks that the pack has ended.
  package func finish() throws(PackError) {
    guard case .finished = stage else { throw .truncated }
  }

  /// How many contents were delivered.
  package var count: Int { objects }

  private mutating func advance(
    _ receive: (PackFrame, UnsafeRawBufferPointer) throws -> Void
  ) throws {
    switch stage {
    case .magic:
      guard buffer == PackFormat.magic else { throw PackError.malformed }
      expect(.kind, 1)
    case .kind:
      switch buffer[0] {
      case PackFormat.bundleKind: expect(.head, PackFormat.headBytes - 1)
      case PackFormat.endKind: expect(.end, PackFormat.endBytes - 1)
      default: throw PackError.malformed
      }
    case .head:
      let head = try buffer.withUnsafeBytes {
        try PackFrameHead($0, maximumObject: limits.objectBytes)
      }
      objects += head.objects
      totalBytes += head.rawLength
      guard objects <= limits.objects, totalBytes <= limits.totalBytes else {
        throw PackError.tooLarge
      }
      expect(.table(head), head.tableBytes)
    case .table(let head):
      let table = try buffer.withUnsafeBytes {
        try head.table($0, maximumObject: limits.objectBytes)
      }
      expect(.stored(head, table), head.storedLength)
    case .stored(let head, let table):
      let frame = PackFrame(
        objects: table, rawLength: head.rawLength, encoding: head.encoding, stored: buffer)
      expect(.kind, 1)
      let contents = try frame.contents(decompressor)
      try contents.withUnsafeBytes { bytes in
        try frame.verify(bytes)
        try receive(frame, bytes)
      }
    case .end:
      let announced = buffer.withUnsafeBytes { PackNumber.read($0, at: 0) }
      guard announced == objects else { throw PackError.wrongCount }
      expect(.finished, 0)
    case .finished:
      throw PackError.trailingBytes
    }
  }

  private mutating func expect(_ next: Stage, _ length: Int) {
    stage = next
    needed = length
    buffer = []
  }
}
