import LocalReplica
import SyncCore
import SyncModel

/// The ignore rules of a run: those of its first look hold for all of it.
final class RunRules {
  private var first: (isIgnored: IgnoreLookup, digest: Digest)?

  /// Takes the rules that a look has met, and answers with those of the first one.
  ///
  /// They are the same lookup where no rule file has changed since.
  func settle(_ isIgnored: IgnoreLookup, _ digest: Digest) -> IgnoreLookup {
    guard let first, first.digest != digest else {
      first = first ?? (isIgnored, digest)
      return isIgnored
    }
    return first.isIgnored
  }
}

/// What one run remembers from pass to pass.
final class RunState {
  let id: String
  let started: Timestamp
  let verb: String
  let message: String?
  var undoes: String?
  /// The git branch to remember as that of the last run; nothing for a run that no brake asked about
  /// it, such as an undo.
  var branch: String?
  var counter: UInt32 = 0
  var hasBegun = false
  /// True while the remote is asked for a commit: who is interrupted then does not know what it took.
  var isCommitting = false
  /// True when the end of the run is recorded.
  var isFinished = false
  /// True when an undo leaves nothing of the run that it takes back.
  var undoesAll = false
  /// What the passes did so far.
  var summary = RunSummary()
  /// Paths that failed, with the reason; they are not tried again in this run.
  var excluded: [SyncPath: BlockReason] = [:]
  /// Paths that moved in the last pass.
  var moved: [SyncPath] = []

  init(id: String, started: Timestamp, verb: String, message: String?) {
    self.id = id
    self.started = started
    self.verb = verb
    self.message = message
  }

  /// What the pass that is at work has written, and is not recorded yet.
  var unrecorded: [Step] = []

  /// True when a pass wrote something.
  var hasWritten: Bool { !summary.isEmpty || !unrecorded.isEmpty }

  /// Takes out of a plan what failed before, with everything that must happen together with it.
  func exclude(from plan: inout Plan) {
    guard !excluded.isEmpty else { return }
    let groups = Set(plan.steps.filter { excluded[$0.path] != nil }.compactMap(\.group))
    plan.steps.removeAll { step in
      excluded[step.path] != nil || step.group.map(groups.contains) == true
    }
  }

  func take(_ outcome: PassOutcome) {
    moved = outcome.moved
    for failure in outcome.failed { excluded[failure.path] = failure.reason }
  }
}
