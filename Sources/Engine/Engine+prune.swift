import LocalReplica
import ProjectState
import SyncModel

extension Engine {
  /// How long the trash is not looked at again, in nanoseconds: a day.
  private static let pruneInterval: Int64 = 86_400 * 1_000_000_000

  /// Removes what was kept long enough, at most once a day; called at the end of a run that wrote.
  func pruneIfDue() {
    do {
      if let text = try state.fact(.prunedAt), let last = Int64(text),
        0..<Engine.pruneInterval ~= now.nanoseconds &- last
      {
        return
      }
      let pruning = TrashPruning(
        state: state, trash: try local.trashStore(), keep: settings.keepTrash, now: now)
      try pruning.prune(try pruning.oldRuns())
      try state.setFact(.prunedAt, to: "\(now.nanoseconds)")
    } catch {
      // The run itself is done and recorded. What could not be removed takes room and harms
      // nothing, and the next run tries again.
    }
  }
}
