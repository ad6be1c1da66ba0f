/// Sizes and durations as people write them.
enum Quantities {
  private static let sizes: [(unit: String, factor: Int64)] = [
    ("", 1), ("B", 1), ("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30), ("TiB", 1 << 40),
    ("KB", 1_000), ("kB", 1_000), ("MB", 1_000_000), ("GB", 1_000_000_000),
    ("TB", 1_000_000_000_000),
  ]
  private static let durations: [(unit: String, factor: Int64)] = [
    ("s", 1), ("m", 60), ("h", 3_600), ("d", 86_400), ("w", 604_800),
  ]

  /// Examples of sizes.
  static let sizeExamples = ["1GiB", "500MB", "65536"]
  /// Examples of durations.
  static let durationExamples = ["30d", "12h", "4w"]

  /// The bytes of a size such as `1GiB`, `500 MB` or `65536`.
  static func bytes(_ text: String) -> Int64? {
    number(text, sizes)
  }

  /// The seconds of a duration such as `30d`.
  static func seconds(_ text: String) -> Int64? {
    number(text, durations)
  }

  /// The shortest way to write a number of bytes.
  static func size(_ bytes: Int64) -> String {
    shortest(bytes, sizes[2...5])
  }

  /// The shortest way to write a number of seconds.
  static func duration(_ seconds: Int64) -> String {
    shortest(seconds, durations[1...3], one: "s")
  }

  private static func number(
    _ text: String, _ units: [(unit: String, factor: Int64)]
  ) -> Int64? {
    let digits = text.utf8.prefix(while: HostName.isDigit)
    let unit = text.utf8.dropFirst(digits.count).drop { $0 == UInt8(ascii: " ") }
    guard let number = Int64(String(digits) ?? ""),
      let factor = units.first(where: { $0.unit.utf8.elementsEqual(unit) })?.factor
    else { return nil }
    let (product, isTooBig) = number.multipliedReportingOverflow(by: factor)
    return isTooBig ? nil : product
  }

  private static func shortest(
    _ number: Int64, _ units: ArraySlice<(unit: String, factor: Int64)>, one: String = ""
  ) -> String {
    for (unit, factor) in units.reversed() where number != 0 && number % factor == 0 {
      return "\(number / factor)\(unit)"
    }
    return "\(number)\(one)"
  }
}
