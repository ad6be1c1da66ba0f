import Platform
package import SyncModel

/// Run ids carry the time at which the run began.
package enum RunTime {
  /// The time in an id, or nothing where a text is no run id.
  package static func began(_ run: String) -> Timestamp? {
    guard run.utf8.count == 26 else { return nil }
    var milliseconds: Int64 = 0
    for (index, letter) in run.utf8.enumerated() {
      guard let value = Base32.value(of: letter) else { return nil }
      if index < 10 { milliseconds = milliseconds << 5 | Int64(value) }
    }
    let (nanoseconds, isTooFar) = milliseconds.multipliedReportingOverflow(by: 1_000_000)
    return isTooFar ? nil : Timestamp(nanoseconds: nanoseconds)
  }
}
