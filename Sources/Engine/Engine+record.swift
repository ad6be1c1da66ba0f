import LocalReplica
import ProjectState
import Replica
import SyncCore
import SyncModel

extension Engine {
  /// Stores what a look learned about the files, so that the next one need not read them again.
  ///
  /// A help for speed: where it cannot be stored, nothing is wrong.
  package func keepCache(of observation: Observation) {
    guard observation.cacheHasChanged else { return }
    try? state.transaction {
      try state.updateStatCache(from: observation.storedCache, to: local.cache)
    }
  }

  /// Records what a pass did: base, what the remote showed, the stat cache, the effects.
  ///
  /// One transaction: after a crash either the intents stand or the effects do.
  func record(
    _ steps: [Step], _ halves: Halves, target: TargetRecord, observation: Observation,
    cursor: Cursor?, run: RunState, writes: Bool, isLast: Bool
  ) throws {
    meter?.begin(.recording)
    try keepObjects()
    var updated = target
    updated.branch = run.branch ?? target.branch
    let (place, hasWritten) = remembered(
      observation, cursor,
      hasCommitted: steps.indices.contains { halves.hasWritten(.remote, of: $0) })
    updated.revision = place?.revision
    // What is blocked cannot be remembered as it was, and what was not listed not at all: the next
    // look must be a whole one. The revision still tells a history that went back.
    updated.fingerprint = observation.remote.isWhole ? place?.fingerprint : nil
    try state.transaction {
      try recordBase(steps, halves, target: target, observation, hasWritten: hasWritten)
      if updated != target { try state.update(updated) }
      if writes || observation.cacheHasChanged {
        try state.updateStatCache(from: observation.storedCache, to: local.cache)
      }
      guard writes else { return }
      let journal = RunJournal.Writer()
      for index in steps.indices {
        let step = steps[index]
        guard step.writes(.local) || step.writes(.remote),
          let effect = halves.effect(Intent(of: step, base: observation.base), index)
        else { continue }
        try journal.append(effect)
      }
      try state.endPass(run: run.id, counter: run.counter, effects: journal.finish())
      run.summary.add(journal.summary)
      try state.note(run.id, summary: run.summary.json)
      if isLast { try finish(run, undoing: halves.areAllIn) }
    }
  }

  /// Records the end of a run, and of the one that it took back as a whole.
  private func finish(_ run: RunState, undoing isWhole: Bool) throws {
    try state.finish(run.id, state: .finished, at: now, summary: run.summary.json)
    run.isFinished = true
    if isWhole, run.undoesAll, let undone = run.undoes {
      try state.finish(undone, state: .undone, at: now, summary: nil)
      // To take back an undo is to do again what it took back, which can be undone again.
      if let redone = try state.runs().first(where: { $0.id == undone })?.undoes {
        try state.finish(redone, state: .finished, at: now, summary: nil)
      }
    }
  }

  /// Records the end of a run whose last pass did not know that it was the last.
  func finish(_ run: RunState) throws {
    guard run.hasBegun, !run.isFinished else { return }
    try state.transaction { try finish(run, undoing: false) }
  }

  /// Records the new agreements, and where the remote differs from them.
  private func recordBase(
    _ steps: [Step], _ halves: Halves, target: TargetRecord, _ observation: Observation,
    hasWritten: Bool
  ) throws {
    let done = steps.indices.filter { !halves.isOut($0) }
      .sorted { steps[$0].path < steps[$1].path }
    var changes: [BaseChange] = []
    changes.reserveCapacity(done.count)
    for index in halves.cut(steps) where observation.base[steps[index].path] != nil {
      changes.append(BaseChange(path: steps[index].path, node: nil))
    }
    let isCut = !changes.isEmpty
    for index in done {
      let intent = Intent(of: steps[index], base: observation.base)
      guard intent.setsBase, intent.base.before != intent.base.after else { continue }
      changes.append(BaseChange(path: intent.path, node: intent.base.after))
    }
    if isCut { changes.sort { $0.path < $1.path } }
    try state.apply(changes, to: target)
    // What is committed is there, whatever became of the other half.
    let committed =
      hasWritten
      ? steps.indices.filter { halves.hasWritten(.remote, of: $0) }
        .sorted { steps[$0].path < steps[$1].path } : []
    let time = now
    let remote = observation.remote.tree.entries.merged(
      sorted: committed.lazy.compactMap { index in
        guard let change = steps[index].remote else { return nil }
        return (
          path: change.path,
          row: change.node.after.map {
            TreeEntry(path: change.path, state: .node($0), modified: time)
          }
        )
      })
    try state.setOverlay(
      Engine.overlay(of: remote, over: observation.base.rows(after: changes)), of: target)
  }

  /// Records base changes together with what they make of the remembered remote.
  ///
  /// What is remembered of the remote is told by its differences from the base, so neither may
  /// ever be stored without the other: the remote would look like one that it never was.
  func recordSettled(
    _ changes: [BaseChange], of target: TargetRecord, _ observation: Observation
  ) throws {
    guard !changes.isEmpty else { return }
    try state.apply(changes, to: target)
    var updated = target
    updated.revision = observation.remote.cursor?.revision
    updated.fingerprint =
      observation.remote.isWhole ? observation.remote.cursor?.fingerprint : nil
    try state.setOverlay(
      Engine.overlay(
        of: observation.remote.tree.entries, over: observation.base.rows(after: changes)),
      of: target)
    try state.update(updated)
  }

  /// The place in the remote's history that is remembered, with the tree that belongs to it.
  ///
  /// When others committed between our look and our commit, the look's place and tree are kept:
  /// the next look then brings their changes and ours.
  private func remembered(
    _ observation: Observation, _ cursor: Cursor?, hasCommitted: Bool
  ) -> (place: Cursor?, hasWritten: Bool) {
    guard let before = observation.remote.cursor, let cursor else {
      return (observation.remote.cursor, false)
    }
    guard hasCommitted, cursor != before, cursor.revision == before.revision + 1 else {
      return (before, false)
    }
    return (cursor, true)
  }
}
