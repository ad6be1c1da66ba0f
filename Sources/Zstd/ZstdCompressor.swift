import CZstd

/// Compresses contents one after the other, keeping libzstd's memory between them.
///
/// It belongs to one task at a time. Frames that are made in one go carry their content's size,
/// and all frames carry a checksum.
package final class ZstdCompressor {
  private let context: OpaquePointer
  private var buffer: [UInt8] = []

  /// Creates a compressor of a level from 1 (fast) to 19 (small).
  package init(level: Int32 = 3) {
    guard let context = ZSTD_createCCtx() else {
      preconditionFailure("there is memory for a compressor")
    }
    self.context = context
    ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, level)
    ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1)
    // Decompressors take no larger window than this one.
    ZSTD_CCtx_setParameter(context, ZSTD_c_windowLog, min(Self.windowLog(level), 23))
  }

  deinit {
    ZSTD_freeCCtx(context)
  }

  /// Returns one frame with a content.
  package func compress(_ content: UnsafeRawBufferPointer) throws(ZstdError) -> [UInt8] {
    var frame: [UInt8] = []
    try compress(content, appendingTo: &frame)
    return frame
  }

  /// Returns one frame with a content.
  package func compress(_ content: [UInt8]) throws(ZstdError) -> [UInt8] {
    try content.withUnsafeBufferPointer { (bytes) throws(ZstdError) -> [UInt8] in
      try compress(UnsafeRawBufferPointer(bytes))
    }
  }

  /// Appends one frame with a content and returns the frame's length.
  @discardableResult
  package func compress(
    _ content: UnsafeRawBufferPointer, appendingTo output: inout [UInt8]
  ) throws(ZstdError) -> Int {
    ZSTD_CCtx_reset(context, ZSTD_reset_session_only)
    let bound = try ZstdError.check(ZSTD_compressBound(content.count))
    if buffer.count < bound { buffer = [UInt8](repeating: 0, count: bound) }
    let length = try ZstdError.check(
      ZSTD_compress2(context, &buffer, buffer.count, content.baseAddress, content.count))
    output.append(contentsOf: buffer[..<length])
    // One large content should not hold on to its memory for good.
    if buffer.count > 4 << 20 { buffer = [] }
    return length
  }

  /// Drops what was fed and starts a frame of a content whose size need not be known.
  package func begin() {
    ZSTD_CCtx_reset(context, ZSTD_reset_session_only)
  }

  /// Feeds a piece of content and appends what comes out to the output.
  package func feed(
    _ piece: UnsafeRawBufferPointer, appendingTo output: inout [UInt8]
  ) throws(ZstdError) {
    try stream(piece, ZSTD_e_continue, &output)
  }

  /// Ends the frame and appends what is left of it to the output.
  package func finish(appendingTo output: inout [UInt8]) throws(ZstdError) {
    try stream(UnsafeRawBufferPointer(start: nil, count: 0), ZSTD_e_end, &output)
  }

  private func stream(
    _ piece: UnsafeRawBufferPointer, _ end: ZSTD_EndDirective, _ output: inout [UInt8]
  ) throws(ZstdError) {
    if buffer.isEmpty { buffer = [UInt8](repeating: 0, count: ZSTD_CStreamOutSize()) }
    var input = ZSTD_inBuffer(src: piece.baseAddress, size: piece.count, pos: 0)
    while true {
      let (rest, length) = buffer.withUnsafeMutableBytes { bytes in
        var chunk = ZSTD_outBuffer(dst: bytes.baseAddress, size: bytes.count, pos: 0)
        return (ZSTD_compressStream2(context, &chunk, &input, end), chunk.pos)
      }
      _ = try ZstdError.check(rest)
      output.append(contentsOf: buffer[..<length])
      let isDone = end == ZSTD_e_end ? rest == 0 : input.pos == input.size
      if isDone { return }
    }
  }

  /// Levels whose own window would pass 8 MiB get that; 0 leaves the choice to libzstd.
  private static func windowLog(_ level: Int32) -> Int32 {
    level > 18 ? 23 : 0
  }
}
