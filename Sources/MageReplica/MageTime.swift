/// The server's times.
enum MageTime {
  /// A time as the listing shows it: rounded to the nearest second, halves to the even one.
  static func rounded(_ seconds: Double) -> Int64 {
    guard seconds.magnitude < 0x1p53 else { return 0 }
    return Int64(seconds.rounded(.toNearestOrEven))
  }
}
