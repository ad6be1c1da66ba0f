import LocalReplica
import ProjectState
import Replica
import SyncCore
import SyncModel

extension Engine {
  /// Performs a plan: intents, staging, the remote's commit, the local writes, the record.
  ///
  /// What is thrown after the intents were written may leave them open; the next run settles them.
  func perform(
    _ decision: Decision, _ observation: Observation, _ run: RunState
  ) async throws -> PassOutcome {
    let steps = settings.reorder?(decision.plan.steps) ?? decision.plan.steps
    var halves = Halves(count: steps.count)
    let writes = steps.contains { $0.writes(.local) || $0.writes(.remote) }
    try takeOverStaging(run, writes: writes)
    if steps.isEmpty, !hasNews(observation, run) { return PassOutcome() }
    let target = try boundTarget(observation)
    if writes {
      try state.transaction {
        try state.begin(
          RunRecord(
            id: run.id, target: target.id, verb: run.verb, started: run.started,
            message: run.message, undoes: run.undoes))
        try state.beginPass(
          run: run.id, counter: run.counter,
          intents: Engine.journal(of: steps, base: observation.base))
      }
      run.hasBegun = true
    }
    var cursor = observation.remote.cursor
    var wasRefused = false
    // What goes wrong from here on may come after something was written: that is told then.
    defer { run.unrecorded = halves.writtenSteps(of: steps) }
    var overtaken: [OvertakenWrite] = []
    var cut: (any Error)?
    var copies: [SyncPath] = []
    if writes {
      try limitObjects(for: decision.plan)
      try await stage(steps, decision, observation, run, &halves)
      try keepObjects()
      try await keepRemote(steps, observation, run, &halves)
      copies = try await keepAside(decision.plan, observation, &halves)
      if let written = try await writeRemote(steps, decision, observation, run, &halves) {
        cursor = written.cursor ?? cursor
        wasRefused = written.results.contains(.notTried)
        (overtaken, cut) = (written.overtaken, written.cut)
      }
      try keepObjects()
      try await writeLocal(steps, observation, run, &halves)
    }
    var outcome = PassOutcome(of: steps, halves)
    outcome.wasRefused = wasRefused
    outcome.overtaken = overtaken
    outcome.cut = cut
    outcome.asideCopies = copies
    outcome.wasCut = !wasRefused && halves.isInterrupted
    if writes {
      local.forgetKeptOfRemote(halves.notWritten(.remote, of: steps), run: run.id)
      for kept in try local.lookAgain(run: run.id) {
        outcome.writtenAfterwards.append((kept.path, kept.location))
      }
      outcome.rescued = try await giveBack(local.rescued(by: run.id), run: run.id)
    }
    outcome.revision = cursor?.revision
    try record(
      steps, halves, target: target, observation: observation, cursor: cursor, run: run,
      writes: writes, isLast: !outcome.wantsAnotherPass && !outcome.wasCut)
    if writes { try local.tidyUp(run: run.id) }
    halves = Halves(count: steps.count)
    run.counter += 1
    return outcome
  }

  /// Takes over what runs that ended or were cut off had fetched, or drops it where nothing is
  /// to be written; runs against other targets that are still open keep theirs.
  private func takeOverStaging(_ run: RunState, writes: Bool) throws {
    guard try local.hasStaging() else { return }
    let others = Set(try state.openRuns())
    if writes {
      try local.adoptStaging(into: run.id, sparing: others)
    } else {
      try local.discardStaging(sparing: others)
    }
  }

  /// Whether a look without anything to do is worth recording.
  private func hasNews(_ observation: Observation, _ run: RunState) -> Bool {
    guard let target = observation.target else { return true }
    return observation.cacheHasChanged || observation.remote.cursor != observation.knownCursor
      || target.branch != run.branch ?? target.branch
  }

  /// The target's record; the folder is bound to it by its first run.
  private func boundTarget(_ observation: Observation) throws -> TargetRecord {
    if let target = observation.target { return target }
    return try state.transaction {
      try state.bind(name: settings.targetName, identity: observation.identity.id)
    }
  }

  /// The encoded intents of steps.
  private static func journal(of steps: [Step], base: Base) throws -> [UInt8] {
    let journal = RunJournal.Writer()
    for step in steps { try journal.append(Intent(of: step, base: base)) }
    return try journal.finish()
  }

  /// Commits to the remote, all or nothing where it can; nothing where it has nothing to write.
  private func writeRemote(
    _ steps: [Step], _ decision: Decision, _ observation: Observation, _ run: RunState,
    _ halves: inout Halves
  ) async throws -> BatchOutcome? {
    var indices: [Int] = []
    var sources: [SyncPath: ContentPlace] = [:]
    var staged: Set<SyncPath> = []
    for (index, step) in steps.enumerated() where step.writes(.remote) && !halves.isOut(index) {
      indices.append(index)
      switch step.source?.side {
      case .local?: sources[step.path] = step.source
      case .remote?: staged.insert(step.path)
      case nil: break
      }
    }
    guard !indices.isEmpty else { return nil }
    let changes = indices.compactMap { steps[$0].remote }
    meter?.begin(
      .sending, totalFiles: changes.count,
      totalBytes: changes.reduce(0) { $0 + Int(clamping: $1.node.after?.file?.size ?? 0) })
    let contents = RunContents(
      sources: sources, made: decision.made, staged: staged,
      staging: try local.staging(run: run.id), giver: decision.archive ?? local.contents)
    run.isCommitting = true
    let outcome = try await remote.apply(
      Batch(
        id: CommitID(run: run.id, counter: run.counter), message: run.message, changes: changes),
      contents: try tee(from: contents))
    run.isCommitting = false
    for (index, result) in zip(indices, outcome.results) {
      // Our file went or changed on its way: that is planned again, as anything that moves.
      let isOvertaken = result == .failed(.changedWhileReading)
      halves.take(
        isOvertaken ? .moved(found: nil) : result, of: index, in: steps[index].group, on: .remote)
    }
    // What could not be sent may have another content than was known of it.
    local.forget(
      zip(indices, outcome.results).compactMap { index, result in
        guard case .failed = result else { return nil }
        return sources[steps[index].path]?.path ?? steps[index].path
      })
    spread(&halves, over: steps)
    return outcome
  }

  /// Writes the local side, each path only if it still is what the plan saw.
  private func writeLocal(
    _ steps: [Step], _ observation: Observation, _ run: RunState, _ halves: inout Halves
  ) async throws {
    let indices = steps.indices.filter { steps[$0].writes(.local) && !halves.isOut($0) }
    guard !indices.isEmpty else { return }
    let changes = indices.compactMap { steps[$0].local }
    meter?.begin(.applying, totalFiles: changes.count)
    let outcome: BatchOutcome
    do {
      outcome = try await local.apply(
        Batch(id: CommitID(run: run.id, counter: run.counter), changes: changes),
        contents: try local.staging(run: run.id))
    } catch is CancellationError {
      // Before the first path was written; what the remote took is still to be recorded.
      outcome = BatchOutcome(results: changes.map { _ in .notTried })
    }
    for (index, result) in zip(indices, outcome.results) {
      halves.take(result, of: index, in: steps[index].group, on: .local)
    }
    halves.isInterrupted = outcome.results.contains(.notTried)
    if let trouble = outcome.trouble { throw trouble }
  }

  /// Steps of one group happen all or not at all: one that is out takes the others with it.
  func spread(_ halves: inout Halves, over steps: [Step]) {
    if halves.areAllIn { return }
    let groups = Set(steps.indices.filter(halves.isOut).compactMap { steps[$0].group })
    guard !groups.isEmpty else { return }
    for (index, step) in steps.enumerated() where !halves.isOut(index) {
      if let group = step.group, groups.contains(group) { halves.skipped.insert(index) }
    }
  }
}
