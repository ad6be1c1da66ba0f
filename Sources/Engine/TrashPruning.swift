package import LocalReplica
package import ProjectState
package import SyncModel

/// Removes what was kept long enough, together with the record of the runs that kept it.
///
/// Runs that are open keep everything: their trash tells the next run what happened.
package struct TrashPruning {
  private let state: StateDatabase
  private let trash: TrashStore
  private let cutoff: Timestamp

  /// Takes a folder's record and trash; `keep` is in nanoseconds.
  package init(state: StateDatabase, trash: TrashStore, keep: Int64, now: Timestamp) {
    self.state = state
    self.trash = trash
    let (oldest, isTooFar) = now.nanoseconds.subtractingReportingOverflow(keep)
    cutoff = Timestamp(nanoseconds: isTooFar ? .min : oldest)
  }

  /// The runs that are old enough, oldest first: recorded ones, and trash without a record.
  package func oldRuns() throws -> [String] {
    let records = try state.runs()
    var old = records.filter { run in
      run.state != .applying && run.finished.map { $0 < cutoff } == true
    }.map(\.id)
    let known = Set(records.map(\.id))
    // Trash whose record is gone (a removed state file) still tells its age by its name.
    old += try trash.runs().filter { run in
      !known.contains(run) && RunTime.began(run).map { $0 < cutoff } == true
    }
    return old.sorted()
  }

  /// Removes what ``oldRuns()`` names.
  ///
  /// The record goes first: a run that can still be listed can still be taken back.
  package func prune(_ runs: [String]) throws {
    try state.transaction { _ = try state.forgetRuns(endedBefore: cutoff) }
    for run in runs { try trash.remove(run) }
  }
}
