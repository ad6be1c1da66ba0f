package import SyncCore
package import SyncModel

/// What the user's configuration says about every run against one target.
package struct EngineSettings: Sendable {
  /// The name of the target in `syncline.yaml`.
  package var targetName: String
  /// How conflicts resolve.
  package var policies: Policies
  /// Which side alone may change a path.
  package var owners: Owners
  /// The largest file that is synced, in bytes.
  package var maximumFileSize: UInt64?
  /// How long the trash and the record of a run are kept, in nanoseconds.
  package var keepTrash: Int64
  /// The git branch that the folder is on; nothing means that it is not known.
  package var branch: String?
  /// True where an extra file means something to the remote, so that conflict copies go to
  /// `.syncline/conflicts/`.
  package var copiesAside: Bool
  /// The length in bytes from which the pack of base contents is written anew where more than half
  /// of it is of no use any longer.
  package var smallestCompacted: UInt64
  /// For tests: puts the steps of a run in another order than the plan's, each group in its own, to
  /// prove that the order does not matter (P8).
  package var reorder: (@Sendable ([Step]) -> [Step])?

  /// Gathers the settings.
  package init(
    targetName: String, policies: Policies = Policies(), owners: Owners = .none,
    maximumFileSize: UInt64? = nil, keepTrash: Int64 = 30 * 86_400 * 1_000_000_000,
    branch: String? = nil, copiesAside: Bool = false, smallestCompacted: UInt64 = 64 << 20
  ) {
    self.targetName = targetName
    self.policies = policies
    self.owners = owners
    self.maximumFileSize = maximumFileSize
    self.keepTrash = keepTrash
    self.branch = branch
    self.copiesAside = copiesAside
    self.smallestCompacted = smallestCompacted
  }
}

/// A word that the user gave for paths, and which paths it means.
package struct NamedPaths: Sendable {
  /// The word.
  package var word: String
  /// Tells whether it means a path.
  package var means: @Sendable (SyncPath) -> Bool

  /// Describes a word.
  package init(word: String, means: @escaping @Sendable (SyncPath) -> Bool) {
    self.word = word
    self.means = means
  }
}

/// What one run is asked to do.
package struct RunRequest: Sendable {
  /// What to do.
  package var verb: Verb
  /// How the run is called in lists, where it is not the verb itself (`resolve`, `apply`).
  package var name: String
  /// How far it may go.
  package var options: PlanOptions
  /// The part of the project that it speaks of.
  package var scope: Scope
  /// The brakes that the user has lifted.
  package var overrides: BrakeOverrides
  /// Deletions of earlier runs that the brakes count together with this one's.
  package var deletedBefore = DeletionCount()
  /// Answers that were given before the run, by path.
  package var answers: [SyncPath: ConflictAnswer]
  /// The answer to every conflict in scope that has none of its own.
  package var answerForAll: ConflictAnswer?
  /// True when nothing but conflicts is to be dealt with; paths without one are an error.
  package var conflictsOnly = false
  /// What the user says about it.
  package var message: String?
  /// True when it shall only be planned.
  package var isDryRun: Bool
  /// What the user named; a word that means nothing on either side is an error.
  package var named: [NamedPaths] = []
  /// A digest of the plan that was approved; any other plan is refused.
  package var approvedPlan: Digest?
  /// Says whether steps are those that people read when they approved; any others are refused.
  package var approves: (@Sendable ([Step]) -> Bool)?

  /// Describes a run.
  package init(
    verb: Verb, name: String? = nil, options: PlanOptions = PlanOptions(),
    scope: Scope = .everything, overrides: BrakeOverrides = BrakeOverrides(),
    answers: [SyncPath: ConflictAnswer] = [:], message: String? = nil, isDryRun: Bool = false,
    approvedPlan: Digest? = nil
  ) {
    self.verb = verb
    self.name = name ?? verb.rawValue
    self.options = options
    self.scope = scope
    self.overrides = overrides
    self.answers = answers
    self.message = message
    self.isDryRun = isDryRun
    self.approvedPlan = approvedPlan
  }
}
