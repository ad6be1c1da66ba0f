/// Bytes as text in the alphabets of RFC 4648.
package enum Base64 {
  /// Which letters stand for 62 and 63, and whether the text is padded.
  package enum Alphabet: Sendable {
    /// `+` and `/`, padded with `=`.
    case standard
    /// `-` and `_`, not padded.
    case urlSafe

    fileprivate var isPadded: Bool { self == .standard }

    fileprivate func letter(_ value: UInt8) -> UInt8 {
      switch value {
      case 0..<26: UInt8(ascii: "A") + value
      case 26..<52: UInt8(ascii: "a") + value - 26
      case 52..<62: UInt8(ascii: "0") + value - 52
      case 62: self == .standard ? UInt8(ascii: "+") : UInt8(ascii: "-")
      default: self == .standard ? UInt8(ascii: "/") : UInt8(ascii: "_")
      }
    }

    fileprivate func value(_ letter: UInt8) -> UInt8? {
      switch letter {
      case UInt8(ascii: "A")...UInt8(ascii: "Z"): return letter - UInt8(ascii: "A")
      case UInt8(ascii: "a")...UInt8(ascii: "z"): return letter - UInt8(ascii: "a") + 26
      case UInt8(ascii: "0")...UInt8(ascii: "9"): return letter - UInt8(ascii: "0") + 52
      case self.letter(62): return 62
      case self.letter(63): return 63
      default: return nil
      }
    }
  }

  /// Returns the text for bytes.
  package static func encode(
    _ bytes: some Collection<UInt8>, alphabet: Alphabet = .standard
  ) -> String {
    var text: [UInt8] = []
    text.reserveCapacity((bytes.count + 2) / 3 * 4)
    var word: UInt32 = 0
    var held = 0
    for byte in bytes {
      word = word << 8 | UInt32(byte)
      held += 8
      while held >= 6 {
        held -= 6
        text.append(alphabet.letter(UInt8(word >> UInt32(held) & 63)))
      }
    }
    if held > 0 { text.append(alphabet.letter(UInt8(word << UInt32(6 - held) & 63))) }
    while alphabet.isPadded, text.count % 4 != 0 { text.append(UInt8(ascii: "=")) }
    return String(decoding: text, as: UTF8.self)
  }

  /// Returns the bytes for a text, or nil if it is not exactly what ``encode(_:alphabet:)`` gives.
  package static func decode(_ text: String, alphabet: Alphabet = .standard) -> [UInt8]? {
    var letters = Array(text.utf8)[...]
    if alphabet.isPadded {
      guard letters.count % 4 == 0 else { return nil }
      for _ in 0..<2 where letters.last == UInt8(ascii: "=") { letters.removeLast() }
    }
    guard letters.count % 4 != 1 else { return nil }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(letters.count * 3 / 4)
    var word: UInt32 = 0
    var held: UInt32 = 0
    for letter in letters {
      guard let value = alphabet.value(letter) else { return nil }
      word = word << 6 | UInt32(value)
      held += 6
      if held >= 8 {
        held -= 8
        bytes.append(UInt8(truncatingIfNeeded: word >> held))
      }
    }
    // Bits that stand for nothing must be zero, or several texts would mean the same bytes.
    guard word & (1 << held - 1) == 0 else { return nil }
    return bytes
  }
}
