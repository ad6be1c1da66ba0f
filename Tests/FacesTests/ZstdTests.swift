import Testing
import Zstd

@Suite struct ZstdTests {
  private let text = Array(String(repeating: "all work and no play. ", count: 20_000).utf8)

  /// Bytes that do not compress, the same each time.
  private func noise(_ count: Int) -> [UInt8] {
    var state: UInt64 = 42
    return (0..<count).map { _ in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return UInt8(truncatingIfNeeded: state >> 33)
    }
  }

  private func decompress(
    _ frame: [UInt8], size: Int, limit: Int = 1 << 24
  ) throws(ZstdError) -> [UInt8] {
    try frame.withUnsafeBufferPointer { (bytes) throws(ZstdError) -> [UInt8] in
      try ZstdDecompressor().decompress(UnsafeRawBufferPointer(bytes), size: size, limit: limit)
    }
  }

  private func decompress(_ frame: [UInt8], limit: Int) throws(ZstdError) -> [UInt8] {
    try frame.withUnsafeBufferPointer { (bytes) throws(ZstdError) -> [UInt8] in
      try ZstdDecompressor().decompress(UnsafeRawBufferPointer(bytes), limit: limit)
    }
  }

  /// A frame made piece by piece, so that it does not say how large its content is.
  private func unannounced(_ content: [UInt8]) throws(ZstdError) -> [UInt8] {
    let compressor = ZstdCompressor()
    var frame: [UInt8] = []
    compressor.begin()
    for start in stride(from: 0, to: content.count, by: 10_000) {
      let piece = Array(content[start..<min(start + 10_000, content.count)])
      try piece.withUnsafeBufferPointer { (bytes) throws(ZstdError) in
        try compressor.feed(UnsafeRawBufferPointer(bytes), appendingTo: &frame)
      }
    }
    try compressor.finish(appendingTo: &frame)
    return frame
  }

  @Test func `contents of every size come back, one compressor after the other`() throws {
    let compressor = ZstdCompressor(level: 1)
    for count in [0, 1, 100, 131_071, 131_072, 131_073, 1 << 20] {
      for content in [noise(count), Array(repeating: 7, count: count)] {
        let frame = try compressor.compress(content)
        #expect(try decompress(frame, size: count) == content)
        #expect(try decompress(frame, limit: count) == content)
        #expect(try decompress(unannounced(content), size: count) == content)
      }
    }
    #expect(try compressor.compress(text).count < text.count / 100)
  }

  @Test func `a level above the window limit can still be read`() throws {
    let content = noise(1 << 18)
    #expect(try decompress(ZstdCompressor(level: 22).compress(content), size: 1 << 18) == content)
  }

  @Test func `a promise must be kept to the byte`() throws {
    let announced = try ZstdCompressor().compress(text)
    for frame in [announced, try unannounced(text)] {
      #expect(throws: ZstdError.wrongSize) { try decompress(frame, size: text.count - 1) }
      #expect(throws: ZstdError.wrongSize) { try decompress(frame, size: text.count + 1) }
      #expect(throws: ZstdError.wrongSize) { try decompress(frame, size: 0) }
    }
    #expect(throws: ZstdError.tooLarge) { try decompress(announced, size: 11, limit: 10) }
    #expect(throws: ZstdError.tooLarge) { try decompress(announced, size: -1) }
  }

  @Test func `a bomb is refused, whether it announces itself or not`() throws {
    let zeros = [UInt8](repeating: 0, count: 8 << 20)
    let announced = try ZstdCompressor().compress(zeros)
    let silent = try unannounced(zeros)
    #expect(announced.count < 2000)
    for frame in [announced, silent] {
      #expect(throws: ZstdError.tooLarge) { try decompress(frame, limit: zeros.count - 1) }
      #expect(throws: ZstdError.tooLarge) { try decompress(frame, limit: 10) }
    }
    // Magic, then a single segment of 2^62 bytes: no memory is taken for what is only said.
    let liar: [UInt8] = [0x28, 0xB5, 0x2F, 0xFD, 0xE0, 0, 0, 0, 0, 0, 0, 0, 0x40, 1, 0, 0]
    #expect(throws: ZstdError.tooLarge) { try decompress(liar, limit: 1 << 30) }
    #expect(throws: ZstdError.tooLarge) { try decompress(liar, size: 100, limit: 1 << 30) }
    // Two frames count as one content.
    #expect(throws: ZstdError.tooLarge) {
      try decompress(announced + announced, limit: zeros.count)
    }
    #expect(try decompress(announced + announced, limit: zeros.count * 2).count == zeros.count * 2)
  }

  @Test func `a window above 8 MiB is refused`() throws {
    // Magic, no single segment, window descriptor 2^27, one empty last block.
    let frame: [UInt8] = [0x28, 0xB5, 0x2F, 0xFD, 0x00, 17 << 3, 1, 0, 0]
    #expect(throws: ZstdError.windowTooLarge) { try decompress(frame, limit: 100) }
    let modest: [UInt8] = [0x28, 0xB5, 0x2F, 0xFD, 0x00, 13 << 3, 1, 0, 0]
    #expect(try decompress(modest, limit: 100).isEmpty)
  }

  @Test func `every cut is truncated and every flipped byte is noticed`() throws {
    let content = noise(300)
    let frame = try ZstdCompressor().compress(content)
    for length in 0..<frame.count {
      #expect(throws: ZstdError.self) { try decompress(Array(frame.prefix(length)), size: 300) }
    }
    #expect(throws: ZstdError.truncated) { try decompress([], limit: 300) }
    #expect(throws: ZstdError.truncated) { try decompress(Array(frame.dropLast()), limit: 300) }
    #expect(throws: ZstdError.notAFrame) { try decompress(Array("<html>".utf8), limit: 300) }
    #expect(throws: ZstdError.notAFrame) { try decompress(frame + Array("tail".utf8), limit: 300) }
    #expect(throws: ZstdError.wrongChecksum) {
      try decompress(frame.dropLast() + [frame[frame.count - 1] ^ 1], limit: 300)
    }
    for place in frame.indices {
      var bad = frame
      bad[place] ^= 0x10
      do throws(ZstdError) {
        // Some header bits are spare; then the content must still be the right one.
        #expect(try decompress(bad, size: 300) == content)
      } catch {
        #expect(!error.description.isEmpty)
      }
    }
  }

  @Test func `a stream yields the content in any pieces and stops at its limit`() throws {
    let frame = try ZstdCompressor().compress(text)
    let decompressor = ZstdDecompressor()
    for size in [1, 7, frame.count] {
      var content: [UInt8] = []
      decompressor.begin(limit: text.count)
      for start in stride(from: 0, to: frame.count, by: size) {
        let piece = Array(frame[start..<min(start + size, frame.count)])
        try piece.withUnsafeBytes { bytes in
          try decompressor.feed(bytes) { content.append(contentsOf: $0) }
        }
      }
      try decompressor.finish()
      #expect(content == text)
    }
    decompressor.begin(limit: text.count)
    try frame.dropLast().withUnsafeBytes { try decompressor.feed($0) { _ in } }
    #expect(throws: ZstdError.truncated) { try decompressor.finish() }
    var received = 0
    decompressor.begin(limit: 1000)
    #expect(throws: ZstdError.tooLarge) {
      try frame.withUnsafeBytes { try decompressor.feed($0) { received += $0.count } }
    }
    #expect(received <= 1000)
  }
}
