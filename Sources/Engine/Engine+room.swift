import LocalReplica
import ProjectState
import SyncCore
import SyncModel

extension Engine {
  /// The brake on a disk that has no room for what a plan brings to it.
  ///
  /// What a run that was cut off had fetched need not come again. Where the rest does not fit
  /// beside that, what this plan does not want of it is removed, unless the run is only planned.
  func diskBrake(
    _ plan: Plan, _ observation: Observation, isDryRun: Bool
  ) throws -> BrakeTrip? {
    let total = Engine.stagedBytes(plan)
    if try local.hasRoom(for: total) { return nil }
    var others = Set(try state.openRuns())
    if let target = observation.target {
      // Settled by now, or by the run that is only planned.
      others.subtract(try state.openRuns(of: target))
    }
    let wanted = Set(plan.steps.lazy.flatMap(Engine.staged).map(\.digest))
    let staged = try local.hasStaging() ? local.stagedBytes(of: wanted, sparing: others) : 0
    let needed = total - min(total, staged)
    if try local.hasRoom(for: needed) { return nil }
    if !isDryRun, try local.hasStaging() {
      try local.discardStaged(except: wanted, sparing: others)
      if try local.hasRoom(for: needed) { return nil }
    }
    return .disk(needed: needed, available: try local.freeSpace())
  }

  /// Leaves the cache of contents no more than half of the room that a plan does not need.
  func limitObjects(for plan: Plan) throws {
    guard let store = try objects() else { return }
    let needed = Engine.stagedBytes(plan)
    let free = try local.freeSpace()
    store.limit(to: (free - min(free, needed &+ needed / 20)) / 2)
  }

  /// How many bytes a plan brings to this disk.
  private static func stagedBytes(_ plan: Plan) -> UInt64 {
    plan.steps.reduce(0) { sum, step in staged(by: step).reduce(sum) { $0 &+ $1.size } }
  }
}
