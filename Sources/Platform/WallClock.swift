#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Tells the time, as a value that is passed in.
package struct WallClock: Sendable {
  private let wall: @Sendable () -> Int64
  private let steady: @Sendable () -> Int64

  /// Makes a clock of two functions: nanoseconds since 1970, and nanoseconds that only ever rise.
  package init(now: @escaping @Sendable () -> Int64, monotonic: @escaping @Sendable () -> Int64) {
    self.wall = now
    self.steady = monotonic
  }

  /// The time in nanoseconds since 1970-01-01 00:00 UTC; may jump.
  package func now() -> Int64 { wall() }

  /// Nanoseconds since some fixed moment, for durations; never goes back.
  package func monotonic() -> Int64 { steady() }

  /// The clock of the operating system.
  package static let system = WallClock(
    now: { read(CLOCK_REALTIME) }, monotonic: { read(CLOCK_MONOTONIC) })

  private static func read(_ clock: clockid_t) -> Int64 {
    var time = timespec()
    guard clock_gettime(clock, &time) == 0 else { return 0 }
    // A clock beyond the year 2261 is wrong, and sums of times must not overflow for it.
    let seconds = min(max(Int64(time.tv_sec), -9_190_000_000), 9_190_000_000)
    return seconds * 1_000_000_000 + Int64(time.tv_nsec)
  }
}
