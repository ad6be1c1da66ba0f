import CommandLineKit
import MageReplica
import Platform
import ProjectState
import Replica
import SyncModel

/// Looks at the Mage server behind a target and at what is remembered of its project.
struct MageExamination {
  /// The name of the target.
  let target: String
  /// The way to the server.
  let connection: MageConnection
  /// The time here.
  let clock: WallClock

  /// More than this many seconds between the two clocks is told.
  private static let tolerance: Int64 = 10

  /// Looks at everything, as far as each answer lets it.
  func look(_ state: StateDatabase?, _ checkup: inout Checkup) async throws {
    let found = try await checkup.attempt("server") { checkup in
      let info = try await connection.info()
      checkup.fine(
        "server",
        "a Mage server answers at \(connection.address); its project is \(info.projectName)")
      return info
    }
    guard let info = found else { return }
    clocks(info, &checkup)
    _ = try await checkup.attempt("signed in") { checkup in
      try await connection.checkAccess()
      checkup.fine(
        "signed in",
        info.wantsSignIn == false
          ? "the server asks nobody to sign in" : "the server takes your sign-in")
    }
    guard let record = try state?.target(named: target) else {
      return checkup.neverSynced("project")
    }
    if record.identity == info.projectID {
      checkup.fine("project", "it is the one that was synced last")
    } else {
      checkup.fail(
        "project", .stopped, "another project stands behind target '\(target)' than before",
        hint: "'syncline target relink' accepts it; 'syncline target set-url' names the right one")
    }
  }

  private func clocks(_ info: MageServerInfo, _ checkup: inout Checkup) {
    guard let time = info.time else { return }
    let skew = (clock.now() - time.nanoseconds) / 1_000_000_000
    if abs(skew) <= MageExamination.tolerance {
      checkup.fine("clock", "the two clocks agree")
    } else {
      let span = TimeSpan.text(milliseconds: skew.magnitude * 1000)
      checkup.warn(
        "clock", "this clock is \(span) \(skew > 0 ? "ahead of" : "behind") the server's",
        hint: "set the clock; only the policy 'newest' and the times shown depend on it")
    }
  }
}
