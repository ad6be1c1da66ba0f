import JSON

/// The `Date` of an HTTP answer, such as `Fri, 20 Nov 2026 19:03:29 GMT` (RFC 9110, 5.6.7).
enum HTTPDate {
  private static let months = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]

  /// Seconds since 1970; nothing for any other form.
  static func seconds(_ text: String) -> Int64? {
    let parts = text.split(separator: " ")
    guard parts.count == 6, parts[5] == "GMT", parts[1].utf8.count == 2, parts[3].utf8.count == 4,
      let month = months.firstIndex(of: String(parts[2]))
    else { return nil }
    let number = month < 9 ? "0\(month + 1)" : "\(month + 1)"
    return ISO8601.nanoseconds("\(parts[3])-\(number)-\(parts[1])T\(parts[4])Z").map {
      $0 / 1_000_000_000
    }
  }
}
