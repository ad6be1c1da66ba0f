import Platform

/// The requests of one conversation that are being answered, each of which can be cancelled.
final class RunningCalls: Sendable {
  /// How many run at once; more are refused.
  static let limit = 16

  private let tasks = Locked<[RequestID: Task<Void, Never>]>([:])

  /// Starts to answer a request.
  func start(
    _ id: RequestID, _ body: @escaping @Sendable () async -> Void
  ) throws(RPCError) {
    try tasks.withLock { (tasks) throws(RPCError) in
      guard tasks[id] == nil else {
        throw RPCError(.invalidRequest, "a request with this id is still being answered")
      }
      guard tasks.count < RunningCalls.limit else {
        throw RPCError(
          .internalError, "\(RunningCalls.limit) requests run already; ask again when one ends")
      }
      tasks[id] = Task(executorPreference: BlockingPool.shared) { [self] in
        await body()
        forget(id)
      }
    }
  }

  /// Whether anything runs.
  var isBusy: Bool { tasks.withLock { !$0.isEmpty } }

  /// Ends a request where it stands; one that is not known has been answered.
  func cancel(_ id: RequestID) {
    tasks.withLock { $0[id] }?.cancel()
  }

  /// Ends all requests where they stand, without waiting.
  func cancelAll() {
    for task in tasks.withLock({ Array($0.values) }) { task.cancel() }
  }

  /// Waits a moment for what runs, ends the rest, and waits until that has tidied up.
  func end(grace: Duration) async {
    let running = tasks.withLock { Array($0.values) }
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
    tasks.withLock { _ = $0.removeValue(forKey: id) }
  }
}
