/// A point in time: nanoseconds since 1970-01-01 00:00 UTC.
package struct Timestamp: Hashable, Comparable, Sendable {
  /// Nanoseconds since the epoch.
  package var nanoseconds: Int64

  /// Makes a point in time from nanoseconds since the epoch.
  package init(nanoseconds: Int64) {
    self.nanoseconds = nanoseconds
  }

  /// Makes a point in time from whole seconds since the epoch.
  package init(seconds: Int64) {
    self.nanoseconds = seconds.multipliedReportingOverflow(by: 1_000_000_000).partialValue
  }

  /// Whole seconds since the epoch, rounded down.
  package var seconds: Int64 {
    nanoseconds >= 0
      ? nanoseconds / 1_000_000_000 : (nanoseconds - 999_999_999) / 1_000_000_000
  }

  package static func < (left: Timestamp, right: Timestamp) -> Bool {
    left.nanoseconds < right.nanoseconds
  }
}
