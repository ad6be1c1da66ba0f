import LocalReplica
import ProjectState
import SyncModel

extension Engine {
  /// How long the trash is not looked at again, in nanoseconds: a day.
  private static let pruneInterval: Int64 = 86_400 * 1_000_000_000

  /// Writes the base contents anew where more than half of their pack is of no use any longer.
  ///
  /// Where it is cut short, one of the two packs counts, and the other is litter until the next
  /// time.
  package func compactObjects(above smallest: UInt64) throws {
    guard let store = try objects() else { return }
    try store.removeOthers()
    guard try store.size() > smallest else { return }
    var live: Set<Digest> = []
    for target in try state.targets() {
      for row in try state.base(of: target).rows {
        if case .file(let file) = row.node { live.insert(file.digest) }
      }
    }
    guard store.share(of: live) < (try store.size()) / 2 else { return }
    let copy = try store.copy(of: live)
    try state.transaction { try state.moveObjects(to: copy.store.number, copy.rows) }
    openedObjects = copy.store
    try store.remove()
  }

  /// Removes what was kept long enough, at most once a day; called at the end of a run that wrote.
  ///
  /// Counts the runs that it forgot. The time is the remote's where ours is wrong: one run with a
  /// clock that is a month ahead would remove everything otherwise.
  func pruneIfDue() -> Int {
    do {
      if let text = try state.fact(.prunedAt), let last = Int64(text),
        0..<Engine.pruneInterval ~= now.nanoseconds &- last
      {
        return 0
      }
      let pruning = TrashPruning(
        state: state, trash: try local.trashStore(), keep: settings.keepTrash, now: now)
      let old = try pruning.oldRuns()
      try pruning.prune(old)
      try state.setFact(.prunedAt, to: "\(now.nanoseconds)")
      try compactObjects(above: settings.smallestCompacted)
      return old.count
    } catch {
      // The run itself is done and recorded. What could not be removed takes room and harms
      // nothing, and a later run tries again.
      return 0
    }
  }
}
