import CZstd

/// Decompresses contents one after the other, never yielding more than it is allowed to.
///
/// It belongs to one task at a time. Frames that follow each other count as one content. Frames
/// come from peers that nobody trusts, so every way in has a limit and windows have one too.
package final class ZstdDecompressor {
  /// The largest window that a frame may ask for, as a power of two: 8 MiB.
  package static let windowLogMax: Int32 = 23

  private let context: OpaquePointer
  private var buffer: [UInt8] = []
  private var room = 0
  private var isInsideFrame = true

  /// Creates a decompressor.
  package init() {
    guard let context = ZSTD_createDCtx() else {
      preconditionFailure("there is memory for a decompressor")
    }
    self.context = context
    ZSTD_DCtx_setParameter(context, ZSTD_d_windowLogMax, Self.windowLogMax)
  }

  deinit {
    ZSTD_freeDCtx(context)
  }

  /// Returns a content that must have exactly the size that was promised.
  ///
  /// - Throws: `tooLarge` for a promise above the limit and `wrongSize` for a broken one, both
  ///   before any memory is taken if the frame announces its size.
  package func decompress(
    _ frame: UnsafeRawBufferPointer, size: Int, limit: Int
  ) throws(ZstdError) -> [UInt8] {
    guard size >= 0, size <= limit else { throw .tooLarge }
    if let announced = try Self.announcedSize(frame), announced > UInt64(size) {
      throw announced > UInt64(limit) ? .tooLarge : .wrongSize
    }
    let content = try decompress(frame, limit: size, expected: size, excess: .wrongSize)
    guard content.count == size else { throw .wrongSize }
    return content
  }

  /// Returns a content of any size up to a limit.
  package func decompress(
    _ frame: UnsafeRawBufferPointer, limit: Int
  ) throws(ZstdError) -> [UInt8] {
    let announced = try Self.announcedSize(frame)
    if let announced, announced > UInt64(max(limit, 0)) { throw .tooLarge }
    return try decompress(
      frame, limit: limit, expected: announced.map { Int($0) } ?? 0, excess: .tooLarge)
  }

  /// Starts a content that is fed in pieces and may yield so many bytes in all.
  package func begin(limit: Int) {
    ZSTD_DCtx_reset(context, ZSTD_reset_session_only)
    room = limit
    isInsideFrame = true
  }

  /// Feeds a piece and passes on what comes out, at most 128 KiB at a time.
  ///
  /// - Throws: ``ZstdError``, or what the receiver throws; begin anew after either.
  package func feed(
    _ piece: UnsafeRawBufferPointer, _ receive: (UnsafeRawBufferPointer) throws -> Void
  ) throws {
    var input = ZSTD_inBuffer(src: piece.baseAddress, size: piece.count, pos: 0)
    while true {
      let length = try step(&input)
      if length > 0 { try buffer.withUnsafeBytes { try receive(.init(rebasing: $0[..<length])) } }
      // A full buffer may mean that more is waiting inside.
      if input.pos == input.size, length < buffer.count { return }
    }
  }

  /// Checks that what was fed ends where a frame ends.
  package func finish() throws(ZstdError) {
    guard !isInsideFrame else { throw .truncated }
  }

  private func decompress(
    _ frame: UnsafeRawBufferPointer, limit: Int, expected: Int, excess: ZstdError
  ) throws(ZstdError) -> [UInt8] {
    begin(limit: limit)
    var content: [UInt8] = []
    // A promise is not yet a content: what is large is grown as it comes.
    content.reserveCapacity(min(expected, 1 << 20))
    var input = ZSTD_inBuffer(src: frame.baseAddress, size: frame.count, pos: 0)
    while true {
      let length: Int
      do throws(ZstdError) {
        length = try step(&input)
      } catch {
        throw error == .tooLarge ? excess : error
      }
      content.append(contentsOf: buffer[..<length])
      if input.pos == input.size, length < buffer.count { break }
    }
    try finish()
    return content
  }

  /// Fills the buffer and returns how many bytes are in it.
  private func step(_ input: inout ZSTD_inBuffer) throws(ZstdError) -> Int {
    if buffer.isEmpty { buffer = [UInt8](repeating: 0, count: ZSTD_DStreamOutSize()) }
    let before = input.pos
    let (rest, length) = buffer.withUnsafeMutableBytes { bytes in
      var chunk = ZSTD_outBuffer(dst: bytes.baseAddress, size: bytes.count, pos: 0)
      return (ZSTD_decompressStream(context, &chunk, &input), chunk.pos)
    }
    _ = try ZstdError.check(rest)
    guard length <= room else { throw .tooLarge }
    room -= length
    if input.pos > before || length > 0 { isInsideFrame = rest != 0 }
    return length
  }

  /// Returns what the first frame says that it holds, or nil if it does not say.
  private static func announcedSize(
    _ frame: UnsafeRawBufferPointer
  ) throws(ZstdError) -> UInt64? {
    guard !frame.isEmpty else { throw .truncated }
    let size = ZSTD_getFrameContentSize(frame.baseAddress, frame.count)
    // A header that is wrong or cut short gets its own error when it is read.
    if size == syncline_zstd_size_unknown() || size == syncline_zstd_size_error() { return nil }
    return UInt64(size)
  }
}
