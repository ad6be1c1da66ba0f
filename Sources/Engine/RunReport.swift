package import Replica
package import SyncCore
package import SyncModel

/// What a run did, or would do.
package struct RunReport: Sendable {
  /// The id of the run, by which it can be taken back; nothing when nothing was written.
  package var run: String?
  /// The verb that was asked for.
  package var verb: String
  /// True when nothing was done, only planned.
  package var isDryRun: Bool
  /// Contents written to the local side; a path that was written on both is in both lists.
  package var pulled: [SyncPath] = []
  /// Contents written to the remote side.
  package var pushed: [SyncPath] = []
  /// Paths deleted on the local side.
  package var deletedLocal: [SyncPath] = []
  /// Paths deleted on the remote side.
  package var deletedRemote: [SyncPath] = []
  /// Paths on which both sides agreed already.
  package var adopted: [SyncPath] = []
  /// Paths whose texts were merged.
  package var merged: [SyncPath] = []
  /// Local files that show both versions between markers now; they are still conflicts.
  package var marked: [SyncPath] = []
  /// Conflict copies that were made: of conflicts, and of edits that a run had taken out of their
  /// places unseen and gave back.
  package var copies: [SyncPath] = []
  /// Conflicts that are left on both sides as they were.
  package var conflicts: [Item] = []
  /// Paths that were left alone.
  package var blocked: [Item] = []
  /// Entries whose names cannot be paths, with the side that has them.
  package var unnameable: [(side: Side, entry: UnnameableEntry)] = []
  /// Paths that failed, with the reason.
  package var failed: [(path: SyncPath, reason: BlockReason)] = []
  /// Changes that the verb shows and leaves.
  package var untouched: [Item] = []
  /// Where replaced and deleted bytes are kept.
  package var kept: [(path: SyncPath, place: String)] = []
  /// Renames among the deletions and additions.
  package var renames: [Rename] = []
  /// The brakes that stopped the run; nothing was written but what an
  /// interrupted run had taken out of its place and was given back.
  package var brakes: [BrakeTrip] = []
  /// What must be said and stops nothing.
  package var notices: [Notice] = []
  /// True when `--atomic` refused the whole run; nothing was written but ``copies`` that were given
  /// back.
  package var isAtomicRefused = false
  /// Paths that an undo did not take back, because they are no longer as the run left them.
  package var leftByUndo: [UndoPlan.Left] = []
  /// Where the remote stands after the run.
  package var revision: UInt64?

  /// Starts an empty report.
  package init(verb: String, isDryRun: Bool) {
    self.verb = verb
    self.isDryRun = isDryRun
  }

  /// True when an undo means a run of which it is not known yet what it did.
  package var isUnsettled: Bool {
    notices.contains { if case .takesBackUnsettled = $0 { true } else { false } }
  }

  /// True when a path was written, deleted or adopted.
  package var didAnything: Bool {
    !(marked.isEmpty && pulled.isEmpty && pushed.isEmpty && deletedLocal.isEmpty
      && deletedRemote.isEmpty
      && adopted.isEmpty && merged.isEmpty && copies.isEmpty)
  }
}

/// Something that a user should know and that stops nothing.
package enum Notice: Hashable, Sendable {
  /// Nothing was ever agreed on here, so deletions could not be recognized.
  case noBase
  /// Deletions were withheld because a side was not seen whole.
  case withheldDeletions(side: Side, count: Int)
  /// Paths became ignored: they are no longer tracked, both copies stay.
  case noLongerTracked([SyncPath])
  /// What runs kept was removed, because it was kept as long as was asked for.
  case pruned(runs: Int)
  /// Ignore files were pulled; they count from the next run.
  case ignoreFilesPulled([SyncPath])
  /// An interrupted run was settled first.
  case recovered(run: String)
  /// A run has not ended: it is at work now, or was cut off, and what a look shows may be its doing.
  case unfinished(run: String)
  /// An interrupted run had taken a file out of its place and not filled it: it is back there.
  case putBack(path: SyncPath, run: String)
  /// A file was still being written by another program after it was replaced; what it wrote is kept.
  case writtenAfterReplacement(path: SyncPath, place: String)
  /// Somebody wrote the path on the remote between our look and our write; the remote keeps it.
  case overtakenWrite(path: SyncPath, place: String)
  /// A rule that stops nothing here: it only counted, or the run had written before.
  case brakeNotice(BrakeTrip)
  /// Two versions were to be merged, and are left as they are.
  case notMerged(SyncPath, MergeObstacle)
  /// Two versions were to be shown between markers, and the local file is left as it is.
  case notMarked(SyncPath, MergeObstacle)
  /// The local version was to win, and it still shows both between markers.
  case stillMarked(SyncPath)
  /// The local version was to win over a remote one that is newer than the one its markers showed.
  case shownVersionMoved(SyncPath)
  /// Which run an undo takes back that named none.
  case takesBack(run: String, verb: String)
  /// An undo means a run that was cut off, and what that did is not settled yet.
  case takesBackUnsettled(run: String)
  /// An undo meant a run that was cut off, and of which nothing is there to take back; `earlier` is
  /// the run that another undo would take back.
  case leftNothing(run: String, earlier: String?)
  /// Both versions were to be kept, and no name for the copy would be synced.
  case notCopied(SyncPath)
}

/// Why two versions of a path cannot be merged or marked.
package enum MergeObstacle: Error, Hashable, Sendable {
  /// They changed the same lines.
  case sameLines
  /// What both sides agreed on last is not known, or not kept.
  case noBase
  /// Both sides added it.
  case neverAgreed
  /// They are no texts that can be merged, or too long for it.
  case notText
  /// The merged text would no longer be well formed.
  case wouldNotParse
  /// They are not two files.
  case notTwoFiles
  /// A content could not be read.
  case notAtHand
  /// The local file shows both with markers already.
  case alreadyMarked
}
