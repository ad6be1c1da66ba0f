/// Returns a word of eight equal bytes.
@inline(__always)
func everyByte(_ byte: UInt8) -> UInt64 {
  UInt64(byte) &* 0x0101_0101_0101_0101
}

/// Marks the high bit of bytes that are zero; marks above the lowest may be false.
@inline(__always)
func zeroBytes(in word: UInt64) -> UInt64 {
  (word &- everyByte(1)) & ~word & everyByte(0x80)
}

/// Marks the high bit of bytes below a bound of at most 0x80; marks above the lowest may be false.
@inline(__always)
func bytesBelow(_ bound: UInt8, in word: UInt64) -> UInt64 {
  (word &- everyByte(bound)) & ~word & everyByte(0x80)
}

/// Returns the value of a hexadecimal digit of either case.
func hexDigit(_ byte: UInt8) -> UInt8? {
  switch byte {
  case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
  case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
  case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
  default: nil
  }
}

/// Returns how many bytes the well-formed UTF-8 sequence at a place has, or 0 if there is none.
func lengthOfUTF8Sequence(in bytes: UnsafeRawBufferPointer, at place: Int) -> Int {
  func continues(_ distance: Int, _ range: ClosedRange<UInt8> = 0x80...0xBF) -> Bool {
    place + distance < bytes.count && range ~= bytes[place + distance]
  }
  switch bytes[place] {
  case 0x00...0x7F: return 1
  case 0xC2...0xDF: return continues(1) ? 2 : 0
  case 0xE0: return continues(1, 0xA0...0xBF) && continues(2) ? 3 : 0
  case 0xED: return continues(1, 0x80...0x9F) && continues(2) ? 3 : 0
  case 0xE1...0xEF: return continues(1) && continues(2) ? 3 : 0
  case 0xF0: return continues(1, 0x90...0xBF) && continues(2) && continues(3) ? 4 : 0
  case 0xF1...0xF3: return continues(1) && continues(2) && continues(3) ? 4 : 0
  case 0xF4: return continues(1, 0x80...0x8F) && continues(2) && continues(3) ? 4 : 0
  default: return 0
  }
}

extension String {
  /// Says whether two strings have the same bytes; `==` would take NFC and NFD for the same.
  func hasSameBytes(as other: String) -> Bool {
    utf8.count == other.utf8.count && utf8.elementsEqual(other.utf8)
  }
}
