/// Timestamps as text: `2026-11-20T15:53:03.123456789Z` for nanoseconds since 1970 in UTC.
package enum ISO8601 {
  /// How many digits of the second's fraction are written; the rest is cut off.
  package enum Precision: Int, Sendable {
    case seconds = 0
    case milliseconds = 3
    case nanoseconds = 9
  }

  /// Returns the text for nanoseconds since 1970, in UTC; texts of one precision sort by time.
  package static func string(
    nanoseconds: Int64, precision: Precision = .nanoseconds
  ) -> String {
    let (second, fraction) = floorDivide(nanoseconds, by: 1_000_000_000)
    let (day, secondOfDay) = floorDivide(second, by: 86_400)
    let date = civilDate(day: day)
    let digits = precision.rawValue
    let length = digits == 0 ? 20 : 21 + digits
    return String(unsafeUninitializedCapacity: length) { output in
      var place = 0
      func put(_ byte: StaticString) {
        output[place] = byte.utf8Start.pointee
        place += 1
      }
      func put(_ number: Int64, _ width: Int) {
        var rest = number
        for offset in stride(from: width - 1, through: 0, by: -1) {
          output[place + offset] = UInt8(ascii: "0") + UInt8(rest % 10)
          rest /= 10
        }
        place += width
      }
      put(date.year, 4)
      put("-")
      put(date.month, 2)
      put("-")
      put(date.day, 2)
      put("T")
      put(secondOfDay / 3600, 2)
      put(":")
      put(secondOfDay / 60 % 60, 2)
      put(":")
      put(secondOfDay % 60, 2)
      if digits > 0 {
        put(".")
        put(digits == 9 ? fraction : fraction / 1_000_000, digits)
      }
      put("Z")
      return place
    }
  }

  /// Returns the nanoseconds since 1970 for an RFC 3339 timestamp.
  ///
  /// The zone is `Z` or an offset such as `+02:00`; digits beyond the nanosecond are cut off.
  /// Returns nil for anything else, for dates that do not exist, for second 60 and for years that
  /// 64 bits of nanoseconds do not reach (before 1678, after 2261).
  package static func nanoseconds(_ text: String) -> Int64? {
    var scanner = Scanner(rest: text.utf8[...])
    guard let year = scanner.number(4), scanner.skip("-"), let month = scanner.number(2),
      scanner.skip("-"), let day = scanner.number(2), scanner.skip("T") || scanner.skip("t"),
      let hour = scanner.number(2), scanner.skip(":"), let minute = scanner.number(2),
      scanner.skip(":"), let second = scanner.number(2), 1...12 ~= month,
      1...daysInMonth(month, of: year) ~= day, hour < 24, minute < 60, second < 60
    else { return nil }
    var fraction: Int64 = 0
    if scanner.skip(".") {
      guard let value = scanner.fraction() else { return nil }
      fraction = value
    }
    guard let offset = scanner.zone(), scanner.rest.isEmpty else { return nil }
    let days = dayNumber(year: year, month: month, day: day)
    // Below zero the second is rounded up first, so that the least Int64 can be reached.
    var total = days * 86_400 + hour * 3600 + minute * 60 + second - offset
    if total < 0, fraction > 0 {
      total += 1
      fraction -= 1_000_000_000
    }
    let (product, tooBig) = total.multipliedReportingOverflow(by: 1_000_000_000)
    let (sum, tooFar) = product.addingReportingOverflow(fraction)
    return tooBig || tooFar ? nil : sum
  }

  private struct Scanner {
    var rest: Substring.UTF8View

    mutating func skip(_ byte: Unicode.Scalar) -> Bool {
      guard rest.first == UInt8(ascii: byte) else { return false }
      rest.removeFirst()
      return true
    }

    mutating func digit() -> Int64? {
      guard let byte = rest.first, byte &- 0x30 < 10 else { return nil }
      rest.removeFirst()
      return Int64(byte - 0x30)
    }

    mutating func number(_ width: Int) -> Int64? {
      var total: Int64 = 0
      for _ in 0..<width {
        guard let digit = digit() else { return nil }
        total = total * 10 + digit
      }
      return total
    }

    mutating func fraction() -> Int64? {
      guard var total = digit() else { return nil }
      var width = 1
      while let digit = digit() {
        if width < 9 {
          total = total * 10 + digit
          width += 1
        }
      }
      for _ in width..<9 { total *= 10 }
      return total
    }

    /// Returns the seconds by which the zone is ahead of UTC.
    mutating func zone() -> Int64? {
      if skip("Z") || skip("z") { return 0 }
      let isAhead = skip("+")
      guard isAhead || skip("-"), let hours = number(2), skip(":"), let minutes = number(2),
        hours < 24, minutes < 60
      else { return nil }
      let seconds = hours * 3600 + minutes * 60
      return isAhead ? seconds : -seconds
    }
  }

  private static func floorDivide(
    _ value: Int64, by divisor: Int64
  ) -> (quotient: Int64, remainder: Int64) {
    let (quotient, remainder) = value.quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
  }

  private static func daysInMonth(_ month: Int64, of year: Int64) -> Int64 {
    switch month {
    case 4, 6, 9, 11: 30
    case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    default: 31
    }
  }

  /// Days from 1 March of year 0 to 1 January 1970.
  private static let epoch: Int64 = 719_468
  /// Days of 400 years, after which the calendar repeats.
  private static let era: Int64 = 146_097

  /// Returns the days from 1970 to a date; years start in March here, so leap days come last.
  private static func dayNumber(year: Int64, month: Int64, day: Int64) -> Int64 {
    let marchYear = month > 2 ? year : year - 1
    let (eras, yearOfEra) = floorDivide(marchYear, by: 400)
    let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return eras * era + dayOfEra - epoch
  }

  private static func civilDate(day: Int64) -> (year: Int64, month: Int64, day: Int64) {
    let (eras, dayOfEra) = floorDivide(day + epoch, by: era)
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let marchMonth = (5 * dayOfYear + 2) / 153
    let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
    let year = eras * 400 + yearOfEra + (month <= 2 ? 1 : 0)
    return (year, month, dayOfYear - (153 * marchMonth + 2) / 5 + 1)
  }
}
