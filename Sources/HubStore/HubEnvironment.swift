package import Platform
package import SyncModel

/// What the hub needs from the world: the time and chance, and who is told of its steps.
package struct HubEnvironment: Sendable {
  /// The time now.
  package let now: @Sendable () -> Timestamp
  /// As many bytes as asked for, from a generator fit for secrets.
  package let randomBytes: @Sendable (Int) -> [UInt8]
  /// Is told each step that changes the data folder; a simulated process dies by what it throws.
  package let watch: StoreWatch

  /// Takes the two sources.
  package init(
    now: @escaping @Sendable () -> Timestamp, randomBytes: @escaping @Sendable (Int) -> [UInt8],
    watch: @escaping StoreWatch = { (_) throws(HubStoreError) in }
  ) {
    self.now = now
    self.randomBytes = randomBytes
    self.watch = watch
  }

  /// Takes a clock and a source of randomness.
  package init(clock: WallClock, randomness: Randomness) {
    self.init(
      now: { Timestamp(nanoseconds: clock.now()) }, randomBytes: { randomness.bytes($0) })
  }
}
