/// Points in time, as people read them; the Gregorian calendar, without leap seconds.
package enum Moment {
  /// Writes a point in time: `2024-11-01 14:32`, in a zone that many seconds east of UTC.
  package static func text(secondsSinceEpoch: Int, offset: Int) -> String {
    let parts = Parts(secondsSinceEpoch + offset)
    return "\(parts.date) \(parts.minutes)"
  }

  /// Writes a point in time for machines: `2024-11-01T14:32:05Z`.
  package static func iso8601(secondsSinceEpoch: Int) -> String {
    let parts = Parts(secondsSinceEpoch)
    return "\(parts.date)T\(parts.minutes):\(padded(parts.second, 2))Z"
  }

  private struct Parts {
    var date: String
    var minutes: String
    var second: Int

    init(_ seconds: Int) {
      let inDay = (seconds % 86400 + 86400) % 86400
      let day = (seconds - inDay) / 86400
      // Years that begin in March put the leap day at the end; eras last 400 years.
      let shifted = day + 719_468
      let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
      let dayOfEra = shifted - era * 146_097
      let year = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
      let dayOfYear = dayOfEra - (365 * year + year / 4 - year / 100)
      let month = (5 * dayOfYear + 2) / 153
      let dayOfMonth = dayOfYear - (153 * month + 2) / 5 + 1
      let calendarMonth = month < 10 ? month + 3 : month - 9
      let calendarYear = year + era * 400 + (calendarMonth <= 2 ? 1 : 0)
      date = "\(padded(calendarYear, 4))-\(padded(calendarMonth, 2))-\(padded(dayOfMonth, 2))"
      minutes = "\(padded(inDay / 3600, 2)):\(padded(inDay / 60 % 60, 2))"
      second = inDay % 60
    }
  }
}

private func padded(_ number: Int, _ width: Int) -> String {
  let digits = String(number.magnitude)
  let zeros = String(repeating: "0", count: max(0, width - digits.count))
  return (number < 0 ? "-" : "") + zeros + digits
}
