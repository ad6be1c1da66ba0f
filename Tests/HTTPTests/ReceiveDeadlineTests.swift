import Testing

@testable import HTTPServing

@Suite struct ReceiveDeadlineTests {
  private let second: Int64 = 1_000_000_000

  /// 1000 bytes a second, looked at over 10 seconds, for 1000 seconds at most.
  private let limits: HTTPServerConfiguration.Limits = {
    var limits = HTTPServerConfiguration.Limits()
    limits.bodyBytesPerSecond = 1000
    limits.bodyWindowSeconds = 10
    limits.bodySeconds = 1000
    return limits
  }()

  /// The second in which a body is cut that gets so many bytes each second, or nil if it is not
  /// within so many seconds.
  private func cut(bytesPerSecond: Int, within seconds: Int64) -> Int64? {
    var deadline = ReceiveDeadline(ofBodyFrom: 0, limits)
    for now in 1...seconds {
      if now * second >= deadline.time { return now }
      deadline.receive(bytesPerSecond, now: now * second)
    }
    return nil
  }

  @Test func `a body at the least rate arrives, however long it takes`() {
    #expect(cut(bytesPerSecond: 1000, within: 999) == nil)
    #expect(cut(bytesPerSecond: 1_000_000, within: 999) == nil)
  }

  @Test func `a body below the least rate is cut, the sooner the slower it is`() {
    #expect(cut(bytesPerSecond: 0, within: 999) == 10)
    #expect(cut(bytesPerSecond: 1, within: 999) == 11)
    #expect(cut(bytesPerSecond: 900, within: 999) == 91)
  }

  @Test func `no rate holds a body open for longer than the whole may take`() {
    #expect(cut(bytesPerSecond: 1_000_000, within: 2000) == 1000)
  }

  @Test func `what came fast buys no silence beyond one window`() {
    var deadline = ReceiveDeadline(ofBodyFrom: 0, limits)
    deadline.receive(32 << 20, now: second)
    #expect(deadline.time == 11 * second)
  }

  @Test func `a head has a fixed time, whatever arrives`() {
    var deadline = ReceiveDeadline(fixed: 60 * second)
    deadline.receive(1 << 20, now: 59 * second)
    #expect(deadline.time == 60 * second)
  }

  @Test func `in a crowd a head gets less time, and a body its usual`() {
    #expect(ReceiveDeadline(fixed: 60 * second).time(less: 55 * second) == 5 * second)
    let body = ReceiveDeadline(ofBodyFrom: 0, limits)
    #expect(body.time(less: 55 * second) == body.time)
  }

  @Test func `a part and a pack arrive over a slow line by the limits that hubs use`() {
    let limits = HTTPServerConfiguration.Limits()
    // 64 kbit/s, shared by two connections, as a client pushes.
    let rate = 64_000 / 8 / 2
    var deadline = ReceiveDeadline(ofBodyFrom: 0, limits)
    var received = 0
    var now: Int64 = 0
    while received < 8 << 20, now < deadline.time {
      now += second
      received += rate
      deadline.receive(rate, now: now)
    }
    #expect(received >= 8 << 20)
  }
}
