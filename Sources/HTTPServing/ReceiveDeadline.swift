/// By when the rest of a request must have arrived.
///
/// A head has a fixed time. A body has a least rate instead, so that a slow line may take its
/// while and a client that only drips may not: every byte that arrives moves the deadline on by
/// what a byte may take, to one window ahead at most, and never beyond the end of the whole.
struct ReceiveDeadline: Sendable {
  private struct Pace {
    /// Nanoseconds that a byte may take.
    let byte: Int64
    /// Nanoseconds that may pass at most without as many bytes as the rate asks for.
    let window: Int64
    let end: Int64
  }

  /// The moment of the monotonic clock, in nanoseconds.
  private(set) var time: Int64
  private let pace: Pace?

  /// The moment where there is a crowd: a head gets that much less time, a body its usual.
  func time(less hurry: Int64) -> Int64 { pace == nil ? time - hurry : time }

  /// A deadline that nothing moves.
  init(fixed time: Int64) {
    self.time = time
    pace = nil
  }

  /// The deadline of a body that begins now.
  init(ofBodyFrom now: Int64, _ limits: HTTPServerConfiguration.Limits) {
    let second: Int64 = 1_000_000_000
    let pace = Pace(
      byte: second / Int64(max(limits.bodyBytesPerSecond, 1)),
      window: Int64(limits.bodyWindowSeconds) * second,
      end: now + Int64(limits.bodySeconds) * second)
    self.pace = pace
    time = min(now + pace.window, pace.end)
  }

  /// Moves on by what so many bytes may take.
  mutating func receive(_ count: Int, now: Int64) {
    guard let pace else { return }
    time = min(time + Int64(count) * pace.byte, now + pace.window, pace.end)
  }
}
