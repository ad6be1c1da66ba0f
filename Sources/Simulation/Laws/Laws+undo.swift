import Engine
import ProjectState
import SyncCore
import SyncModel

/// The law of an undo, which the rules tell beside those with numbers.
extension Laws {
  /// Each path that the run wrote is as it was before it on every side that it wrote, or is told as
  /// left or failed; no other path is touched.
  static func undoTakesBack(_ run: FinishedRun) throws -> String? {
    guard run.step.action == .undo, run.step.isQuiet, !run.before.hasOpenPasses,
      run.client.disk.traits.folding != .letterCase, let report = run.outcome.report,
      run.outcome.error == nil, report.brakes.isEmpty
    else { return nil }
    guard let taken = report.takenBack else { return unchanged(run) }
    let effects = try run.client.effects(of: taken)
    for side in Side.allCases {
      let (before, after) = (run.before.picture(side), run.after.picture(side))
      for path in Set(before.keys).union(after.keys).sorted()
      where !before[path].isSame(after[path]) && effects[path]?.change(side) == nil {
        return "undo touched \(path) on \(side), which run \(taken) had not written"
      }
      let told =
        Set(report.leftByUndo.map(\.path.key)).union(report.failed.map(\.path.key))
      for (path, effect) in effects.sorted(by: { $0.key < $1.key }) where !told.contains(path) {
        guard let change = effect.change(side), change.before != change.after else { continue }
        guard (after[path]?.node).map(contentOf) == change.before.map(contentOf) else {
          return "\(path) is not as it was on \(side) before run \(taken), and nothing says so"
        }
      }
    }
    return nil
  }

  private static func unchanged(_ run: FinishedRun) -> String? {
    for side in Side.allCases where run.before.picture(side) != run.after.picture(side) {
      return "an undo took no run back, and changed the \(side) side"
    }
    return nil
  }
}

extension RunReport {
  /// The run that an undo which named none has taken back.
  fileprivate var takenBack: String? {
    for case .takesBack(let run, _) in notices { return run }
    return nil
  }
}

extension Client {
  /// What a run did, its passes taken together; put together here once more, so that a fault in the
  /// engine's own way shows.
  fileprivate func effects(of run: String) throws -> [String: RunEffect] {
    var found: [String: RunEffect] = [:]
    for pass in try state.passes(of: run) {
      for effect in (pass.effects.flatMap(RunJournal.decode) ?? []).map(\.effect) {
        var joined = found[effect.path.key] ?? effect
        for side in Side.allCases {
          guard let change = effect.change(side) else { continue }
          let first = found[effect.path.key]?.change(side)?.before
          let whole = Change(
            before: found[effect.path.key]?.change(side) == nil ? change.before : first,
            after: change.after)
          if side == .local { joined.local = whole } else { joined.remote = whole }
        }
        found[effect.path.key] = joined
      }
    }
    return found
  }
}
