import Platform
import ProjectState
import Replica
package import SyncCore
package import SyncModel

/// What accepting a rewound history came to.
package struct RebaseReport: Sendable {
  /// True when nothing was done, only planned.
  package var isDryRun: Bool
  /// True when the remote's history is not the one that was seen before.
  package var isNeeded = false
  /// How many agreements still hold.
  package var kept = 0
  /// The paths whose agreement was dropped, sorted.
  package var dropped: [SyncPath] = []
  /// Where the remote stands.
  package var revision: UInt64?
  /// Another project answers: nothing was done.
  package var brakes: [BrakeTrip] = []
  /// What must be said and stops nothing.
  package var notices: [Notice] = []
}

extension Engine {
  /// Accepts a remote whose history was rewound.
  ///
  /// Agreements that the remote still shows stay; the others go, so that nothing is deleted or
  /// overwritten on the strength of a history that is gone. No file is touched. The caller holds
  /// the lock.
  package func rebase(isDryRun: Bool) async throws -> RebaseReport {
    var settled = RunReport(verb: "rebase", isDryRun: isDryRun)
    let run = RunState(
      id: randomness.runID(at: clock.now()), started: now, verb: "rebase", message: nil)
    do {
      if !isDryRun { try putBackOutOfPlace(&settled) }
      return try await rebase(&settled)
    } catch {
      throw explain(error, run, &settled)
    }
  }

  private func rebase(_ settled: inout RunReport) async throws -> RebaseReport {
    let isDryRun = settled.isDryRun
    var report = RebaseReport(isDryRun: isDryRun)
    report.notices = settled.notices
    var observation = try await observe()
    report.revision = observation.remote.cursor?.revision
    guard let target = observation.target else { return report }
    guard target.identity == observation.identity.id else {
      report.brakes = [.identity(expected: target.identity, found: observation.identity.id)]
      return report
    }
    report.kept = observation.base.rows.count
    guard observation.isRewound else { return report }
    report.isNeeded = true
    if !isDryRun {
      _ = try await settleInterrupted(&observation, &settled)
      report.notices = settled.notices
    }
    let remote = observation.remote
    report.dropped = observation.base.rows.filter { row in
      remote.tree[row.path]?.node.map { $0.agrees(with: row.node) } != true
    }.map(\.path)
    report.kept = observation.base.rows.count - report.dropped.count
    guard !isDryRun else { return report }
    let changes = report.dropped.map { BaseChange(path: $0, node: nil) }
    var updated = target
    updated.revision = remote.cursor?.revision
    updated.fingerprint = remote.cursor?.fingerprint
    try state.transaction {
      try state.apply(changes, to: target)
      try state.setOverlay(
        Engine.overlay(of: remote.tree.entries, over: observation.base.rows(after: changes)),
        of: target)
      try state.update(updated)
    }
    return report
  }
}
