import JSON

/// The `Date` of an answer, as HTTP writes it.
enum HTTPTime {
  private static let days = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
  private static let months = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]

  /// Writes seconds since 1970.
  static func text(seconds: Int64) -> String {
    let text = ISO8601.string(nanoseconds: seconds * 1_000_000_000, precision: .seconds)
    let parts = text.dropLast().split { "-T".contains($0) }
    let month = Int(parts[1]).map { months[$0 - 1] } ?? ""
    let day = days[Int(seconds / 86_400 % 7)]
    return "\(day), \(parts[2]) \(month) \(parts[0]) \(parts[3]) GMT"
  }
}
