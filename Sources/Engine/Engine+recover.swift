import LocalReplica
import ProjectState
import Replica
import SyncCore
import SyncModel

extension Engine {
  /// Settles what runs that were cut off left behind, before anything new is planned.
  ///
  /// The caller has checked that the remote is the one that the folder is bound to, and that its
  /// history goes on. The local half of every run is settled from the disk; of runs against other
  /// targets the remote half waits for a later run against them. What was already fetched is left
  /// for the next run that needs it. `current` is the run that asks. The result says whether the
  /// base changed.
  func settleInterrupted(
    _ observation: inout Observation, _ report: inout RunReport, current: String? = nil
  ) async throws -> Bool {
    let target = observation.target
    let mine = Set(try target.map { try state.openRuns(of: $0) } ?? [])
    var changed = false
    for pass in try state.openPasses() {
      let settling = mine.contains(pass.run) ? target : nil
      // What is noted of a pass that waits for another target: its local half is settled.
      if settling == nil, pass.effects != nil { continue }
      guard let intents = RunJournal.decode(pass.intents),
        let noted = RunJournal.decode(pass.effects ?? [])
      else { throw EngineError.damagedJournal(run: pass.run) }
      let traces = try traces(of: pass, intents, noted)
      for staged in traces.staged { try local.takeBack(staged, run: pass.run) }
      let edits = try await giveBack(traces.rescued, run: pass.run)
      report.add(edits)
      report.kept += edits.map { ($0.kept.path, $0.kept.location) }
      if let settling {
        let earned = try settle(
          pass, of: settling, intents, noted, traces.evidence,
          pending: Set(edits.filter(\.isPending).map(\.kept.path)), observation)
        observation.base = observation.base.applying(earned)
        changed = changed || !earned.isEmpty
        report.notices.append(.recovered(run: pass.run))
      } else if !edits.contains(where: \.isPending) {
        try state.transaction {
          try state.notePass(
            run: pass.run, counter: pass.counter, intents: pass.intents,
            effects: RunJournal.encode(noted + edits.map(\.mark)))
        }
      }
    }
    if let target { try finishCutRuns(of: target, except: current) }
    return changed
  }

  /// Settles one pass against the target that is looked at, and answers what its base has earned.
  ///
  /// It stays open, without its remote half, while edits of paths that are `pending` are in the
  /// trash alone.
  private func settle(
    _ pass: RunPass, of target: TargetRecord, _ intents: [Intent], _ noted: [Intent],
    _ evidence: LocalEvidence, pending: Set<SyncPath>, _ observation: Observation
  ) throws -> [BaseChange] {
    let settled = Recovery.settle(
      intents, local: observation.local.tree, remote: observation.remote.tree, evidence: evidence)
    let recorded = noted.filter { !$0.isMark }
    let known = Set(recorded.map(\.path))
    let effects = recorded + settled.effects.filter { !known.contains($0.path) }
    let earned = settled.base.filter { observation.base[$0.path]?.node != $0.node }
      .sorted { $0.path < $1.path }
    try state.transaction {
      try recordSettled(earned, of: target, observation)
      if pending.isEmpty {
        try state.endPass(
          run: pass.run, counter: pass.counter, effects: RunJournal.encode(effects))
      } else {
        let rest = intents.filter { pending.contains($0.path) }.map(\.localHalf)
        try state.notePass(
          run: pass.run, counter: pass.counter, intents: RunJournal.encode(rest),
          effects: RunJournal.encode(effects))
      }
    }
    return earned
  }

  /// Records the end of runs that were cut off and of which nothing is left to settle.
  private func finishCutRuns(of target: TargetRecord, except current: String?) throws {
    let runs = try state.runsCutBetweenPasses(of: target).filter { $0 != current }
    guard !runs.isEmpty else { return }
    try state.transaction {
      for run in runs {
        var summary = RunSummary()
        for pass in try state.passes(of: run) {
          for effect in pass.effects.flatMap(RunJournal.decode) ?? [] { summary.add(effect) }
        }
        try state.finish(run, state: .finished, at: now, summary: summary.json)
      }
    }
  }

  /// What an interrupted run left on the disk.
  private struct Traces {
    var evidence: LocalEvidence
    /// Edits that it took out of their places unseen.
    var rescued: [KeptContent]
    /// Contents in its trash that never stood at their places.
    var staged: [KeptContent]
  }

  /// Looks at what the disk shows of the local writes of a run, and what they took out unseen.
  ///
  /// The cut may have fallen between an exchange and the look at what came out of it. What came
  /// out is in the run's trash then; if it is neither what was expected nor what was to come, it
  /// is an edit that nobody has seen yet. What was to come lies there for the instant before.
  ///
  /// What is noted of the pass tells which edits were given back before.
  private func traces(
    of pass: RunPass, _ intents: [Intent], _ noted: [Intent]
  ) throws -> Traces {
    var earlier = try replaced(by: pass.run)
    for mark in noted where mark.isMark {
      if let node = mark.local?.before { earlier[mark.path, default: []].append(node) }
    }
    var exchanged: Set<SyncPath> = []
    var rescued: [KeptContent] = []
    var staged: [KeptContent] = []
    let uses = Engine.uses(in: intents)
    let exchanges = try local.exchangesNames()
    for intent in intents {
      guard let change = intent.local else { continue }
      let found = try local.recoveryEvidence(
        run: pass.run, path: intent.path, intended: change.after)
      let isOnlyUse = change.after?.file.map { uses[$0.digest] == 1 } ?? true
      if change.before == nil, found.wasTaken, isOnlyUse { exchanged.insert(intent.path) }
      for kept in found.kept {
        if let before = change.before, kept.node.agrees(with: before) {
          if exchanges || Engine.proves(found, change, isOnlyUse: isOnlyUse) {
            exchanged.insert(intent.path)
          }
        } else if change.after.map({ kept.node.agrees(with: $0) }) == true {
          staged.append(kept)
        } else if earlier[intent.path]?.contains(where: kept.node.agrees) != true {
          rescued.append(kept)
        }
      }
    }
    let paths = exchanged
    return Traces(
      evidence: LocalEvidence { paths.contains($0) }, rescued: rescued, staged: staged)
  }

  /// How often each content was to come: that one of two uses is gone does not tell which.
  private static func uses(in intents: [Intent]) -> [Digest: Int] {
    Dictionary(intents.compactMap { $0.local?.after?.file?.digest }.map { ($0, 1) }) { $0 + $1 }
  }

  /// Tells whether a change happened, given that its old node is in the run's trash, where two names
  /// cannot be exchanged.
  ///
  /// A deletion did. Of a new content the trash alone proves nothing: the old file goes before the
  /// new one comes.
  private static func proves(
    _ found: RecoveryEvidence, _ change: Change<Node>, isOnlyUse: Bool
  ) -> Bool {
    change.after == nil || found.wasTaken && isOnlyUse
  }

  /// Puts back what interrupted runs took out of places that they did not fill again.
  ///
  /// It comes before any look, and needs nothing of the remote: a place that stayed empty would look
  /// like a deletion. Where nothing proves that the new content came and the place is empty, the old
  /// one goes back, also if its user deleted the new one since: what comes too much is no loss.
  /// A pass whose local half is settled is left alone.
  func putBackOutOfPlace(_ report: inout RunReport) throws {
    let passes = try state.openPasses().filter { $0.effects == nil }
    // Where names are exchanged no place is ever empty: one look at the mark, none at each path.
    guard !passes.isEmpty, try !local.exchangesNames() else { return }
    for pass in passes {
      guard let intents = RunJournal.decode(pass.intents) else {
        throw EngineError.damagedJournal(run: pass.run)
      }
      let uses = Engine.uses(in: intents)
      var outOfPlace: [KeptContent] = []
      for intent in intents {
        guard let change = intent.local, let before = change.before, change.after != nil else {
          continue
        }
        let found = try local.recoveryEvidence(
          run: pass.run, path: intent.path, intended: change.after)
        let isOnlyUse = change.after?.file.map { uses[$0.digest] == 1 } ?? true
        guard !Engine.proves(found, change, isOnlyUse: isOnlyUse) else { continue }
        outOfPlace += found.kept.filter { $0.node.agrees(with: before) }
      }
      let (back, stuck) = try local.putBack(outOfPlace, run: pass.run)
      report.notices += back.map { .putBack(path: $0.path, run: pass.run) }
      if let stuck {
        throw EngineError.cannotPutBack(
          path: stuck.content.path, place: stuck.content.location, run: pass.run, stuck.cause)
      }
    }
  }

  /// What earlier passes of a run took out of their places, and recorded.
  private func replaced(by run: String) throws -> [SyncPath: [Node]] {
    var nodes: [SyncPath: [Node]] = [:]
    for pass in try state.passes(of: run) {
      for effect in pass.effects.flatMap(RunJournal.decode) ?? [] {
        if let before = effect.local?.before { nodes[effect.path, default: []].append(before) }
      }
    }
    return nodes
  }
}

extension RescuedEdit {
  /// Notes in the journal that this edit was given back: it changes nothing.
  fileprivate var mark: Intent {
    Intent(
      path: kept.path, local: Change(before: kept.node, after: kept.node), remote: nil,
      base: Change(before: nil, after: nil), setsBase: false)
  }
}

extension Intent {
  /// True for a note that an edit of the path was given back.
  fileprivate var isMark: Bool { local.map { $0.before == $0.after } ?? false }

  /// What is left of a step whose outcome is recorded, while its local edit is not given back.
  fileprivate var localHalf: Intent {
    Intent(
      path: path, local: local, remote: nil,
      base: Change(before: base.before, after: base.before), setsBase: false)
  }
}
