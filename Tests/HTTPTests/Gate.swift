import Platform

/// Calls a blocking body on a thread of its own and waits for its result without blocking.
func blocking<Result: Sendable>(
  _ body: @escaping @Sendable () throws -> Result
) async throws -> Result {
  try await withCheckedThrowingContinuation { continuation in
    onThread { continuation.resume(with: Swift.Result { try body() }) }
  }
}

/// A gate that opens once; whoever waits sleeps until then.
final class Gate: Sendable {
  private struct State {
    var isOpen = false
    var waiting: [CheckedContinuation<Void, Never>] = []
  }

  private let state = Monitor(State())

  func open() {
    let waiting = state.update { state in
      state.isOpen = true
      defer { state.waiting = [] }
      return state.waiting
    }
    for continuation in waiting { continuation.resume() }
  }

  var isOpen: Bool { state.withLock { $0.isOpen } }

  func wait() async {
    await withCheckedContinuation { continuation in
      let isOpen = state.withLock { state in
        if !state.isOpen { state.waiting.append(continuation) }
        return state.isOpen
      }
      if isOpen { continuation.resume() }
    }
  }

  /// Blocks the calling thread, which must be one of the test's or the server's own.
  func waitBlocking() {
    state.wait { $0.isOpen ? () : nil }
  }
}
