package import SyncModel

/// What a three-way merge of texts came to.
package enum MergeResult: Hashable, Sendable {
  /// The merged content; its executable bit is decided by the plan.
  case clean(Node.File)
  /// It does not merge, or may not be merged.
  case notClean
}

/// The answer to one conflict, and who gave it.
package struct Resolution: Hashable, Sendable {
  /// What shall become of the path.
  package enum Answer: Hashable, Sendable {
    case local
    case remote
    case both
    case merge(MergeResult)
    case skip
  }

  /// Who decided.
  package enum Decider: Hashable, Sendable {
    case user
    case policy(ConflictPolicy)
    /// `--force` or `--mirror`.
    case force
    /// The configured owner of the path.
    case owner
  }

  /// What shall become of the path.
  package var answer: Answer
  /// Who decided.
  package var decider: Decider

  /// Records an answer.
  package init(_ answer: Answer, by decider: Decider) {
    self.answer = answer
    self.decider = decider
  }
}
