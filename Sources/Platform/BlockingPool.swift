/// Threads of our own for calls that block: files, hashing, databases, the network.
///
/// Swift's own threads are as many as there are cores, and a blocked one starves every task. A
/// pool is a task executor: `withTaskExecutorPreference(pool) { … }` runs async code on it. It
/// lives as long as the process; make few.
package final class BlockingPool: TaskExecutor {
  private struct State {
    var jobs: [UnownedJob] = []
    var head = 0
    var threads = 0
    var idle = 0
  }

  private let state = Monitor(State())
  private let limit: Int

  /// Makes a pool of at most so many threads; they start when they are needed.
  package init(threads: Int) {
    precondition(threads > 0, "a pool needs a thread")
    limit = threads
  }

  /// The pool that commands share.
  package static let shared = BlockingPool(threads: 8)

  package func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    let needsThread = state.update { state in
      state.jobs.append(job)
      guard state.idle < state.jobs.count - state.head, state.threads < limit else { return false }
      state.threads += 1
      return true
    }
    guard needsThread else { return }
    do {
      try NativeThread.start { [self] in work() }
    } catch {
      let threads = state.update { state in
        state.threads -= 1
        return state.threads
      }
      precondition(threads > 0, "the system gives no thread: \(error)")
    }
  }

  private func work() {
    while true {
      var isIdle = false
      let job = state.wait { state -> UnownedJob? in
        guard state.head < state.jobs.count else {
          if !isIdle { state.idle += 1 }
          isIdle = true
          return nil
        }
        if isIdle { state.idle -= 1 }
        let job = state.jobs[state.head]
        state.head += 1
        if state.head == state.jobs.count {
          state.jobs.removeAll(keepingCapacity: true)
          state.head = 0
        }
        return job
      }
      job.runSynchronously(on: asUnownedTaskExecutor())
    }
  }

  /// Runs a blocking closure on the pool.
  package func run<Result: Sendable>(
    _ body: @escaping @Sendable () throws -> Result
  ) async throws -> Result {
    try await withTaskExecutorPreference(self) { try await Self.call(body) }
  }

  // `@concurrent` leaves the caller's actor, so that the preference holds.
  @concurrent
  private static func call<Result: Sendable>(
    _ body: @Sendable () throws -> Result
  ) async throws -> Result {
    try body()
  }
}
