import Platform

/// Lets the calls that write to one project go one after another, in the order in which they came.
///
/// Assistants make several calls at once; without turns all but one would find the project locked.
final class ProjectTurns: Sendable {
  private struct Turn {
    let number: Int
    /// Ends with the turn.
    let end: Task<Void, Never>
  }

  private struct State {
    /// The last in line for each project, by its folder.
    var last: [String: Turn] = [:]
    var count = 0
  }

  private let state = Locked(State())

  /// Does something when all that came before it for the same project is done.
  ///
  /// A task that is cancelled while it waits does nothing when its turn has come.
  func take<Result: Sendable>(
    _ folder: String, _ body: () async throws -> Result
  ) async throws -> Result {
    let (open, close) = AsyncStream.makeStream(of: Never.self)
    let end = Task { for await _ in open {} }
    let (number, before) = state.withLock { state in
      state.count += 1
      let before = state.last[folder]?.end
      state.last[folder] = Turn(number: state.count, end: end)
      return (state.count, before)
    }
    defer {
      close.finish()
      state.withLock { state in
        if state.last[folder]?.number == number { state.last[folder] = nil }
      }
    }
    await before?.value
    try Task.checkCancellation()
    return try await body()
  }
}
