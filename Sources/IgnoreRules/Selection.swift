/// Whether an entry takes part in a sync.
package enum Selection: Sendable, Equatable {
  /// A file or link is synced; a folder is gone into.
  case selected
  /// The entry, and all below it, is out of scope.
  case skipped(SkipReason)

  /// Whether the entry takes part.
  package var isSelected: Bool {
    switch self {
    case .selected: true
    case .skipped: false
    }
  }
}

/// Why an entry is out of scope.
package enum SkipReason: Sendable, Equatable {
  /// `syncline.yaml` at the root, a folder of that name included: it decides where things go.
  case configuration
  /// A rule of ours.
  case builtIn(BuiltInRule)
  /// A line of `ignore` in `syncline.yaml` or of an ignore file.
  case rule(RuleReference)
  /// No pattern of `include` names it.
  case notIncluded
  /// The remote carries no such files.
  case notCarried
}
