/// The grammar of dates and times, which follows RFC 3339.
enum DateText {
  /// Tells whether a word begins as a date does.
  static func looksLikeDate(_ text: ArraySlice<UInt8>) -> Bool {
    text.count > 4 && text.prefix(4).allSatisfy(Scanner.isDigit)
      && text[text.startIndex + 4] == UInt8(ascii: "-")
  }

  /// Tells whether a word begins as a time does.
  static func looksLikeTime(_ text: ArraySlice<UInt8>) -> Bool {
    text.count > 2 && text.prefix(2).allSatisfy(Scanner.isDigit)
      && text[text.startIndex + 2] == UInt8(ascii: ":")
  }

  /// Tells whether the text is a date, a time, or both, with an offset or without one.
  static func isValid(_ text: ArraySlice<UInt8>) -> Bool {
    var rest = text
    if looksLikeTime(rest) { return takeTime(&rest) && rest.isEmpty }
    guard takeDate(&rest) else { return false }
    switch rest.first {
    case nil: return true
    case UInt8(ascii: "T"), UInt8(ascii: "t"), UInt8(ascii: " "): rest.removeFirst()
    default: return false
    }
    guard takeTime(&rest) else { return false }
    switch rest.first {
    case nil: return true
    case UInt8(ascii: "Z"), UInt8(ascii: "z"):
      rest.removeFirst()
      return rest.isEmpty
    case UInt8(ascii: "+"), UInt8(ascii: "-"):
      rest.removeFirst()
      guard let hours = takeNumber(&rest, 2), take(&rest, ":"), let minutes = takeNumber(&rest, 2)
      else { return false }
      return hours < 24 && minutes < 60 && rest.isEmpty
    default: return false
    }
  }

  private static func takeDate(_ rest: inout ArraySlice<UInt8>) -> Bool {
    guard let year = takeNumber(&rest, 4), take(&rest, "-"), let month = takeNumber(&rest, 2),
      take(&rest, "-"), let day = takeNumber(&rest, 2)
    else { return false }
    return (1...12).contains(month) && day >= 1 && day <= days(ofMonth: month, year: year)
  }

  private static func days(ofMonth month: Int, year: Int) -> Int {
    switch month {
    case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  private static func takeTime(_ rest: inout ArraySlice<UInt8>) -> Bool {
    guard let hours = takeNumber(&rest, 2), take(&rest, ":"), let minutes = takeNumber(&rest, 2),
      take(&rest, ":"), let seconds = takeNumber(&rest, 2)
    else { return false }
    // RFC 3339 has leap seconds.
    guard hours < 24, minutes < 60, seconds <= 60 else { return false }
    guard take(&rest, ".") else { return true }
    let fraction = rest.prefix(while: Scanner.isDigit)
    rest = rest.dropFirst(fraction.count)
    return !fraction.isEmpty
  }

  private static func take(_ rest: inout ArraySlice<UInt8>, _ byte: Unicode.Scalar) -> Bool {
    guard rest.first == UInt8(ascii: byte) else { return false }
    rest.removeFirst()
    return true
  }

  private static func takeNumber(_ rest: inout ArraySlice<UInt8>, _ count: Int) -> Int? {
    let digits = rest.prefix(count)
    guard digits.count == count, digits.allSatisfy(Scanner.isDigit) else { return nil }
    rest = rest.dropFirst(count)
    return digits.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
  }
}
