import Zstd

/// Frames that nobody vouches for: never more than allowed comes out, in one go or in pieces.
func fuzzZstd(_ bytes: [UInt8]) throws {
  var input = FuzzInput(bytes)
  let mode = input.byte()
  let limit = input.number(below: 1 << 16)
  var frame = input.remainder()
  if mode % 2 == 0 {
    let content = frame
    frame = try ZstdCompressor().compress(content)
    let back = try frame.withUnsafeBytes {
      try ZstdDecompressor().decompress($0, size: content.count, limit: content.count)
    }
    try promise(back == content, "what was compressed comes back as something else")
    if !frame.isEmpty { frame[Int(mode) % frame.count] ^= mode & 0x1E }
  }
  let whole = try? frame.withUnsafeBytes { try ZstdDecompressor().decompress($0, limit: limit) }
  if let whole { try promise(whole.count <= limit, "more than allowed: \(whole.count)") }
  let pieces = feed(frame, limit: limit, step: 1 + Int(mode))
  try promise(pieces == whole || frame.isEmpty, "in pieces it is another content")
}

private func feed(_ frame: [UInt8], limit: Int, step: Int) -> [UInt8]? {
  let decompressor = ZstdDecompressor()
  decompressor.begin(limit: limit)
  var content: [UInt8] = []
  do {
    for start in stride(from: 0, to: frame.count, by: step) {
      try frame[start..<min(start + step, frame.count)].withUnsafeBytes { piece in
        try decompressor.feed(piece) { content.append(contentsOf: $0) }
      }
    }
    try decompressor.finish()
    return content
  } catch {
    return nil
  }
}
