extension JSONWriter {
  /// Appends a string in quotes.
  mutating func appendQuoted(_ string: String) {
    bytes.append(UInt8(ascii: "\""))
    let isDone: Void? = string.utf8.withContiguousStorageIfAvailable {
      appendEscaped(UnsafeRawBufferPointer($0))
    }
    if isDone == nil {
      Array(string.utf8).withUnsafeBytes { appendEscaped($0) }
    }
    bytes.append(UInt8(ascii: "\""))
  }

  /// Appends UTF-8, escaping quotes, backslashes, control characters and line separators.
  ///
  /// DEL, U+0080 to U+009F, U+2028 and U+2029 are escaped too: terminals and scripts mind them.
  mutating func appendEscaped(_ text: UnsafeRawBufferPointer) {
    var start = 0
    var place = 0
    while true {
      place = Self.endOfSafeRun(in: text, from: place)
      guard place < text.count else { break }
      guard let (scalar, length) = Self.scalarToEscape(in: text, at: place) else {
        place += 1
        continue
      }
      bytes.append(contentsOf: UnsafeRawBufferPointer(rebasing: text[start..<place]))
      appendEscape(scalar)
      place += length
      start = place
    }
    if start < text.count {
      bytes.append(contentsOf: UnsafeRawBufferPointer(rebasing: text[start...]))
    }
  }

  /// Appends a whole number in decimal digits.
  mutating func appendDecimal(_ magnitude: UInt64, isNegative: Bool) {
    // Twenty digits and a sign are the most there can be.
    let capacity = 21
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: capacity) { digits in
      var rest = magnitude
      var place = capacity
      repeat {
        let (quotient, digit) = rest.quotientAndRemainder(dividingBy: 10)
        place -= 1
        digits.initializeElement(at: place, to: UInt8(ascii: "0") + UInt8(digit))
        rest = quotient
      } while rest > 0
      if isNegative {
        place -= 1
        digits.initializeElement(at: place, to: UInt8(ascii: "-"))
      }
      bytes.append(contentsOf: UnsafeBufferPointer(rebasing: digits[place...]))
    }
  }

  /// Returns the place of the next byte that may start something to escape.
  @inline(__always)
  private static func endOfSafeRun(in text: UnsafeRawBufferPointer, from start: Int) -> Int {
    var place = start
    while place &+ 8 <= text.count {
      let word = UInt64(littleEndian: text.loadUnaligned(fromByteOffset: place, as: UInt64.self))
      let special =
        bytesBelow(0x20, in: word) | zeroBytes(in: word ^ everyByte(0x22))
        | zeroBytes(in: word ^ everyByte(0x5C)) | zeroBytes(in: word ^ everyByte(0x7F))
        | zeroBytes(in: word ^ everyByte(0xC2)) | zeroBytes(in: word ^ everyByte(0xE2))
      if special != 0 { return place &+ special.trailingZeroBitCount >> 3 }
      place &+= 8
    }
    while place < text.count {
      switch text[place] {
      case 0..<0x20, 0x22, 0x5C, 0x7F, 0xC2, 0xE2: return place
      default: place &+= 1
      }
    }
    return place
  }

  /// Returns what must be escaped at a place and how many bytes it has, or nil if nothing must.
  private static func scalarToEscape(
    in text: UnsafeRawBufferPointer, at place: Int
  ) -> (scalar: UInt16, length: Int)? {
    let byte = text[place]
    switch byte {
    case 0xC2:
      guard place + 1 < text.count, text[place + 1] < 0xA0 else { return nil }
      return (UInt16(text[place + 1]), 2)
    case 0xE2:
      guard place + 2 < text.count, text[place + 1] == 0x80, text[place + 2] & 0xFE == 0xA8
      else { return nil }
      return (0x2028 + UInt16(text[place + 2] & 1), 3)
    default: return (UInt16(byte), 1)
    }
  }

  private mutating func appendEscape(_ scalar: UInt16) {
    bytes.append(UInt8(ascii: "\\"))
    switch scalar {
    case 0x22, 0x5C: bytes.append(UInt8(scalar))
    case 0x08: bytes.append(UInt8(ascii: "b"))
    case 0x09: bytes.append(UInt8(ascii: "t"))
    case 0x0A: bytes.append(UInt8(ascii: "n"))
    case 0x0C: bytes.append(UInt8(ascii: "f"))
    case 0x0D: bytes.append(UInt8(ascii: "r"))
    default:
      bytes.append(UInt8(ascii: "u"))
      for shift in [12, 8, 4, 0] {
        let digit = UInt8(scalar >> UInt16(shift) & 0xF)
        bytes.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
      }
    }
  }
}
