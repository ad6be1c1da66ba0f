import Platform
import Synchronization
import TestSupport
import Testing

/// Threads for calls that block.
struct PoolTests {
  @Test func `every number is handed out once`() async throws {
    let pool = BlockingPool(threads: 3)
    let seen = Locked<[Int]>([])
    try await pool.forEach(1000, workers: 3) { number in seen.withLock { $0.append(number) } }
    #expect(seen.withLock { $0.sorted() } == Array(0..<1000))
  }

  @Test func `an error stops the rest and is thrown`() async throws {
    let pool = BlockingPool(threads: 2)
    let count = Atomic<Int>(0)
    await #expect(throws: Errno.noSpace) {
      try await pool.forEach(.max, workers: 2) { number in
        count.add(1, ordering: .relaxed)
        if number >= 10 { throw Errno.noSpace }
      }
    }
    #expect(count.load(ordering: .relaxed) <= 12)
  }

  @Test func `the end of a task ends its loop`() async {
    let pool = BlockingPool(threads: 2)
    let task = Task {
      try await pool.forEach(.max, workers: 2) { number in
        if number == 100 { withUnsafeCurrentTask { $0?.cancel() } }
        if number > 10_000_000 { Issue.record("the loop goes on") }
        try Task.checkCancellation()
      }
    }
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
  }

  @Test func `as many calls block at a time as there are threads`() async throws {
    let pool = BlockingPool(threads: 4)
    let inside = Monitor(0)
    // Each waits for the others: with fewer threads this would never end.
    try await pool.forEach(4, workers: 4) { _ in
      inside.update { $0 += 1 }
      inside.wait { $0 == 4 ? () : nil }
    }
    let result = try await pool.run { 42 }
    #expect(result == 42)
  }
}
