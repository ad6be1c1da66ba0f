extension Scanner {
  /// Goes past a number, a date, a time or a truth value.
  mutating func skipPlainValue() throws(Failure) {
    let start = offset
    while let byte = next, Scanner.isPlain(byte) { offset += 1 }
    guard offset > start else { throw fail(.expectedValue) }
    let token = bytes[start..<offset]
    if token.elementsEqual("true".utf8) || token.elementsEqual("false".utf8) { return }
    if DateText.looksLikeDate(token) || DateText.looksLikeTime(token) {
      try skipDate(from: start)
      return
    }
    guard NumberText.isInteger(token) || NumberText.isFloat(token) else {
      let isWord = token.first.map(Scanner.isLetter) ?? false
      throw fail(isWord ? .expectedValue : .badNumber, at: start)
    }
  }

  /// Goes past the rest of a date, whose first word has been passed already.
  private mutating func skipDate(from start: Int) throws(Failure) {
    // One blank may stand for the T between date and time.
    if offset - start == 10, next == UInt8(ascii: " "), byte(ahead: 1).map(Scanner.isDigit) == true
    {
      offset += 1
      while let byte = next, Scanner.isPlain(byte) { offset += 1 }
    }
    guard DateText.isValid(bytes[start..<offset]) else { throw fail(.badDate, at: start) }
  }

  private static func isPlain(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."),
      UInt8(ascii: ":"):
      true
    default: isLetter(byte) || isDigit(byte)
    }
  }
}

/// The grammar of numbers.
enum NumberText {
  static func isInteger(_ token: ArraySlice<UInt8>) -> Bool {
    if token.first == UInt8(ascii: "0"), token.count > 2 {
      let digits = token.dropFirst(2)
      switch token[token.startIndex + 1] {
      case UInt8(ascii: "x"): return fits(digits, radix: 16)
      case UInt8(ascii: "o"): return fits(digits, radix: 8)
      case UInt8(ascii: "b"): return fits(digits, radix: 2)
      default: break
      }
    }
    let (isNegative, digits) = unsigned(token)
    guard digits.count == 1 || digits.first != UInt8(ascii: "0") else { return false }
    return fits(digits, radix: 10, isNegative: isNegative)
  }

  static func isFloat(_ token: ArraySlice<UInt8>) -> Bool {
    let (_, rest) = unsigned(token)
    if rest.elementsEqual("inf".utf8) || rest.elementsEqual("nan".utf8) { return true }
    let exponent = rest.firstIndex { $0 | 0x20 == UInt8(ascii: "e") }
    let mantissa = rest[..<(exponent ?? rest.endIndex)]
    let dot = mantissa.firstIndex(of: UInt8(ascii: "."))
    guard exponent != nil || dot != nil else { return false }
    let whole = mantissa[..<(dot ?? mantissa.endIndex)]
    guard areDigits(whole), whole.count == 1 || whole.first != UInt8(ascii: "0") else {
      return false
    }
    if let dot, !areDigits(mantissa[(dot + 1)...]) { return false }
    if let exponent, !areDigits(unsigned(rest[(exponent + 1)...]).digits) { return false }
    return true
  }

  private static func unsigned(
    _ token: ArraySlice<UInt8>
  ) -> (isNegative: Bool, digits: ArraySlice<UInt8>) {
    switch token.first {
    case UInt8(ascii: "-"): (true, token.dropFirst())
    case UInt8(ascii: "+"): (false, token.dropFirst())
    default: (false, token)
    }
  }

  /// Tells whether there are digits alone, with underscores between two of them at most.
  private static func areDigits(_ text: ArraySlice<UInt8>) -> Bool {
    var isAfterDigit = false
    for byte in text {
      if byte == UInt8(ascii: "_") {
        guard isAfterDigit else { return false }
        isAfterDigit = false
      } else {
        guard Scanner.isDigit(byte) else { return false }
        isAfterDigit = true
      }
    }
    return isAfterDigit
  }

  private static func fits(
    _ digits: ArraySlice<UInt8>, radix: Int64, isNegative: Bool = false
  ) -> Bool {
    var value: Int64 = 0
    var isAfterDigit = false
    for byte in digits {
      if byte == UInt8(ascii: "_") {
        guard isAfterDigit else { return false }
        isAfterDigit = false
        continue
      }
      guard let digit = Scanner.hexadecimal(byte).map(Int64.init), digit < radix else {
        return false
      }
      isAfterDigit = true
      let (product, isTooBig) = value.multipliedReportingOverflow(by: radix)
      let (sum, isOver) =
        isNegative
        ? product.subtractingReportingOverflow(digit) : product.addingReportingOverflow(digit)
      guard !isTooBig, !isOver else { return false }
      value = sum
    }
    return isAfterDigit
  }
}
