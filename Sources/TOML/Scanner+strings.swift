extension Scanner {
  /// Goes past a string value of any of the four kinds; the next byte is its quote.
  mutating func skipString() throws(Failure) {
    if next == UInt8(ascii: "\"") {
      if byte(ahead: 1) == next, byte(ahead: 2) == next {
        try skipLongString("\"", hasEscapes: true)
      } else {
        _ = try basicString()
      }
    } else if byte(ahead: 1) == next, byte(ahead: 2) == next {
      try skipLongString("'", hasEscapes: false)
    } else {
      _ = try literalString()
    }
  }

  /// Reads a string in double quotes; the next byte is the first quote.
  mutating func basicString() throws(Failure) -> [UInt8] {
    var text: [UInt8] = []
    offset += 1
    while let byte = next {
      switch byte {
      case UInt8(ascii: "\""):
        offset += 1
        return text
      case UInt8(ascii: "\\"):
        text.append(contentsOf: try escape())
      case UInt8(ascii: "\n"), UInt8(ascii: "\r"):
        throw fail(.unterminatedString)
      default:
        guard !Scanner.isControl(byte) else { throw fail(.controlCharacter) }
        text.append(byte)
        offset += 1
      }
    }
    throw fail(.unterminatedString)
  }

  /// Reads a string in single quotes; the next byte is the first quote.
  mutating func literalString() throws(Failure) -> [UInt8] {
    offset += 1
    let start = offset
    while let byte = next {
      switch byte {
      case UInt8(ascii: "'"):
        offset += 1
        return Array(bytes[start..<(offset - 1)])
      case UInt8(ascii: "\n"), UInt8(ascii: "\r"):
        throw fail(.unterminatedString)
      default:
        guard !Scanner.isControl(byte) else { throw fail(.controlCharacter) }
        offset += 1
      }
    }
    throw fail(.unterminatedString)
  }

  private mutating func skipLongString(
    _ quote: Unicode.Scalar, hasEscapes: Bool
  ) throws(Failure) {
    offset += 3
    while let byte = next {
      if byte == UInt8(ascii: quote) {
        var run = 0
        // Two quotes may stand right before the three that close the string.
        while run < 5, self.byte(ahead: run) == byte { run += 1 }
        offset += run
        if run >= 3 { return }
      } else if hasEscapes, byte == UInt8(ascii: "\\") {
        if try !skipFoldedLine() { _ = try escape() }
      } else if try !skipLineEnd() {
        guard !Scanner.isControl(byte) else { throw fail(.controlCharacter) }
        offset += 1
      }
    }
    throw fail(.unterminatedString)
  }

  /// Goes past a backslash at a line's end, with all blanks and lines' ends behind it.
  private mutating func skipFoldedLine() throws(Failure) -> Bool {
    let start = offset
    offset += 1
    skipBlanks()
    guard try skipLineEnd() else {
      offset = start
      return false
    }
    repeat { skipBlanks() } while try skipLineEnd()
    return true
  }

  /// Reads an escape; the next byte is the backslash.
  private mutating func escape() throws(Failure) -> [UInt8] {
    let start = offset
    offset += 1
    guard let byte = next else { throw fail(.unterminatedString) }
    offset += 1
    switch byte {
    case UInt8(ascii: "b"): return [0x08]
    case UInt8(ascii: "t"): return [0x09]
    case UInt8(ascii: "n"): return [0x0A]
    case UInt8(ascii: "f"): return [0x0C]
    case UInt8(ascii: "r"): return [0x0D]
    case UInt8(ascii: "\""), UInt8(ascii: "\\"): return [byte]
    case UInt8(ascii: "u"), UInt8(ascii: "U"):
      let count = byte == UInt8(ascii: "u") ? 4 : 8
      var value: UInt32 = 0
      for ahead in 0..<count {
        guard let digit = self.byte(ahead: ahead).flatMap(Scanner.hexadecimal) else {
          throw fail(.badEscape, at: start)
        }
        // Eight digits fill the 32 bits and no more.
        value = value << 4 | digit
      }
      guard let scalar = Unicode.Scalar(value) else { throw fail(.badEscape, at: start) }
      offset += count
      return Array(String(scalar).utf8)
    default:
      throw fail(.badEscape, at: start)
    }
  }

  static func hexadecimal(_ byte: UInt8) -> UInt32? {
    if isDigit(byte) { return UInt32(byte - UInt8(ascii: "0")) }
    let lower = byte | 0x20
    guard lower >= UInt8(ascii: "a"), lower <= UInt8(ascii: "f") else { return nil }
    return UInt32(lower - UInt8(ascii: "a")) + 10
  }
}
