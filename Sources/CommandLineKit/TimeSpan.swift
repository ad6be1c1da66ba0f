/// Lengths of time, as people read and write them.
package enum TimeSpan {
  /// Writes a length of time: `850 ms`, `2.3 s`, `1m 05s`, `2h 05m`, `3d 04h`.
  package static func text(milliseconds: UInt64) -> String {
    if milliseconds < 1000 { return "\(milliseconds) ms" }
    let tenths = (milliseconds + 50) / 100
    if tenths < 600 { return "\(tenths / 10).\(tenths % 10) s" }
    let seconds = (milliseconds + 500) / 1000
    if seconds < 3600 { return "\(seconds / 60)m \(twoDigits(seconds % 60))s" }
    let minutes = seconds / 60
    if minutes < 24 * 60 { return "\(minutes / 60)h \(twoDigits(minutes % 60))m" }
    return "\(minutes / 1440)d \(twoDigits(minutes / 60 % 24))h"
  }

  /// Reads a length of time in seconds: `45s`, `90m`, `12h`, `30d`, `2w`; `nil` for anything else.
  ///
  /// A number without a unit is refused: nobody knows what it means.
  package static func parse(_ text: String) -> Int? {
    guard let unit = text.last, let factor = factors[unit] else { return nil }
    let digits = text.dropLast()
    guard digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int(digits) else {
      return nil
    }
    let (seconds, overflow) = number.multipliedReportingOverflow(by: factor)
    return overflow ? nil : seconds
  }

  private static let factors: [Character: Int] = [
    "s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604_800,
  ]

  private static func twoDigits(_ number: UInt64) -> String {
    number < 10 ? "0\(number)" : "\(number)"
  }
}
