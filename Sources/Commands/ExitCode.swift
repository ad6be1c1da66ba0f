/// How a command ended, as scripts see it.
package enum ExitCode: Int32, Sendable, CaseIterable {
  /// Done, or in sync.
  case success = 0
  /// `check`, or `diff --exit-code`, found differences.
  case differences = 1
  /// The command line cannot be understood.
  case usage = 2
  /// Conflicts are left.
  case conflicts = 3
  /// Some paths failed or are blocked; the rest is done and recorded.
  case partial = 4
  /// A brake, or unusable state, stopped the run; nothing was written.
  case stopped = 5
  /// Not signed in, not allowed, or no such project.
  case notAllowed = 6
  /// The remote cannot be reached, or is not one that we understand.
  case unreachable = 7
  /// Another run holds the lock.
  case locked = 8
  /// A bug of ours.
  case internalError = 70
  /// Interrupted.
  case interrupted = 130

  /// The order in which codes are told where several apply, the first first.
  private static let order: [ExitCode] = [
    .interrupted, .internalError, .stopped, .notAllowed, .unreachable, .locked, .usage, .partial,
    .conflicts, .differences, .success,
  ]

  /// The code that is told where several apply.
  static func strongest(_ codes: [ExitCode]) -> ExitCode {
    order.first(where: codes.contains) ?? .success
  }
}
