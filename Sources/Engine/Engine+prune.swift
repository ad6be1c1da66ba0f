import LocalReplica
import ProjectState
import SyncModel

extension Engine {
  /// How long the trash is not looked at again, in nanoseconds: a day.
  private static let pruneInterval: Int64 = 86_400 * 1_000_000_000

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
      return old.count
    } catch {
      // The run itself is done and recorded. What could not be removed takes room and harms
      // nothing, and the next run tries again.
      return 0
    }
  }
}
