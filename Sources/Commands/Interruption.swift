import Platform

/// Tells long-running commands that the user wants them to end.
final class Interruption: Sendable {
  /// The one of the process; signals have no other owner.
  static let shared = Interruption()

  private let state = Monitor<Signals.Ending?>(nil)

  /// Notes a wish to end.
  func fire(_ ending: Signals.Ending) {
    state.update { $0 = ending }
  }

  /// Blocks until somebody wishes that the program ends.
  func wait() -> Signals.Ending {
    state.wait { $0 }
  }
}
