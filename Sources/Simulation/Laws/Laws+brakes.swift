import Engine
import Platform
import SyncCore
import SyncModel

/// P12, from what was said and from the trees.
extension Laws {
  /// P12: a plan over a brake does not run.
  static func brakesHold(_ run: FinishedRun) -> String? {
    if let detail = missingBrake(run) { return detail }
    guard let report = run.outcome.report, !report.brakes.isEmpty, report.copies.isEmpty,
      run.isAlone, !run.before.hasOpenPasses
    else { return nil }
    if run.before.local != run.after.local { return "a brake held, and the local side changed" }
    if run.before.remote != run.after.remote { return "a brake held, and the remote changed" }
    return nil
  }

  /// A brake that the world calls for, whatever the run says: another project, another branch, an
  /// emptied side, too many deletions.
  private static func missingBrake(_ run: FinishedRun) -> String? {
    guard [.sync, .push, .pull].contains(run.step.action), !run.step.lifts, run.isAlone,
      !run.before.hasOpenPasses
    else { return nil }
    let met = run.outcome.network.state.withLock { $0.met }
    if met.contains(NetworkFault.otherProject.word),
      run.before.local != run.after.local || run.before.remote != run.after.remote
    {
      return "another project answered, and something was written"
    }
    // Rows of paths that are left out now count for nothing.
    let base = run.before.base.filter { !run.before.isIgnored($0.key) }
    if run.before.isOnOtherBranch,
      base.contains(where: { !agree(run.before.local[$0.key]?.node, $0.value, run) }),
      run.before.local != run.after.local || run.before.remote != run.after.remote
    {
      return "the folder went to another branch with other files, and something was written"
    }
    for side in Side.allCases {
      let (here, there) = (run.before.picture(side), run.before.picture(side.other))
      let after = run.after.picture(side)
      if base.count >= 2, here.isEmpty, !there.isEmpty,
        there != run.after.picture(side.other)
      {
        return "\(side) was empty, and the other side was written"
      }
      let gone = base.keys.filter { here[$0] != nil && after[$0] == nil }
      // What stands elsewhere was renamed.
      let deleted = gone.count { path in !after.values.contains { $0 == here[path] } }
      if deleted > max(10, base.count / 4) { return "\(deleted) files were deleted on \(side)" }
    }
    return nil
  }
}

extension Evidence {
  /// What stands on a side.
  func picture(_ side: Side) -> Picture { side == .local ? local : remote }
}
