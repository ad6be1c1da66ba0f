package import SyncModel

/// Which brakes the user has lifted, each by its own option.
package struct BrakeOverrides: Hashable, Sendable {
  /// `--allow-empty`.
  package var allowEmpty: Bool
  /// `--allow-deletes N`: so many deletions on one side are meant.
  package var allowDeletes: Int?
  /// `--allow-mass-change`.
  package var allowMassChange: Bool
  /// `--allow-branch`.
  package var allowBranch: Bool

  /// Lifts brakes; none unless said.
  package init(
    allowEmpty: Bool = false, allowDeletes: Int? = nil, allowMassChange: Bool = false,
    allowBranch: Bool = false
  ) {
    self.allowEmpty = allowEmpty
    self.allowDeletes = allowDeletes
    self.allowMassChange = allowMassChange
    self.allowBranch = allowBranch
  }
}

/// What a plan depends on beside the reconciliation.
package struct PlanRequest: Sendable {
  /// What the run is to do.
  package var verb: Verb
  /// How far it may go.
  package var options: PlanOptions
  /// Answers to conflicts by path; of a kind conflict by its root.
  package var resolutions: [SyncPath: Resolution]
  /// The local time, by which edits in the future are recognized.
  package var now: Timestamp
  /// How far the clocks of the two sides are apart, in nanoseconds; nothing if not known.
  package var clockSkew: Int64?
  /// True when the remote's revision went back or its id changed.
  package var isRewound: Bool
  /// The git branch at the last run and now, when they differ.
  package var branch: Change<String>?
  /// The brakes that the user has lifted.
  package var overrides: BrakeOverrides
  /// Deletions of earlier runs that count together with this plan's.
  package var deletedBefore: DeletionCount
  /// True when conflict copies go outside of the tree.
  package var copiesAside: Bool
  /// True when a side shows entries in scope whose names cannot be paths: they are blocked too.
  package var hasUnnameable: Bool

  /// Gathers what a plan depends on.
  package init(
    verb: Verb, options: PlanOptions = PlanOptions(), resolutions: [SyncPath: Resolution] = [:],
    now: Timestamp, clockSkew: Int64? = nil, isRewound: Bool = false,
    branch: Change<String>? = nil, overrides: BrakeOverrides = BrakeOverrides(),
    deletedBefore: DeletionCount = DeletionCount(), copiesAside: Bool = false,
    hasUnnameable: Bool = false
  ) {
    self.verb = verb
    self.options = options
    self.resolutions = resolutions
    self.now = now
    self.clockSkew = clockSkew
    self.isRewound = isRewound
    self.branch = branch
    self.overrides = overrides
    self.deletedBefore = deletedBefore
    self.copiesAside = copiesAside
    self.hasUnnameable = hasUnnameable
  }
}
