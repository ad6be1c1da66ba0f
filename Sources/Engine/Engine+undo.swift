import Platform
import LocalReplica
import ProjectState
import Replica
package import SyncCore
import SyncModel

extension Engine {
  /// Takes a run back: every path that is still as the run left it, on every side that it wrote.
  ///
  /// The rest stays, and is listed in ``RunReport/leftByUndo``; the run counts as undone only if
  /// nothing is left. The base returns to what it was, so that what was pulled shows as to be
  /// pulled again. Without an id the newest run against this target is meant that wrote something, or
  /// that was cut off. What was cut off is settled first; a dry run, which settles nothing, says that.
  ///
  /// Who asks for it knows what goes, so that the brake on deletions does not count; with
  /// `deletedBefore` it does, together with so many deletions of earlier runs.
  package func undo(
    _ id: String?, isDryRun: Bool, deletedBefore: DeletionCount? = nil
  ) async throws -> RunReport {
    var report = RunReport(verb: "undo", isDryRun: isDryRun)
    let run = RunState(
      id: randomness.runID(at: clock.now()), started: now, verb: "undo", message: nil)
    do {
      if !isDryRun { try putBackOutOfPlace(&report) }
      return try await undo(id, run, deletedBefore, &report)
    } catch {
      throw explain(error, run, &report)
    }
  }

  private func undo(
    _ id: String?, _ run: RunState, _ deletedBefore: DeletionCount?, _ report: inout RunReport
  ) async throws -> RunReport {
    let isDryRun = report.isDryRun
    var observation = try await observe()
    if let target = observation.target, target.identity != observation.identity.id {
      report.brakes = [.identity(expected: target.identity, found: observation.identity.id)]
      return report
    }
    guard !observation.isRewound else {
      report.brakes = [.rewound]
      return report
    }
    report.revision = observation.remote.cursor?.revision
    let meant = try undoable(id, observation.target)
    if !isDryRun {
      _ = try await settleInterrupted(&observation, &report, current: run.id)
    }
    report.notices += try state.unfinishedRuns().map { .unfinished(run: $0) }
    let record = try state.runs().first { $0.id == meant.id } ?? meant
    // What a run that was cut off took out of its place stands elsewhere until it is put back.
    let isOutOfPlace = try isDryRun && !state.openPasses().isEmpty && !local.exchangesNames()
    guard record.state == .finished, !isOutOfPlace else {
      report.notices.append(.takesBackUnsettled(run: record.id))
      return report
    }
    let effects = try self.effects(of: record)
    if effects.isEmpty, meant.state == .applying {
      let earlier = try newestRun(against: observation.target)
      report.notices.append(.leftNothing(run: record.id, earlier: earlier?.id))
      return report
    }
    let undo = planUndo(
      record: effects, local: observation.local.tree, remote: observation.remote.tree,
      base: observation.base, localOccupied: observation.local.occupied,
      remoteOccupied: observation.remote.occupied, isIgnored: { observation.isIgnored($0) },
      foldsLocal: !local.capabilities.isCaseSensitive)
    report.leftByUndo = undo.left
    if id == nil { report.notices.append(.takesBack(run: record.id, verb: record.verb)) }
    var plan = Plan(verb: .sync)
    plan.steps = undo.steps
    if let deletedBefore {
      let renames = Side.allCases.flatMap { Rename.pairs(in: plan.steps, on: $0) }
      report.brakes = Side.allCases.compactMap { side in
        BrakeTrip.deletions(
          among: plan.steps, renames: renames, on: side, baseCount: observation.base.rows.count,
          before: deletedBefore)
      }
      guard report.brakes.isEmpty else { return report }
    }
    if let trip = try diskBrake(plan, observation, isDryRun: isDryRun) {
      report.brakes = [trip]
      return report
    }
    guard !isDryRun else {
      report.add(planned: plan)
      return report
    }
    run.undoes = record.id
    run.undoesAll = undo.left.isEmpty
    if undo.steps.isEmpty, undo.left.isEmpty {
      // Everything is as it was before the run already.
      try state.transaction {
        try state.finish(record.id, state: .undone, at: now, summary: nil)
      }
      return report
    }
    var decision = Decision(plan: plan)
    decision.archive = UndoContents(
      trashes: [
        try local.trashContents(run: record.id), try local.remoteTrashContents(run: record.id),
      ], objects: try objects())
    return try await performOnce(decision, observation, run, &report)
  }

  /// Finds the run that is meant: the newest against the target that can be taken back, unless one is
  /// named.
  private func undoable(_ id: String?, _ target: TargetRecord?) throws -> RunRecord {
    guard let id else {
      guard let newest = try newestRun(against: target) else { throw EngineError.noSuchRun(nil) }
      return newest
    }
    let matching = try state.runs().filter { $0.id.hasPrefix(id) }
    guard matching.count == 1, let run = matching.first, run.state != .undone else {
      throw EngineError.noSuchRun(id)
    }
    guard target?.id == run.target else {
      throw EngineError.runOfOtherTarget(run: run.id, identity: target?.identity ?? "")
    }
    return run
  }

  /// The newest run against a target that an undo could mean: it wrote something, or was cut off.
  private func newestRun(against target: TargetRecord?) throws -> RunRecord? {
    try state.runs().first { run in
      guard run.verb != "undo", run.target == target?.id else { return false }
      return switch run.state {
      case .applying: true
      // A run that could write nothing left nothing to take back.
      case .finished: RunSummary(json: run.summary)?.isEmpty != true
      case .undone: false
      }
    }
  }

  /// What a run did, its passes taken together: the first state of a path, and the last.
  private func effects(of record: RunRecord) throws -> [RunEffect] {
    var combined: [SyncPath: RunEffect] = [:]
    for pass in try state.passes(of: record.id) {
      guard let bytes = pass.effects, let intents = RunJournal.decode(bytes) else {
        throw EngineError.damagedJournal(run: record.id)
      }
      for effect in intents.map(\.effect) {
        guard var earlier = combined[effect.path] else {
          combined[effect.path] = effect
          continue
        }
        earlier.local = Engine.joined(earlier.local, effect.local)
        earlier.remote = Engine.joined(earlier.remote, effect.remote)
        earlier.base.after = effect.base.after
        combined[effect.path] = earlier
      }
    }
    return combined.values.sorted { $0.path < $1.path }
  }

  private static func joined(_ first: Change<Node>?, _ second: Change<Node>?) -> Change<Node>? {
    guard let first else { return second }
    guard let second else { return first }
    return Change(before: first.before, after: second.after)
  }
}

/// Finds what a run replaced: in its trash, or among the base contents.
private struct UndoContents: ContentProvider {
  let trashes: [any ContentProvider]
  let objects: ObjectStore?

  func open(_ content: WantedContent, from offset: UInt64) throws -> any ContentReader {
    for trash in trashes {
      do { return try trash.open(content, from: offset) } catch is ContentError {}
    }
    guard let bytes = objects?.content(of: content.digest, size: content.size) else {
      throw ContentError.missing(content.path)
    }
    return MemoryReader(bytes, from: offset)
  }
}
