package import Platform

/// How often, and how patiently, a request is sent again.
package struct RetryPolicy: Hashable, Sendable {
  /// The most attempts, the first included.
  package var attempts: Int
  /// The first pause in nanoseconds; each further one is twice as long.
  package var firstPause: Int64
  /// The longest pause in nanoseconds, unless the server asks for more.
  package var longestPause: Int64
  /// How long all attempts of one request may take together without progress, in nanoseconds.
  package var total: Int64

  /// Sets a policy; times are in nanoseconds.
  package init(
    attempts: Int = 6, firstPause: Int64 = 250_000_000, longestPause: Int64 = 8_000_000_000,
    total: Int64 = 120_000_000_000
  ) {
    self.attempts = attempts
    self.firstPause = firstPause
    self.longestPause = longestPause
    self.total = total
  }

  /// Sends everything once only.
  package static let once = RetryPolicy(attempts: 1)
}

/// Waits, as a value that is passed in.
package struct Sleeper: Sendable {
  /// Waits so many nanoseconds, or until the closure says that it is time to stop.
  package let sleep: @Sendable (_ nanoseconds: Int64, _ isCancelled: () -> Bool) -> Void

  /// Makes a sleeper of a function.
  package init(_ sleep: @escaping @Sendable (Int64, () -> Bool) -> Void) {
    self.sleep = sleep
  }
}

/// Counts the attempts of one request and says how long to wait for the next.
package struct Backoff {
  private let policy: RetryPolicy
  private let randomness: Randomness
  private var start: Int64
  private var failures = 0

  /// Begins to count at a moment of the monotonic clock.
  package init(_ policy: RetryPolicy, randomness: Randomness, start: Int64) {
    self.policy = policy
    self.randomness = randomness
    self.start = start
  }

  /// The pause in nanoseconds before the next attempt, or nothing when it is time to give up.
  ///
  /// Half of the pause is fixed and half is random, so that clients that failed together do not
  /// come back together. A server that asks for more is obeyed, as far as the total allows.
  package mutating func pause(after now: Int64, askedFor: Int64? = nil) -> Int64? {
    failures += 1
    guard failures < policy.attempts else { return nil }
    let doubled = policy.firstPause.multipliedReportingOverflow(
      by: 1 << Int64(min(failures - 1, 32)))
    let full =
      doubled.overflow ? policy.longestPause : min(doubled.partialValue, policy.longestPause)
    let half = max(full / 2, 1)
    var pause = half + Int64(randomness.number() % UInt64(half))
    if let askedFor { pause = max(pause, askedFor) }
    guard now - start + pause <= policy.total else { return nil }
    return pause
  }

  /// Begins to count anew, because something arrived: only time without progress counts.
  package mutating func progressed(at now: Int64) {
    failures = 0
    start = now
  }
}
