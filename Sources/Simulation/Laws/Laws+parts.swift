import ProjectConfig
import SyncCore
import SyncModel

extension FinishedRun {
  /// Whether the run spoke of a path.
  func speaks(of path: String) -> Bool {
    outcome.scope.isEverything || outcome.scope.contains(SyncPath(trusted: path))
  }

  /// How a conflict at a path resolves without a word from anybody.
  func policy(of path: String) -> ConflictPolicy {
    step.isAsConfigured
      ? world.configuration.policies.policy(for: SyncPath(trusted: path)) : step.policy
  }

  /// The side that alone may change a path.
  func owner(of path: String) -> Side? {
    world.configuration.ownership.owner(of: SyncPath(trusted: path))
  }
}

/// Laws of runs that speak of a part of the project, of paths with an owner, and of the lock.
extension Laws {
  /// Nothing outside of what was named is touched: neither content nor base row.
  static func staysInScope(_ run: FinishedRun) -> String? {
    guard !run.outcome.scope.isEverything, ![.undo, .rebase].contains(run.step.action),
      run.isAlone, !run.before.hasOpenPasses
    else { return nil }
    for path in run.before.paths.union(run.after.paths).sorted() where !run.speaks(of: path) {
      // The copy of a file that was named lies beside it.
      if path.contains(".conflict-"), run.before.local[path] == nil { continue }
      if run.before.local[path] != run.after.local[path] { return "\(path) was not named" }
      if run.before.remote[path] != run.after.remote[path] {
        return "\(path) was not named, and changed on the remote"
      }
      // What the rules leave out is no longer tracked, named or not.
      if run.before.base[path] != run.after.base[path], !run.before.isIgnored(path) {
        return "\(path) was not named, and its base changed"
      }
    }
    return nil
  }

  /// What one side owns, the other never changes there, whatever is asked for.
  static func ownerWins(_ run: FinishedRun) -> String? {
    // An undo speaks of what its run wrote.
    guard run.isAlone, run.step.action != .undo, !run.before.hasOpenPasses else { return nil }
    for path in run.before.paths.sorted() {
      switch run.owner(of: path) {
      case .local? where !run.before.local[path].isSame(run.after.local[path]):
        return "\(path) is the local side's own, and was written there"
      case .remote? where !run.before.remote[path].isSame(run.after.remote[path]):
        return "\(path) is the remote's own, and was written there"
      case .local?, .remote?, nil: continue
      }
    }
    return nil
  }

  /// P11: rules that somebody saves while a run looks or writes delete nothing that they name and
  /// that both sides had.
  static func addedRuleIsInert(_ run: FinishedRun) -> String? {
    guard [.sync, .push, .pull].contains(run.step.action), !run.step.options.mirror,
      !run.step.intrusions.isEmpty, run.step.intrusions.allSatisfy(\.changesRules),
      !run.step.network.values.contains(where: \.isTeammate), !run.before.hasOpenPasses,
      // A run that died may have a file out of its place.
      !run.after.hasOpenPasses
    else { return nil }
    for path in run.before.paths.sorted()
    where !run.before.isIgnored(path) && run.after.isIgnored(path) {
      guard run.before.local[path] != nil, run.before.remote[path] != nil else { continue }
      if run.after.local[path] == nil { return "a new rule names \(path), which went here" }
      if run.after.remote[path] == nil {
        return "a new rule names \(path), which went on the remote"
      }
    }
    return nil
  }

  /// Of two processes in one folder the second is told so, and changes nothing.
  static func lockHolds(_ run: FinishedRun) -> String? { run.outcome.rivalry }

  /// A hub that died at any of its own steps starts again and is whole: each content is there, and
  /// a commit is there as a whole or not at all.
  static func hubIsWhole(_ run: FinishedRun) -> String? { run.marks.troubles.first }
}

extension Optional<Seen> {
  /// Whether two sides show the same content, or both nothing.
  func isSame(_ other: Seen?) -> Bool {
    guard let self else { return other == nil }
    return self.hasContent(of: other)
  }
}
