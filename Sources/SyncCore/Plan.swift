package import SyncModel

/// The ordered actions of a run, computed and not yet done.
///
/// The same inputs give the same plan, byte for byte.
package struct Plan: Hashable, Sendable {
  /// What the run is to do.
  package var verb: Verb
  /// The actions in order: base only, then writes with the deletions that make room, then the
  /// other deletions.
  package var steps: [Step] = []
  /// Losers of conflicts that are kept outside of the tree before the step of their path.
  package var asideCopies: [AsideCopy] = []
  /// Losers of conflicts that have a copy on the other side already, which ordinary steps bring.
  package var copiesOnTheirWay: [SyncPath] = []
  /// Conflicts that stay as they are on both sides, sorted.
  package var conflictsLeft: [Item] = []
  /// Those of `conflictsLeft` that a person may still answer.
  package var conflictsToAsk: [Item] = []
  /// Those of `conflictsLeft` that wait for a merge of their texts.
  package var mergesNeeded: [Item] = []
  /// Paths that are left alone, sorted.
  package var blocked: [Item] = []
  /// Changes that the verb shows and leaves, sorted.
  package var untouched: [Item] = []
  /// Deletions paired with additions of the same content.
  package var renames: [Rename] = []
  /// The rules that stop the plan; a plan with any is not run.
  package var brakes: [BrakeTrip] = []
  /// What must be said and stops nothing.
  package var notices: [BrakeTrip] = []
  /// True when `--atomic` emptied the plan because of what is left or blocked.
  package var isAtomicRefused = false

  /// Starts an empty plan.
  package init(verb: Verb) {
    self.verb = verb
  }

  /// True when the plan may be run.
  package var mayRun: Bool { brakes.isEmpty && !isAtomicRefused }
}

/// A deletion and an addition of the same content on one side.
package struct Rename: Hashable, Sendable {
  /// The side that is written.
  package var side: Side
  /// The path that goes.
  package var from: SyncPath
  /// The path that comes.
  package var to: SyncPath

  /// Describes a rename.
  package init(side: Side, from: SyncPath, to: SyncPath) {
    self.side = side
    self.from = from
    self.to = to
  }
}
