import CommandLineKit
import Platform
import Replica

extension CommandContext {
  /// Runs a long task and shows on a terminal how far it is, from a quarter of a second on.
  func withProgress<Result: Sendable>(
    _ session: ProjectSession, _ body: () async throws -> Result
  ) async throws -> Result {
    try await withProgress(session.meter, body)
  }

  /// Runs a long task that a meter measures, and shows how far it is.
  func withProgress<Result: Sendable>(
    _ meter: ProgressMeter, _ body: () async throws -> Result
  ) async throws -> Result {
    if let onProgress { return try await MeterWatch(meter, tell: onProgress).during(body) }
    guard console.error.isTerminal, !console.isQuiet else { return try await body() }
    let line = ProgressLine(meter: meter, stream: console.error, gate: console.gate)
    let shower = Task { await line.show() }
    // The line is gone before anything else is said, trouble as well.
    func end() async {
      shower.cancel()
      await shower.value
    }
    do {
      let result = try await body()
      await end()
      return result
    } catch {
      await end()
      throw error
    }
  }
}

/// One line on the terminal that is written over and over, and erased in the end.
private struct ProgressLine: Sendable {
  let meter: ProgressMeter
  let stream: StandardStream
  let gate: TerminalGate

  func show() async {
    var isShown = false
    do {
      try await Task.sleep(nanoseconds: 250_000_000)
      while true {
        let width = max((stream.terminalWidth ?? 80) - 1, 20)
        try gate.ifFree {
          try stream.write("\r\u{1B}[K" + meter.reading.words.prefix(width))
          isShown = true
        }
        try await Task.sleep(nanoseconds: 100_000_000)
      }
    } catch {
      // Cancelled, or nobody looks any more.
    }
    if isShown { try? stream.write("\r\u{1B}[K") }
  }
}

/// Keeps the progress line and questions out of each other's way.
final class TerminalGate: Sendable {
  private struct State {
    var isAsking = false
    /// Whether a line of progress may still stand there.
    var hasLine = false
  }

  private let state = Locked(State())

  /// Shows something, unless a question stands on the terminal.
  func ifFree(_ body: () throws -> Void) rethrows {
    try state.withLock { state in
      guard !state.isAsking else { return }
      state.hasLine = true
      try body()
    }
  }

  /// Begins a question: a progress line is erased and stays away.
  func beginAsking(on stream: StandardStream) throws {
    try state.withLock { state in
      state.isAsking = true
      if state.hasLine { try stream.write("\r\u{1B}[K") }
      state.hasLine = false
    }
  }

  /// Ends a question.
  func endAsking() {
    state.withLock { $0.isAsking = false }
  }
}
