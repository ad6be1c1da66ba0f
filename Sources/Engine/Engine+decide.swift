import ProjectState
import Crypto
import Replica
import SyncCore
import SyncModel

extension Engine {
  /// Makes the plan of a run: merges what merges, asks what must be asked.
  ///
  /// Nobody is asked while a brake holds, or about a run that is only planned. A changed git branch
  /// is a brake that somebody may lift by a word; where nobody does, it holds.
  func decide(
    _ observation: Observation, _ request: RunRequest, answers: inout GivenAnswers,
    decider: any ConflictDecider
  ) async throws -> Decision {
    let items = observation.reconciliation.items
    var resolutions = answers.fitting(items)
    var decision = Decision(plan: Plan(verb: request.verb))
    var failedMerges: Set<SyncPath> = []
    var number = 0
    var unmarked: Set<SyncPath> = []
    let shown = try markedVersions()
    while true {
      decision.plan = makePlan(
        observation.reconciliation,
        planRequest(
          observation, request, resolutions, allowsBranch: answers.isBranchAllowed))
      guard decision.plan.brakes.isEmpty else {
        guard try await isLifted(decision.plan.brakes, request, decider) else { return decision }
        answers.allowBranch()
        continue
      }
      try checkConflictsOnly(request, observation)
      var changed = false
      for item in decision.plan.mergesNeeded where resolutions[item.path] == nil {
        let result = try await merge(item, into: &decision)
        resolutions[item.path] = Resolution(.merge(result), by: .policy(.merge))
        if result == .notClean { failedMerges.insert(item.path) }
        changed = true
      }
      for item in try await markedWinners(in: decision.plan, items, &unmarked) {
        resolutions[item.path] = Resolution(.skip, by: .user)
        decision.notices.append(.stillMarked(item.path))
        changed = true
      }
      if changed { continue }
      let open = decision.plan.conflictsLeft.filter {
        isOpen($0, in: decision.plan, resolutions, failedMerges)
      }
      for item in open {
        if let given = request.answers[item.path] ?? request.answerForAll {
          var resolution = try await resolution(given, to: item, &decision)
          if resolution.answer == .local, shown.haveMoved(item, of: settings.targetName) {
            // The user has decided against another version than the one that would be replaced.
            resolution = Resolution(.skip, by: .user)
            decision.overtaken.append(item)
            decision.notices.append(.shownVersionMoved(item.path))
          }
          resolutions[item.path] = resolution
          answers.record(resolution, for: item)
          changed = true
        }
      }
      if changed { continue }
      for item in decision.plan.conflictsLeft where request.verb == .sync {
        let isBoth = resolutions[item.path].map { $0.answer == .both } ?? (item.policy == .both)
        let notice = Notice.notCopied(item.path)
        if isBoth, !decision.notices.contains(notice) { decision.notices.append(notice) }
      }
      guard decider.canAsk, !request.isDryRun else { return decision }
      let questions = decision.plan.conflictsToAsk.filter {
        isOpen($0, in: decision.plan, resolutions, failedMerges)
      }
      guard let item = questions.first else { return decision }
      number += 1
      let resolution = try await ask(
        item, number: number, count: number + questions.count - 1,
        mergeFailed: failedMerges.contains(item.path), decider: decider, &decision)
      resolutions[item.path] = resolution
      answers.record(resolution, for: item)
    }
  }

  /// `resolve` speaks of conflicts: of anything else it says so instead of doing it.
  private func checkConflictsOnly(_ request: RunRequest, _ observation: Observation) throws {
    guard request.conflictsOnly else { return }
    let items = observation.reconciliation.items
    guard !items.contains(where: { $0.state == .conflict }) else { return }
    for item in items {
      if case .dependsOn(let root)? = item.reason { throw EngineError.partOf(root) }
    }
    throw EngineError.noConflict
  }

  private func isOpen(
    _ item: Item, in plan: Plan, _ resolutions: [SyncPath: Resolution],
    _ failedMerges: Set<SyncPath>
  ) -> Bool {
    resolutions[item.path] == nil
      || (failedMerges.contains(item.path)
        && resolutions[item.path]?.answer == .merge(.notClean)
        && resolutions[item.path]?.decider != .user)
  }

  /// Asks about a changed git branch, where that is all that stops the run.
  private func isLifted(
    _ brakes: [BrakeTrip], _ request: RunRequest, _ decider: any ConflictDecider
  ) async throws -> Bool {
    guard !request.isDryRun, brakes.count == 1, case .branch = brakes[0] else { return false }
    return try await decider.lifts(brakes[0])
  }

  private func planRequest(
    _ observation: Observation, _ request: RunRequest, _ resolutions: [SyncPath: Resolution],
    allowsBranch: Bool
  ) -> PlanRequest {
    var overrides = request.overrides
    if allowsBranch { overrides.allowBranch = true }
    var branch: Change<String>?
    if let last = observation.target?.branch, let current = settings.branch, last != current {
      branch = Change(before: last, after: current)
    }
    return PlanRequest(
      verb: request.verb, options: request.options, resolutions: resolutions, now: now,
      clockSkew: observation.clockSkew, isRewound: observation.isRewound, branch: branch,
      overrides: overrides, deletedBefore: request.deletedBefore,
      copiesAside: settings.copiesAside,
      hasUnnameable: !observation.unnameable.isEmpty)
  }

  private func ask(
    _ item: Item, number: Int, count: Int, mergeFailed: Bool, decider: any ConflictDecider,
    _ decision: inout Decision
  ) async throws -> Resolution {
    var mergeFailed = mergeFailed
    while true {
      try Task.checkCancellation()
      let answer = try await decider.answer(
        ConflictQuestion(item: item, number: number, count: count, mergeFailed: mergeFailed),
        peek: peek())
      let resolution = try await resolution(answer, to: item, &decision)
      guard resolution.answer == .merge(.notClean) else {
        // Why an earlier answer could not be followed matters no more.
        if resolution.answer != .skip {
          decision.notices.removeAll {
            if case .notMerged(item.path, _) = $0 { true } else { false }
          }
        }
        return resolution
      }
      mergeFailed = true
    }
  }

  private func resolution(
    _ answer: ConflictAnswer, to item: Item, _ decision: inout Decision
  ) async throws -> Resolution {
    switch answer {
    case .local: return Resolution(.local, by: .user)
    case .remote: return Resolution(.remote, by: .user)
    case .both: return Resolution(.both, by: .user)
    case .skip: return Resolution(.skip, by: .user)
    case .merge:
      // As with the policy of that name, an edit wins over a deletion.
      switch item.conflict {
      case .modifyDelete: return Resolution(.local, by: .user)
      case .deleteModify: return Resolution(.remote, by: .user)
      case .addAdd, .modifyModify, .kind, nil: break
      }
      let result = try await merge(item, into: &decision, saysWhyNot: true)
      return Resolution(.merge(result), by: .user)
    case .markers:
      switch try await markedText(item) {
      case .success(let text): decision.marked.append((item, text))
      case .failure(let obstacle): decision.notices.append(.notMarked(item.path, obstacle))
      }
      return Resolution(.skip, by: .user)
    }
  }
}
