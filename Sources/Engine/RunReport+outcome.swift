import LocalReplica
import Replica
import SyncCore
package import SyncModel

extension RunReport {
  /// Takes over what a plan found and does not do.
  mutating func take(
    findingsOf plan: Plan, observation: Observation, excluded: [SyncPath: BlockReason]
  ) {
    conflicts = plan.conflictsLeft
    blocked = plan.blocked
    untouched = plan.untouched
    brakes = plan.brakes
    isAtomicRefused = plan.isAtomicRefused
    unnameable = observation.unnameable
    revision = observation.remote.cursor?.revision
    var facts: [Notice] = plan.notices.map { trip in
      if case .incompleteListing(let side, let count) = trip, count > 0 {
        return .withheldDeletions(side: side, count: count)
      }
      return .brakeNotice(trip)
    }
    let reconciliation = observation.reconciliation
    if reconciliation.hasNoBase, observation.target != nil || !isDryRun { facts.append(.noBase) }
    let untracked = reconciliation.droppedBase.filter(\.isIgnored).map(\.row.path)
    if !untracked.isEmpty { facts.append(.noLongerTracked(untracked)) }
    if isDryRun { facts += observation.unfinishedRuns.map { .unfinished(run: $0) } }
    for fact in facts where !notices.contains(fact) { notices.append(fact) }
  }

  /// The paths that an interrupted run had taken out of their places, and that are back there.
  package var putBack: [SyncPath] {
    notices.compactMap { if case .putBack(let path, _) = $0 { path } else { nil } }
  }

  /// Lists what a plan would do.
  mutating func add(planned plan: Plan) {
    for step in plan.steps { list(step) }
    copies += plan.asideCopies.compactMap { $0.place() }
    if plan.mayRun { renames = plan.renames }
  }

  /// Lists what a pass did.
  mutating func add(_ outcome: PassOutcome) {
    for step in outcome.done + outcome.halves { list(step) }
    renames += Side.allCases.flatMap { Rename.pairs(in: outcome.done, on: $0) }
    copies += outcome.asideCopies
    add(outcome.rescued)
    failed += outcome.failed
    if let seen = outcome.revision { revision = seen }
    for file in outcome.writtenAfterwards {
      notices.append(.writtenAfterReplacement(path: file.path, place: file.place))
    }
    notices += outcome.overtaken.map { .overtakenWrite(path: $0.path, place: $0.place) }
    let rules = outcome.done.filter { step in
      step.local != nil && [".gitignore", ".synclineignore"].contains(String(step.path.name))
    }
    if !rules.isEmpty { notices.append(.ignoreFilesPulled(rules.map(\.path))) }
  }

  /// Names every path and notice once: several passes of a run may have come to the same.
  mutating func foldPasses() {
    for list in [\RunReport.pulled, \.pushed, \.deletedLocal, \.deletedRemote, \.merged, \.copies] {
      var seen: Set<SyncPath> = []
      self[keyPath: list].removeAll { !seen.insert($0).inserted }
    }
    var told: Set<Notice> = []
    notices.removeAll { !told.insert($0).inserted }
  }

  /// Lists what a pass had written when it was cut, before it was recorded.
  mutating func add(unrecorded steps: [Step]) {
    for step in steps { list(step) }
  }

  /// Reports paths that kept changing while the run tried to write them.
  mutating func markMoved(_ paths: [SyncPath]) {
    failed += paths.map { ($0, .changedWhileReading) }
  }

  /// Reports paths that were not written because others of their batch could not be.
  mutating func markUntried(_ outcome: PassOutcome) {
    let cause = outcome.moved.first ?? outcome.failed.first?.path
    failed += outcome.untried.map { path in
      (path, cause.map { .dependsOn($0) } ?? .refused(code: "not_tried"))
    }
  }

  /// Lists edits that were taken out of their places, and what became of them.
  mutating func add(_ rescued: [RescuedEdit]) {
    for edit in rescued {
      notices.append(
        .writtenAfterReplacement(path: edit.kept.path, place: edit.kept.location))
      if let copy = edit.copy { copies.append(copy) }
      if let reason = edit.problem { failed.append((edit.kept.path, reason)) }
    }
  }

  /// Lists a step, each half of it where its side is listed.
  private mutating func list(_ step: Step) {
    switch step.kind {
    case .adopt: adopted.append(step.path)
    case .dropBase: break
    case .push, .pull, .deleteLocal, .deleteRemote: listHalves(of: step)
    // A merge is an answer to a conflict; markers are written without one.
    case .merge where step.resolution == nil: marked.append(step.path)
    case .merge: merged.append(step.path)
    case .conflictCopy: copies.append(step.path)
    }
  }

  private mutating func listHalves(of step: Step) {
    if let change = step.local {
      if change.node.after == nil {
        deletedLocal.append(step.path)
      } else {
        pulled.append(step.path)
      }
    }
    if let change = step.remote {
      if change.node.after == nil {
        deletedRemote.append(step.path)
      } else {
        pushed.append(step.path)
      }
    }
  }
}
