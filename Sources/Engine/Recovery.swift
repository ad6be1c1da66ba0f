package import ProjectState
package import SyncModel

/// What the disk shows of a local write that may or may not have happened.
package struct LocalEvidence: Sendable {
  /// True when the run's trash or its emptied staging area shows that the rename happened.
  package var exchanged: @Sendable (SyncPath) -> Bool

  /// Describes what the disk shows.
  package init(exchanged: @escaping @Sendable (SyncPath) -> Bool) {
    self.exchanged = exchanged
  }
}

/// Settles what a run that was cut off left behind.
///
/// Pure: looks go in, base changes come out.
///
/// What both sides show equal needs no settling: it is adopted by the next reconciliation. What
/// is left are paths that somebody changed again since; there the base decides between an edit
/// and a conflict, so it is moved on only where it is certain that both sides held the content.
/// A path that is missing because its group was cut loses its row: it was not its user who
/// deleted it.
package enum Recovery {
  /// What an interrupted pass turned out to have done.
  package struct Outcome: Sendable {
    /// The base changes that it had earned.
    package var base: [BaseChange] = []
    /// The halves of its steps that happened, for undo.
    package var effects: [Intent] = []
  }

  /// Finds what an interrupted pass did.
  package static func settle(
    _ intents: [Intent], local: Tree, remote: Tree, evidence: LocalEvidence
  ) -> Outcome {
    var outcome = Outcome()
    let looks = intents.map { intent in
      Look(
        mine: happened(intent.local, at: local[intent.path]) { evidence.exchanged(intent.path) },
        // A half that the run did not write was there when it looked.
        theirs: happened(intent.remote, at: remote[intent.path]) { false })
    }
    let begun = Set(zip(intents, looks).compactMap { $1.wrote($0) ? $0.group : nil })
    for (intent, look) in zip(intents, looks) {
      if look.wrote(intent) {
        var effect = intent
        if !look.mine { effect.local = nil }
        if !look.theirs { effect.remote = nil }
        effect.setsBase = intent.setsBase && look.isWhole
        if !effect.setsBase { effect.base.after = effect.base.before }
        outcome.effects.append(effect)
      }
      if look.isWhole {
        guard intent.setsBase else { continue }
        outcome.base.append(BaseChange(path: intent.path, node: intent.base.after))
      } else if intent.dropsBaseWhenCut, intent.base.before != nil,
        let group = intent.group, begun.contains(group),
        isMissing(intent, local: local, remote: remote)
      {
        outcome.base.append(BaseChange(path: intent.path, node: nil))
      }
    }
    return outcome
  }

  /// Which halves of a step happened, or were not asked for.
  private struct Look {
    var mine: Bool
    var theirs: Bool

    var isWhole: Bool { mine && theirs }

    /// Tells whether the run wrote anything of a step.
    func wrote(_ intent: Intent) -> Bool {
      intent.local != nil && mine || intent.remote != nil && theirs
    }
  }

  /// Tells whether a path that was to be made on a side is still absent there.
  private static func isMissing(_ intent: Intent, local: Tree, remote: Tree) -> Bool {
    isMissing(intent.local, at: local[intent.path])
      || isMissing(intent.remote, at: remote[intent.path])
  }

  private static func isMissing(_ change: Change<Node>?, at found: TreeEntry?) -> Bool {
    guard let change else { return false }
    return change.before == nil && change.after != nil && found == nil
  }

  /// Tells whether a half of a step happened; one that was not asked for counts as done.
  private static func happened(
    _ change: Change<Node>?, at found: TreeEntry?, otherwise: () -> Bool
  ) -> Bool {
    guard let change else { return true }
    if case .blocked? = found?.state { return false }
    return same(found?.node, change.after) || otherwise()
  }

  private static func same(_ left: Node?, _ right: Node?) -> Bool {
    switch (left, right) {
    case (nil, nil): true
    case (let left?, let right?): left.agrees(with: right)
    case (nil, _?), (_?, nil): false
    }
  }
}
