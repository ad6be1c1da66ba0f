import Synchronization

extension BlockingPool {
  /// Calls a closure for each number below a count, on several threads of the pool at a time.
  ///
  /// Numbers are handed out in order. The first error stops the rest and is thrown, and so does
  /// the end of the task (`CancellationError`).
  package func forEach(
    _ count: Int, workers: Int, _ body: @escaping @Sendable (Int) throws -> Void
  ) async throws {
    guard count > 0 else { return }
    let next = NextNumber()
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<min(workers, count) {
        group.addTask(executorPreference: self) {
          while true {
            let number = next.take()
            guard let number, number < count else { return }
            try Task.checkCancellation()
            do { try body(number) } catch {
              // At once: the group hears of it only when the task has its turn again.
              next.end()
              throw error
            }
          }
        }
      }
      // One after the other: the first error leaves the group, which cancels the rest.
      while try await group.next() != nil {}
    }
  }
}

private final class NextNumber: Sendable {
  private let value = Atomic<Int>(0)
  private let isEnded = Atomic<Bool>(false)

  /// The next number; nothing after the end.
  func take() -> Int? {
    if isEnded.load(ordering: .relaxed) { return nil }
    return value.wrappingAdd(1, ordering: .relaxed).oldValue
  }

  func end() { isEnded.store(true, ordering: .relaxed) }
}
