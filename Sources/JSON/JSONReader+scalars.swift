extension JSONReader {
  /// Reads `true` or `false`.
  package mutating func bool() throws(JSONError) -> Bool {
    switch try nextByte() {
    case UInt8(ascii: "t"):
      try literal("true")
      return true
    case UInt8(ascii: "f"):
      try literal("false")
      return false
    default: throw mismatch(.bool)
    }
  }

  /// Reads `null`.
  package mutating func null() throws(JSONError) {
    guard try nextByte() == UInt8(ascii: "n") else { throw mismatch(.null) }
    try literal("null")
  }

  /// Reads `null` if it comes next and says whether it did.
  package mutating func nullIfPresent() throws(JSONError) -> Bool {
    guard try nextByte() == UInt8(ascii: "n") else { return false }
    try literal("null")
    return true
  }

  /// Reads a whole number.
  ///
  /// - Throws: `numberOutOfRange` for a fraction, an exponent or more than 64 bits.
  package mutating func integer() throws(JSONError) -> Int64 {
    let number = try scanNumber()
    guard let integer = number.integer else {
      throw JSONError(.numberOutOfRange, at: number.start)
    }
    return integer
  }

  /// Reads a number as the nearest double.
  ///
  /// - Throws: `numberOutOfRange` where that would be infinite.
  package mutating func number() throws(JSONError) -> Double {
    try double(scanNumber())
  }

  /// A number as it stands in the document.
  struct ScannedNumber {
    /// Where the number starts.
    var start: Int
    /// Where the number ends.
    var end: Int
    /// The value, if the number is a whole one of at most 64 bits.
    var integer: Int64?
  }

  /// Returns the value of a scanned number as a double.
  func double(_ number: ScannedNumber) throws(JSONError) -> Double {
    let digits = UnsafeRawBufferPointer(rebasing: bytes[number.start..<number.end])
    guard let value = Double(String(decoding: digits, as: UTF8.self)), value.isFinite else {
      throw JSONError(.numberOutOfRange, at: number.start)
    }
    return value
  }

  /// Passes over a number, checking its grammar.
  mutating func scanNumber() throws(JSONError) -> ScannedNumber {
    var byte = try nextByte()
    let start = offset
    let isNegative = byte == UInt8(ascii: "-")
    if isNegative {
      offset &+= 1
      guard offset < bytes.count else { throw JSONError(.unexpectedEnd, at: offset) }
      byte = bytes[offset]
      guard isDigit(byte) else { throw JSONError(.malformedNumber, at: offset) }
    }
    guard isDigit(byte) else { throw mismatch(.number) }
    // Counted downwards, because the least Int64 has no positive twin.
    var total: Int64 = 0
    var fits = true
    let firstDigit = offset
    while offset < bytes.count, isDigit(bytes[offset]) {
      let (product, tooBig) = total.multipliedReportingOverflow(by: 10)
      let (sum, tooLow) = product.subtractingReportingOverflow(Int64(bytes[offset] &- 0x30))
      fits = fits && !tooBig && !tooLow
      total = sum
      offset &+= 1
    }
    guard byte != UInt8(ascii: "0") || offset == firstDigit + 1 else {
      throw JSONError(.malformedNumber, at: firstDigit)
    }
    var isWhole = true
    if offset < bytes.count, bytes[offset] == UInt8(ascii: ".") {
      isWhole = false
      offset &+= 1
      try digits()
    }
    if offset < bytes.count, bytes[offset] | 0x20 == UInt8(ascii: "e") {
      isWhole = false
      offset &+= 1
      if offset < bytes.count,
        bytes[offset] == UInt8(ascii: "+") || bytes[offset] == UInt8(ascii: "-")
      {
        offset &+= 1
      }
      try digits()
    }
    hasValue = true
    var integer: Int64?
    if isWhole, fits {
      if isNegative {
        integer = total
      } else if total != .min {
        integer = -total
      }
    }
    return ScannedNumber(start: start, end: offset, integer: integer)
  }

  private mutating func digits() throws(JSONError) {
    guard offset < bytes.count else { throw JSONError(.unexpectedEnd, at: offset) }
    guard isDigit(bytes[offset]) else { throw JSONError(.malformedNumber, at: offset) }
    while offset < bytes.count, isDigit(bytes[offset]) { offset &+= 1 }
  }

  @inline(__always)
  private func isDigit(_ byte: UInt8) -> Bool {
    byte &- 0x30 < 10
  }

  private mutating func literal(_ word: StaticString) throws(JSONError) {
    for index in 0..<word.utf8CodeUnitCount {
      let place = offset + index
      guard place < bytes.count else { throw JSONError(.unexpectedEnd, at: place) }
      guard bytes[place] == word.utf8Start[index] else {
        throw JSONError(.unexpectedByte, at: place)
      }
    }
    offset += word.utf8CodeUnitCount
    hasValue = true
  }
}
