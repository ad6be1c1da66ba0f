import SyncModel

/// Reads digests straight from the bytes of a document.
enum WireDigest {
  private static let prefix: [UInt8] = Array("sha256:".utf8)

  /// Parses `sha256:` and 64 lowercase hexadecimal digits.
  static func parse(_ bytes: UnsafeRawBufferPointer) -> Digest? {
    guard bytes.count == 71 else { return nil }
    for index in 0..<7 where bytes[index] != prefix[index] { return nil }
    guard let first = word(bytes, at: 7), let second = word(bytes, at: 23),
      let third = word(bytes, at: 39), let fourth = word(bytes, at: 55)
    else { return nil }
    return Digest(words: (first, second, third, fourth))
  }

  /// Parses 16 lowercase hexadecimal digits.
  static func word(_ bytes: UnsafeRawBufferPointer, at start: Int) -> UInt64? {
    var word: UInt64 = 0
    for index in start..<start + 16 {
      let digit = bytes[index]
      let value: UInt8
      if digit &- 0x30 < 10 {
        value = digit &- 0x30
      } else if digit &- 0x61 < 6 {
        value = digit &- 0x57
      } else {
        return nil
      }
      word = word << 4 | UInt64(value)
    }
    return word
  }
}
