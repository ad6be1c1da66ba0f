import LocalReplica
import Replica
import SyncCore
import SyncModel

/// What one pass of a run did.
struct PassOutcome {
  /// Steps that are done on every side that they write, and recorded.
  var done: [Step] = []
  /// What was written of steps that are not done as a whole.
  var halves: [Step] = []
  /// Paths where something else was found than expected; nothing was written there.
  var moved: [SyncPath] = []
  /// Paths that failed, with the reason.
  var failed: [(path: SyncPath, reason: BlockReason)] = []
  /// Paths that were left because others of an all-or-nothing batch moved or failed, or because the
  /// remote went away.
  var untried: [SyncPath] = []
  /// Why the remote did not get to the rest, where it went away after it had written something.
  var cut: (any Error)?
  /// Files that a program went on writing after they were replaced.
  var writtenAfterwards: [(path: SyncPath, place: String)] = []
  /// Writes of others on the remote that ours replaced unseen, and where the remote keeps them.
  var overtaken: [OvertakenWrite] = []
  /// Conflict copies that were kept outside of the tree.
  var asideCopies: [SyncPath] = []
  /// Edits that came between the look and the write, and where they are now.
  var rescued: [RescuedEdit] = []
  /// Where the remote stands now.
  var revision: UInt64?
  /// True when an all-or-nothing remote refused the batch because of single paths.
  var wasRefused = false
  /// True when the user interrupted the writing: what is left is for the next run.
  var wasCut = false

  var wantsAnotherPass: Bool { !moved.isEmpty || wasRefused }

  /// A pass that had nothing to do.
  init() {}

  /// Sorts the steps of a pass by what became of them.
  init(of steps: [Step], _ halves: Halves) {
    for (index, step) in steps.enumerated() {
      if halves.isOut(index), let half = halves.writtenHalf(of: step, index) {
        self.halves.append(half)
      }
      if let reason = halves.failed[index] {
        failed.append((step.path, reason))
      } else if halves.moved.contains(index) {
        moved.append(step.path)
      } else if halves.skipped.contains(index) {
        untried.append(step.path)
      } else {
        done.append(step)
      }
    }
  }
}
