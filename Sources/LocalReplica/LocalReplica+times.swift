import Platform
package import SyncModel

extension LocalReplica {
  /// When a file was last edited, as the last scan saw it.
  package func editTime(of path: SyncPath) -> Timestamp? {
    memory.withLock { $0.cache[path] }.map { Timestamp(nanoseconds: $0.modified) }
  }
}
