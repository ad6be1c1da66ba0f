/// A SHA-256 digest, the identity of a content.
package struct Digest: Hashable, Sendable {
  /// The 32 bytes as four big-endian words, so that a digest lives inline in its holder.
  package let words: (UInt64, UInt64, UInt64, UInt64)

  /// Makes a digest from four big-endian words.
  package init(words: (UInt64, UInt64, UInt64, UInt64)) {
    self.words = words
  }

  /// Makes a digest from 32 bytes, or nothing from any other count.
  package init?(bytes: UnsafeRawBufferPointer) {
    guard bytes.count == 32 else { return nil }
    func word(_ index: Int) -> UInt64 {
      UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: index * 8, as: UInt64.self))
    }
    self.words = (word(0), word(1), word(2), word(3))
  }

  /// Makes a digest from 32 bytes, or nothing from any other count.
  package init?(bytes: [UInt8]) {
    guard let digest = bytes.withUnsafeBytes({ Digest(bytes: $0) }) else { return nil }
    self = digest
  }

  /// Makes a digest from 64 lowercase hexadecimal digits, with or without the prefix `sha256:`.
  package init?(text: String) {
    var digits = text[...].utf8
    if text.hasPrefix("sha256:") { digits = digits.dropFirst(7) }
    guard digits.count == 64 else { return nil }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(32)
    var high: UInt8?
    for digit in digits {
      let value: UInt8
      switch digit {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): value = digit - UInt8(ascii: "0")
      case UInt8(ascii: "a")...UInt8(ascii: "f"): value = digit - UInt8(ascii: "a") + 10
      default: return nil
      }
      if let upper = high {
        bytes.append(upper << 4 | value)
        high = nil
      } else {
        high = value
      }
    }
    self.init(bytes: bytes)
  }

  /// The 32 bytes of the digest.
  package var bytes: [UInt8] {
    [UInt8](unsafeUninitializedCapacity: 32) { buffer, count in
      write(to: UnsafeMutableRawBufferPointer(buffer))
      count = 32
    }
  }

  /// Writes the 32 bytes to the start of a buffer, which must hold at least 32.
  package func write(to buffer: UnsafeMutableRawBufferPointer) {
    precondition(buffer.count >= 32, "a digest needs 32 bytes of room")
    buffer.storeBytes(of: words.0.bigEndian, toByteOffset: 0, as: UInt64.self)
    buffer.storeBytes(of: words.1.bigEndian, toByteOffset: 8, as: UInt64.self)
    buffer.storeBytes(of: words.2.bigEndian, toByteOffset: 16, as: UInt64.self)
    buffer.storeBytes(of: words.3.bigEndian, toByteOffset: 24, as: UInt64.self)
  }

  /// Calls a closure with the 32 bytes, without a heap allocation.
  package func withBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows
    -> Result
  {
    let ordered = (
      words.0.bigEndian, words.1.bigEndian, words.2.bigEndian, words.3.bigEndian
    )
    return try withUnsafeBytes(of: ordered, body)
  }

  /// The digest as 64 lowercase hexadecimal digits.
  package var hex: String {
    String(unsafeUninitializedCapacity: 64) { buffer in
      withBytes { bytes in
        for (index, byte) in bytes.enumerated() {
          buffer[index * 2] = Digest.hexDigit(byte >> 4)
          buffer[index * 2 + 1] = Digest.hexDigit(byte & 15)
        }
      }
      return 64
    }
  }

  private static func hexDigit(_ value: UInt8) -> UInt8 {
    value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
  }

  package static func == (left: Digest, right: Digest) -> Bool { left.words == right.words }

  package func hash(into hasher: inout Hasher) {
    hasher.combine(words.0)
    hasher.combine(words.1)
  }
}

extension Digest: Comparable {
  package static func < (left: Digest, right: Digest) -> Bool { left.words < right.words }
}

extension Digest: CustomStringConvertible {
  /// The digest as it is printed everywhere: `sha256:` and 64 hexadecimal digits.
  package var description: String { "sha256:" + hex }
}
