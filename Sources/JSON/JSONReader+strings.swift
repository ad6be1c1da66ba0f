extension JSONReader {
  /// Reads a string.
  package mutating func string() throws(JSONError) -> String {
    try text().string
  }

  /// Reads a string without building it.
  package mutating func text() throws(JSONError) -> JSONText {
    guard try nextByte() == UInt8(ascii: "\"") else { throw mismatch(.string) }
    let text = try scanString()
    hasValue = true
    return text
  }

  /// Passes over a string from its opening quote, checking escapes and UTF-8.
  mutating func scanString() throws(JSONError) -> JSONText {
    let start = offset &+ 1
    var place = start
    var hasEscapes = false
    while true {
      place = endOfPlainRun(from: place)
      guard place < bytes.count else { throw JSONError(.unexpectedEnd, at: place) }
      switch bytes[place] {
      case UInt8(ascii: "\""):
        offset = place &+ 1
        return JSONText(
          raw: UnsafeRawBufferPointer(rebasing: bytes[start..<place]), hasEscapes: hasEscapes)
      case UInt8(ascii: "\\"):
        hasEscapes = true
        place = try endOfEscape(at: place)
      case 0..<0x20:
        throw JSONError(.controlCharacter, at: place)
      default:
        let length = lengthOfUTF8Sequence(in: bytes, at: place)
        guard length > 0 else { throw JSONError(.malformedUTF8, at: place) }
        place &+= length
      }
    }
  }

  /// Returns the place of the next quote, backslash, control character or byte beyond ASCII.
  @inline(__always)
  private func endOfPlainRun(from start: Int) -> Int {
    var place = start
    while place &+ 8 <= bytes.count {
      let word = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self))
      let special =
        (bytesBelow(0x20, in: word) | zeroBytes(in: word ^ everyByte(0x22))
          | zeroBytes(in: word ^ everyByte(0x5C)) | word) & everyByte(0x80)
      if special != 0 { return place &+ special.trailingZeroBitCount >> 3 }
      place &+= 8
    }
    while place < bytes.count {
      let byte = bytes[place]
      if byte < 0x20 || byte == 0x22 || byte == 0x5C || byte >= 0x80 { return place }
      place &+= 1
    }
    return place
  }

  private func endOfEscape(at backslash: Int) throws(JSONError) -> Int {
    guard backslash + 1 < bytes.count else {
      throw JSONError(.unexpectedEnd, at: bytes.count)
    }
    switch bytes[backslash + 1] {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"),
      UInt8(ascii: "f"), UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
      return backslash + 2
    case UInt8(ascii: "u"): break
    default: throw JSONError(.malformedEscape, at: backslash)
    }
    let first = try hexUnit(at: backslash)
    switch first {
    case 0xDC00...0xDFFF: throw JSONError(.loneSurrogate, at: backslash)
    case 0xD800...0xDBFF:
      let second = backslash + 6
      guard second + 1 < bytes.count, bytes[second] == UInt8(ascii: "\\"),
        bytes[second + 1] == UInt8(ascii: "u"), try 0xDC00...0xDFFF ~= hexUnit(at: second)
      else { throw JSONError(.loneSurrogate, at: backslash) }
      return second + 6
    default: return backslash + 6
    }
  }

  private func hexUnit(at backslash: Int) throws(JSONError) -> UInt16 {
    guard backslash + 6 <= bytes.count else {
      throw JSONError(.malformedEscape, at: backslash)
    }
    var unit: UInt16 = 0
    for place in backslash + 2..<backslash + 6 {
      guard let digit = hexDigit(bytes[place]) else {
        throw JSONError(.malformedEscape, at: backslash)
      }
      unit = unit << 4 | UInt16(digit)
    }
    return unit
  }
}
