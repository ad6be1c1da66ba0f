package import LocalReplica
package import Platform
package import ProjectState
package import Replica
import SyncCore
package import SyncModel

/// Keeps one folder in step with one remote project.
///
/// The engine owns the order of things: look, decide, record what is going to happen, write,
/// record what happened. It makes no words and asks nobody by itself. Confined to one task.
package final class Engine {
  let local: LocalReplica
  let remote: any Replica
  let state: StateDatabase
  let objectsFolder: (any Directory)?
  var openedObjects: ObjectStore?
  let settings: EngineSettings
  let clock: WallClock
  let randomness: Randomness
  let meter: ProgressMeter?

  /// How often a run plans again because something moved while it wrote.
  static let maximumPasses = 5

  /// Puts an engine together.
  ///
  /// `objects` is where base contents are kept; nothing for a folder that is only looked at.
  package init(
    local: LocalReplica, remote: any Replica, state: StateDatabase, objects: (any Directory)?,
    settings: EngineSettings, clock: WallClock, randomness: Randomness,
    meter: ProgressMeter? = nil
  ) {
    self.local = local
    self.remote = remote
    self.state = state
    self.objectsFolder = objects
    self.settings = settings
    self.clock = clock
    self.randomness = randomness
    self.meter = meter
  }

  /// How far the remote's clock is ahead of ours, in nanoseconds, as the last look found it.
  var clockSkew: Int64?

  /// From where on one of the two clocks is wrong, and not merely late: a minute.
  private static let longestSkew: Int64 = 60 * 1_000_000_000

  /// The time now, by the remote's clock where ours is wrong: what is recorded counts for weeks.
  var now: Timestamp {
    let time = clock.now()
    guard let clockSkew, clockSkew.magnitude > UInt64(Engine.longestSkew) else {
      return Timestamp(nanoseconds: time)
    }
    let (corrected, isTooFar) = time.addingReportingOverflow(clockSkew)
    return Timestamp(nanoseconds: isTooFar ? time : corrected)
  }

  /// Reads single contents of either side.
  package func peek() throws -> ContentPeek {
    ContentPeek(local: local, remote: remote, objects: try objects())
  }

  /// The store of base contents; its index is read when it is first needed, not for a mere look.
  func objects() throws -> ObjectStore? {
    if let openedObjects { return openedObjects }
    guard let objectsFolder else { return nil }
    // At one moment: another process may write the pack anew between the two.
    let store = try state.reading {
      ObjectStore(
        folder: objectsFolder, number: try state.objectsPack(), index: try state.objectIndex())
    }
    openedObjects = store
    return store
  }

  /// Records where contents that have passed by are kept.
  ///
  /// A cache that is verified when it is read, so that it need not wait for the end of the run.
  func keepObjects() throws {
    guard let store = openedObjects else { return }
    let rows = try store.flush()
    guard !rows.isEmpty else { return }
    try state.transaction { try state.addObjects(rows) }
  }
}

/// Why the engine refuses to go on.
///
/// Nothing was written when it is thrown, but for the two that carry a report.
package enum EngineError: Error, Sendable {
  /// A run that had begun was ended by trouble of this machine's, or, after it wrote something, by
  /// the remote's or by the user; the report lists what is done and recorded, and the next run
  /// settles the rest.
  case cutOff(run: String, cause: any Error, report: RunReport)
  /// A run ended before it wrote anything of its own, but after it had given back edits that an
  /// interrupted run had taken out of their places: the report lists their copies.
  indirect case stoppedAfterGivingBack(cause: any Error, report: RunReport)
  /// The folder's record of a run cannot be read back.
  case damagedJournal(run: String)
  /// What an interrupted run had taken out of its place, and keeps, cannot go back there.
  case cannotPutBack(path: SyncPath, place: String, run: String, Errno)
  /// The plan is no longer the one that was approved.
  case planChanged
  /// No such run, or none that can be taken back.
  case noSuchRun(String?)
  /// The run went to another target.
  case runOfOtherTarget(run: String, identity: String)
  /// Nothing in local, base or remote is meant by what the user named, as far as they were seen.
  case nothingMatches(String, unseen: [SyncPath])
  /// Nothing that the user named is in conflict.
  case noConflict
  /// What the user named hangs on a path that was not named.
  case partOf(SyncPath)

  /// What was done before it was thrown, where anything was.
  package var report: RunReport? {
    switch self {
    case .cutOff(_, _, let report), .stoppedAfterGivingBack(_, let report): report
    case .damagedJournal, .cannotPutBack, .planChanged, .noSuchRun, .runOfOtherTarget,
      .nothingMatches, .noConflict, .partOf:
      nil
    }
  }
}
