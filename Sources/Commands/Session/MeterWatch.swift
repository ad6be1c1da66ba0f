import Replica

/// Tells from time to time what a meter shows, as long as a task runs.
struct MeterWatch: Sendable {
  private static let interval: UInt64 = 200_000_000

  private let meter: ProgressMeter
  private let tell: @Sendable (ProgressMeter.Reading) -> Void

  init(_ meter: ProgressMeter, tell: @escaping @Sendable (ProgressMeter.Reading) -> Void) {
    self.meter = meter
    self.tell = tell
  }

  /// Runs a task; what the meter shows is told at its start, on the way, and at its end.
  ///
  /// Nothing is told any more when it returns or throws.
  func during<Result: Sendable>(_ body: () async throws -> Result) async throws -> Result {
    let watch = Task { await tellOnAndOn() }
    do {
      let result = try await body()
      await end(watch)
      tell(meter.reading)
      return result
    } catch {
      await end(watch)
      throw error
    }
  }

  private func end(_ watch: Task<Void, Never>) async {
    watch.cancel()
    await watch.value
  }

  private func tellOnAndOn() async {
    do {
      while !Task.isCancelled {
        tell(meter.reading)
        try await Task.sleep(nanoseconds: MeterWatch.interval)
      }
    } catch {
      // Cancelled: the task is done.
    }
  }
}
