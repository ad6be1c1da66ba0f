package import Platform
package import Replica
import SyncModel

/// The folder on this machine.
///
/// Works over held folders: the root and the private folder `.syncline/`. Without the latter (a
/// fresh checkout that is only looked at) nothing is ever written.
package final class LocalReplica: Replica {
  /// How a local folder is looked at and written.
  package struct Options: Sendable {
    /// The largest file that is synced, in bytes.
    package var largestFile: UInt64
    /// How many threads scan, read and write at a time.
    package var threads: Int
    /// Whether a scan lists what the rules leave out.
    package var collectsIgnored: Bool

    /// Chooses how a folder is looked at and written.
    package init(
      largestFile: UInt64 = 1 << 30, threads: Int = 2, collectsIgnored: Bool = false
    ) {
      self.largestFile = largestFile
      self.threads = threads
      self.collectsIgnored = collectsIgnored
    }
  }

  let root: any Directory
  let state: (any Directory)?
  let id: String
  let rules: any ScanRules
  let options: Options
  let pool: BlockingPool
  let clock: WallClock
  let meter: ProgressMeter?
  let isCaseSensitive: Bool
  let memory: Locked<Memory>

  /// What a replica learned from its last scan and did in its runs.
  struct Memory: Sendable {
    var cache: StatCache
    var cacheChanges: [StatCacheChange] = []
    var kept: [String: [KeptFile]] = [:]
    /// What runs kept of a remote without a history.
    var keptOfRemote: [String: [KeptContent]] = [:]
    var stagings: [String: StagingArea] = [:]
  }

  /// Takes a folder into use.
  ///
  /// `id` names the folder for ever, whatever it is called. `state` is its `.syncline/`. Writes
  /// nothing.
  package init(
    root: any Directory, state: (any Directory)?, id: String, rules: some ScanRules,
    options: Options = Options(), cache: StatCache = StatCache(), pool: BlockingPool = .shared,
    clock: WallClock, meter: ProgressMeter? = nil
  ) {
    self.root = root
    self.state = state
    self.id = id
    self.rules = rules
    self.options = options
    self.pool = pool
    self.clock = clock
    self.meter = meter
    isCaseSensitive = LocalReplica.tellsCasesApart(in: state)
    memory = Locked(Memory(cache: cache))
  }

  package var capabilities: Capabilities {
    Capabilities(
      carriesExecutable: true, carriesLinks: true, carriesRawBytes: true, commitsAtOnce: false,
      keepsHistory: false, isCaseSensitive: isCaseSensitive)
  }

  package func identity() async throws -> ReplicaIdentity {
    ReplicaIdentity(id: id, clock: Timestamp(nanoseconds: clock.now()))
  }
}
