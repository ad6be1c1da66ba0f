import Engine
import Platform
import SyncCore
import SyncModel

/// What the calls of a server have deleted in each project, so that a brake cannot be passed in
/// small steps.
///
/// It counts as long as the server lives, and nothing that a client does takes anything back.
final class DeletionTally: Sendable {
  private let counts = Locked<[String: DeletionCount]>([:])

  /// What was deleted in the project in a folder.
  func count(in folder: String) -> DeletionCount {
    counts.withLock { $0[folder] ?? DeletionCount() }
  }

  /// Adds what a run deleted; a file that only got another name does not count.
  func add(_ report: RunReport, in folder: String) {
    guard !report.isDryRun else { return }
    func count(_ paths: [SyncPath], _ side: Side) -> Int {
      let renamed = Set(report.renames.lazy.filter { $0.side == side }.map(\.from))
      return Set(paths).subtracting(renamed).count
    }
    let local = count(report.deletedLocal, .local)
    let remote = count(report.deletedRemote, .remote)
    guard local + remote > 0 else { return }
    counts.withLock { counts in
      counts[folder, default: DeletionCount()].local += local
      counts[folder, default: DeletionCount()].remote += remote
    }
  }
}
