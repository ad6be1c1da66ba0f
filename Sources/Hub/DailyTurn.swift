import Platform

/// Says once a day that it is time for what a hub does by itself.
final class DailyTurn: Sendable {
  private static let day: Int64 = 86_400 * 1_000_000_000
  private let last: Locked<Int64>

  /// Begins to count, in nanoseconds; the first turn comes a day later.
  init(now: Int64) {
    last = Locked(now)
  }

  /// Takes the turn of this day, or returns false where it was taken already.
  func take(now: Int64) -> Bool {
    last.withLock { last in
      guard now - last >= DailyTurn.day else { return false }
      last = now
      return true
    }
  }
}
