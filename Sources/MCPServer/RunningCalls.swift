import Platform

/// The requests of one conversation that are being answered, each of which can be cancelled.
final class RunningCalls: Sendable {
  /// How many run at once; more are refused.
  static let limit = 16

  private struct Running {
    let task: Task<Void, Never>
    /// Whether it goes on until somebody ends it.
    let isEndless: Bool
    /// Whether the client wants no answer any more.
    var isUnwanted = false
  }

  private struct State {
    var running: [RequestID: Running] = [:]
    var isEnding = false
  }

  private let state = Monitor(State())

  /// Starts to answer a request; nothing waits for one that is endless.
  func start(
    _ id: RequestID, isEndless: Bool = false, _ body: @escaping @Sendable () async -> Void
  ) throws(RPCError) {
    let refusal = state.withLock { state -> RPCError? in
      guard state.running[id] == nil else {
        return RPCError(.invalidRequest, "a request with this id is still being answered")
      }
      guard state.running.count < RunningCalls.limit else {
        return RPCError(
          .internalError, "\(RunningCalls.limit) requests run already; ask again when one ends")
      }
      let task = Task(executorPreference: BlockingPool.shared) { [self] in
        await body()
        forget(id)
      }
      state.running[id] = Running(task: task, isEndless: isEndless)
      return nil
    }
    if let refusal { throw refusal }
  }

  /// Whether anything runs.
  var isBusy: Bool { state.withLock { !$0.running.isEmpty } }

  /// Whether this server ends a request by itself, and the client has not done so before.
  func isEnding(_ id: RequestID) -> Bool {
    state.withLock { $0.isEnding && $0.running[id]?.isUnwanted == false }
  }

  /// Ends a request where it stands; one that is not known has been answered.
  func cancel(_ id: RequestID) {
    let task = state.withLock { state in
      state.running[id]?.isUnwanted = true
      return state.running[id]?.task
    }
    task?.cancel()
  }

  /// Ends all requests where they stand, without waiting.
  func cancelAll() {
    for call in beginEnd() { call.task.cancel() }
  }

  /// Waits until what is endless has ended and said so, a second at most; blocks.
  func waitForEndless() {
    let deadline = WallClock.system.monotonic() + 1_000_000_000
    _ = state.wait(until: deadline) { !$0.running.values.contains { $0.isEndless } }
  }

  /// Waits a moment for what runs, ends the rest, and waits until that has tidied up.
  func end(grace: Duration) async {
    let calls = beginEnd()
    for call in calls where call.isEndless { call.task.cancel() }
    let running = calls.map(\.task)
    await withTaskGroup { group in
      group.addTask { for task in running { await task.value } }
      group.addTask {
        // Cancelled as soon as nothing runs any more.
        try? await Task.sleep(for: grace)
        for task in running { task.cancel() }
      }
      await group.next()
      group.cancelAll()
    }
  }

  private func forget(_ id: RequestID) {
    state.update { _ = $0.running.removeValue(forKey: id) }
  }

  private func beginEnd() -> [Running] {
    state.withLock { state in
      state.isEnding = true
      return Array(state.running.values)
    }
  }
}
