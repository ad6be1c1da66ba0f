import Platform
import Replica
import SyncModel

/// One look at a folder and all that is below, by several threads.
final class Scanner<Rules: ScanRules>: Sendable {
  let root: any Directory
  let device: UInt64
  let mount: UInt64?
  let stamp: Stamp?
  let trustsFolderTimes: Bool
  let tellsCasesApart: Bool
  let known: StatCache
  let cache: StatCache.Rows
  let options: LocalReplica.Options
  let meter: ProgressMeter?
  let rules: Rules

  init(
    root: any Directory, stamp: Stamp?, cache: StatCache, rules: Rules,
    options: LocalReplica.Options, tellsCasesApart: Bool, meter: ProgressMeter?
  ) throws(Errno) {
    self.root = root
    device = try root.status().device
    mount = root.mount
    self.stamp = stamp
    // Only a matter of speed: where it cannot be told, folders are listed.
    trustsFolderTimes = (try? root.tellsNameChangesByTime()) ?? false
    self.tellsCasesApart = tellsCasesApart
    known = cache
    self.cache = cache.rows
    self.rules = rules
    self.options = options
    self.meter = meter
  }

  /// Looks at everything, and answers with the root's findings.
  ///
  /// Fails if the root itself cannot be listed, or the task is cancelled.
  func run(on pool: BlockingPool) async throws -> FolderScan {
    let result = FolderScan(key: "", spelling: nil, depth: 0)
    let queue = ScanQueue(
      FolderTask(parent: nil, name: [], rules: rules, result: result, firstRow: 0))
    try await pool.forEach(options.threads, workers: options.threads) { _ in
      let worker = ScanWorker(self)
      while let task = queue.take() {
        do {
          queue.finish(found: try worker.look(at: task))
        } catch {
          queue.fail()
          throw error
        }
      }
    }
    // A file that was given up for a cancellation shows as blocked: no such answer is given.
    try Task.checkCancellation()
    switch result.blocked {
    case .unreadable(let number): throw Errno(rawValue: number)
    case .rulesUnreadable(let number):
      let error = Errno(rawValue: number)
      let rules = result.unreadRules.map { "'\($0)'" } ?? "the folder"
      throw ReplicaError(.storage, detail: "the rules in \(rules) cannot be read: \(error)")
    default: return result
    }
  }
}
