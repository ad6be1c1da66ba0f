package import Platform
package import SyncModel

/// What the hub needs from the world: the time and chance.
package struct HubEnvironment: Sendable {
  /// The time now.
  package let now: @Sendable () -> Timestamp
  /// As many bytes as asked for, from a generator fit for secrets.
  package let randomBytes: @Sendable (Int) -> [UInt8]

  /// Takes the two sources.
  package init(
    now: @escaping @Sendable () -> Timestamp, randomBytes: @escaping @Sendable (Int) -> [UInt8]
  ) {
    self.now = now
    self.randomBytes = randomBytes
  }

  /// Takes a clock and a source of randomness.
  package init(clock: WallClock, randomness: Randomness) {
    self.init(
      now: { Timestamp(nanoseconds: clock.now()) }, randomBytes: { randomness.bytes($0) })
  }
}
