/// A string in a document, checked but not yet built; lives as long as the document's bytes.
package struct JSONText {
  /// What stands between the quotes, escapes and all.
  package let raw: UnsafeRawBufferPointer
  /// Whether anything in it is escaped.
  package let hasEscapes: Bool

  init(raw: UnsafeRawBufferPointer, hasEscapes: Bool) {
    self.raw = raw
    self.hasEscapes = hasEscapes
  }

  /// The UTF-8 of the string itself, or nil if it has escapes and must be built first.
  package var bytes: UnsafeRawBufferPointer? {
    hasEscapes ? nil : raw
  }

  /// The string.
  package var string: String {
    guard hasEscapes else { return String(decoding: raw, as: UTF8.self) }
    // An escape is never shorter than the UTF-8 that it stands for.
    return String(unsafeUninitializedCapacity: raw.count) { unescape(into: $0) }
  }

  /// Says whether a string is a literal's, byte for byte, without building it.
  package static func == (text: JSONText, literal: StaticString) -> Bool {
    guard literal.hasPointerRepresentation else { return text.string == "\(literal)" }
    let wanted = UnsafeRawBufferPointer(
      start: literal.utf8Start, count: literal.utf8CodeUnitCount)
    guard text.hasEscapes else {
      guard text.raw.count == wanted.count else { return false }
      var place = 0
      while place < wanted.count {
        guard text.raw[place] == wanted[place] else { return false }
        place &+= 1
      }
      return true
    }
    return text.string.utf8.elementsEqual(wanted)
  }

  /// Lets `switch` compare a key with literals.
  package static func ~= (literal: StaticString, text: JSONText) -> Bool {
    text == literal
  }

  /// Writes the string's UTF-8 and returns its length; the scan has checked every escape.
  private func unescape(into output: UnsafeMutableBufferPointer<UInt8>) -> Int {
    var read = 0
    var written = 0
    func put(_ byte: UInt8) {
      output[written] = byte
      written += 1
    }
    while read < raw.count {
      guard raw[read] == UInt8(ascii: "\\") else {
        put(raw[read])
        read += 1
        continue
      }
      let letter = raw[read + 1]
      guard letter == UInt8(ascii: "u") else {
        put(Self.meaning(of: letter))
        read += 2
        continue
      }
      var scalar = unit(at: read)
      read += 6
      if 0xD800...0xDBFF ~= scalar {
        scalar = 0x10000 + (scalar - 0xD800) << 10 + (unit(at: read) - 0xDC00)
        read += 6
      }
      let character = Unicode.Scalar(scalar) ?? "\u{FFFD}"
      UTF8.encode(character)?.forEach(put)
    }
    return written
  }

  private static func meaning(of letter: UInt8) -> UInt8 {
    switch letter {
    case UInt8(ascii: "b"): 0x08
    case UInt8(ascii: "f"): 0x0C
    case UInt8(ascii: "n"): 0x0A
    case UInt8(ascii: "r"): 0x0D
    case UInt8(ascii: "t"): 0x09
    default: letter
    }
  }

  private func unit(at backslash: Int) -> UInt32 {
    raw[backslash + 2..<backslash + 6].reduce(0) { $0 << 4 | UInt32(hexDigit($1) ?? 0) }
  }
}
