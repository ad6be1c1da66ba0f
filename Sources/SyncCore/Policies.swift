package import SyncModel

/// How conflicts resolve where nobody is asked one by one.
package enum ConflictPolicy: String, Hashable, Sendable, CaseIterable {
  /// A person decides; without one it acts as ``fail``.
  case ask
  /// The path stays as it is on both sides.
  case fail
  /// The local side wins.
  case local
  /// The remote side wins.
  case remote
  /// The later edit wins; an edit wins over a deletion.
  case newest
  /// The remote keeps the name, the local side becomes a conflict copy.
  case both
  /// The texts are merged; what does not merge is left as with ``ask``.
  case merge
}

/// The policy of each path: the first rule that matches, else the default.
package struct Policies: Sendable {
  /// One rule.
  package struct Rule: Sendable {
    /// Tells whether the rule is about a path.
    package var matches: @Sendable (SyncPath) -> Bool
    /// The policy of the paths that match.
    package var policy: ConflictPolicy

    /// Makes a rule.
    package init(_ policy: ConflictPolicy, matches: @escaping @Sendable (SyncPath) -> Bool) {
      self.matches = matches
      self.policy = policy
    }
  }

  /// The policy of paths that no rule matches.
  package var standard: ConflictPolicy
  /// The rules, the strongest first.
  package var rules: [Rule]

  /// Makes a set of policies.
  package init(standard: ConflictPolicy = .ask, rules: [Rule] = []) {
    self.standard = standard
    self.rules = rules
  }

  /// Finds the policy of a path.
  package func policy(for path: SyncPath) -> ConflictPolicy {
    rules.first { $0.matches(path) }?.policy ?? standard
  }
}

/// The side that alone may change a path, where one is set.
package struct Owners: Sendable {
  private let side: (@Sendable (SyncPath) -> Side?)?

  /// Makes owners from a function of the path.
  package init(_ side: @escaping @Sendable (SyncPath) -> Side?) {
    self.side = side
  }

  private init() { side = nil }

  /// No path has an owner.
  package static let none = Owners()

  /// Finds the owner of a path.
  package func owner(of path: SyncPath) -> Side? { side?(path) }
}
