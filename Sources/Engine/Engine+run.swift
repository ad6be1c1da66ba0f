import Platform
import Crypto
import LocalReplica
import ProjectState
import Replica
import SQLite
package import SyncCore
package import SyncModel

extension Engine {
  /// Runs a verb: looks, plans, asks, writes and records.
  ///
  /// The caller holds the project's lock.
  ///
  /// Something that moves while the run writes is planned again; nothing is ever written over
  /// what was not seen. A run that a brake stops has written nothing of its own: edits that an
  /// interrupted run had taken out of their places may have been given back before, and are
  /// among ``RunReport/copies``. Trouble that ends a run after it wrote something comes as
  /// `EngineError.cutOff`, with what was done.
  package func run(
    _ request: RunRequest, decider: any ConflictDecider = UnattendedDecider()
  ) async throws -> RunReport {
    var report = RunReport(verb: request.name, isDryRun: request.isDryRun)
    let run = RunState(
      id: randomness.runID(at: clock.now()), started: now, verb: request.name,
      message: request.message)
    run.branch = settings.branch
    do {
      try await passes(request, decider, run, &report)
      try finish(run)
    } catch {
      throw explain(error, run, &report)
    }
    return gather(&report, run)
  }

  /// Plans and writes until nothing moves any more, or something stops the run.
  private func passes(
    _ request: RunRequest, _ decider: any ConflictDecider, _ run: RunState,
    _ report: inout RunReport
  ) async throws {
    var answers = GivenAnswers()
    let rules = RunRules()
    if !request.isDryRun { try putBackOutOfPlace(&report) }
    for pass in 0..<Engine.maximumPasses {
      try Task.checkCancellation()
      var observation = try await observe(scope: request.scope, rules: rules)
      if pass == 0 { try observation.requireMatches(request.named) }
      if let trip = identityBrake(observation) { return stop(&report, run, by: [trip]) }
      // A history that was rewound stops the plan; nothing is settled on the strength of it.
      if !request.isDryRun, !observation.isRewound,
        try await settleInterrupted(&observation, &report, current: run.id)
      {
        observation.reconciliation = compare(
          base: observation.base, local: observation.local, remote: observation.remote,
          scope: observation.scope, isIgnored: observation.isIgnored)
      }
      var decision = try await decide(observation, request, answers: &answers, decider: decider)
      if request.conflictsOnly { decision.plan.keepOnlyResolved() }
      try addMarked(&decision, marked: report.marked)
      if let approved = request.approvedPlan, pass == 0 {
        // Deletions of runs since then stop the plan, and do not make it another.
        var plan = decision.plan
        plan.brakes.removeAll { if case .deletions = $0 { true } else { false } }
        guard approved == Engine.digest(plan),
          request.approves?(decision.plan.steps) ?? true
        else { throw EngineError.planChanged }
      }
      run.exclude(from: &decision.plan)
      report.take(findingsOf: decision.plan, observation: observation, excluded: run.excluded)
      for notice in decision.notices where !report.notices.contains(notice) {
        report.notices.append(notice)
      }
      guard decision.plan.mayRun else { return stop(&report, run, by: decision.plan.brakes) }
      if let trip = try diskBrake(decision.plan, observation, isDryRun: request.isDryRun) {
        return stop(&report, run, by: [trip])
      }
      if request.isDryRun { return report.add(planned: decision.plan) }
      try rememberShown(decision, observation)
      observation.endPlanning()
      let outcome = try await perform(decision, observation, run)
      report.add(outcome)
      run.take(outcome)
      if outcome.wasCut { throw CancellationError() }
      answers.leave(report.marked)
      guard outcome.wantsAnotherPass else { return }
      // Another pass would follow another plan than the one that was approved.
      if request.approvedPlan != nil || pass == Engine.maximumPasses - 1 {
        return try leave(outcome, &report)
      }
    }
  }

  /// Ends a run that may not go on.
  ///
  /// A brake means that nothing was written. After an earlier pass wrote something it is a remark
  /// on why the rest was left, and the paths that are left are listed.
  private func stop(_ report: inout RunReport, _ run: RunState, by brakes: [BrakeTrip]) {
    report.markMoved(run.moved)
    guard run.hasWritten else {
      report.brakes = brakes
      return
    }
    report.brakes = []
    report.isAtomicRefused = false
    report.notices += brakes.map { .brakeNotice($0) }
  }

  /// Performs the only pass of a run that is planned once.
  func performOnce(
    _ decision: Decision, _ observation: Observation, _ run: RunState, _ report: inout RunReport
  ) async throws -> RunReport {
    do {
      let outcome = try await perform(decision, observation, run)
      report.add(outcome)
      if outcome.wasCut { throw CancellationError() }
      try leave(outcome, &report)
      try finish(run)
    } catch {
      throw explain(error, run, &report)
    }
    return gather(&report, run)
  }

  /// Reports what a pass left undone, when no other one follows.
  private func leave(_ outcome: PassOutcome, _ report: inout RunReport) throws {
    if let cause = outcome.cut { throw cause }
    report.markMoved(outcome.moved)
    guard outcome.wasRefused else { return }
    report.markUntried(outcome)
  }

  /// Adds to trouble what the run had done by then, or had given back of an interrupted one.
  func explain(_ error: any Error, _ run: RunState, _ report: inout RunReport) -> any Error {
    if let error = error as? EngineError, error.report != nil { return error }
    let isOurs =
      error is Errno || error is StateError || error is SQLiteError
      || run.isCommitting && error is CancellationError
    guard run.hasBegun, isOurs || run.hasWritten else {
      return report.copies.isEmpty && report.putBack.isEmpty
        ? error : EngineError.stoppedAfterGivingBack(cause: error, report: report)
    }
    report.run = run.id
    report.add(unrecorded: run.unrecorded)
    report.foldPasses()
    report.kept += local.kept(by: run.id).map { ($0.path, $0.location) }
    return EngineError.cutOff(run: run.id, cause: error, report: report)
  }

  /// Completes the report of a run that ended.
  private func gather(_ report: inout RunReport, _ run: RunState) -> RunReport {
    guard run.hasBegun else { return report }
    report.foldPasses()
    if run.hasWritten { report.run = run.id }
    report.kept += local.kept(by: run.id).map { ($0.path, $0.location) }
    let forgotten = pruneIfDue()
    if forgotten > 0 { report.notices.append(.pruned(runs: forgotten)) }
    return report
  }

  /// Texts with markers are written to the local file alone: the conflict stays one.
  ///
  /// What was marked before is not marked again, around the markers.
  private func addMarked(_ decision: inout Decision, marked: [SyncPath]) throws {
    for (item, text) in decision.marked where !marked.contains(item.path) {
      guard let before = item.node(.local), let file = before.file else { continue }
      let digest = text.withUnsafeBytes { SHA256.hash($0) }
      guard digest != file.digest else { continue }
      decision.made[digest] = text
      let after = Node.file(
        Node.File(
          digest: digest, size: UInt64(text.count), isExecutable: file.isExecutable))
      decision.plan.steps.append(
        Step(
          path: item.path, kind: .merge,
          local: PathChange(path: item.path, before: before, after: after), baseAfter: .keep))
    }
  }

  /// A digest of a plan: equal for equal plans.
  package static func digest(_ plan: Plan) -> Digest {
    Array(plan.canonicalText.utf8).withUnsafeBytes { SHA256.hash($0) }
  }

  /// The folder is bound to one project; another one behind the same name stops everything.
  private func identityBrake(_ observation: Observation) -> BrakeTrip? {
    guard let target = observation.target, target.identity != observation.identity.id else {
      return nil
    }
    return .identity(expected: target.identity, found: observation.identity.id)
  }
}
