import Platform
package import Replica
import SyncModel

extension LocalReplica {
  /// Looks at the whole folder, building on what an earlier scan saw.
  ///
  /// Fails with a ``ReplicaError`` if the root cannot be listed, and on cancellation.
  package func scan(using cache: StatCache) async throws -> ScanResult {
    meter?.begin(.scanning)
    do {
      let stamp = try state.flatMap(LocalReplica.stamp)
      let root = try await scanner(rules, stamp, cache)
      let result = ScanFlattening.flatten(root, cache: cache)
      memory.withLock { memory in
        memory.cache = result.cache
        memory.cacheChanges = []
      }
      return result
    } catch let error as Errno {
      throw ReplicaError(.storage, detail: "the project folder cannot be read: \(error)")
    }
  }

  /// The time as the file system tells it; nothing where the folder can be looked at alone.
  ///
  /// What is read then is settled by no time, and is read again by the next look.
  private static func stamp(in folder: any Directory) throws(Errno) -> Stamp? {
    do throws(Errno) { return try Stamp(writingTo: folder) } catch {
      switch error {
      case .readOnly, .notPermitted, .accessDenied, .noSpace, .quotaExceeded: return nil
      default: throw error
      }
    }
  }

  // Opens the existential, so that the hot loops know the rules' own type.
  private func scanner(
    _ rules: some ScanRules, _ stamp: Stamp?, _ cache: StatCache
  ) async throws -> FolderScan {
    try await Scanner(
      root: root, stamp: stamp, cache: cache, rules: rules, options: options, meter: meter
    ).run(on: pool)
  }

  /// What the next run may build on: the last scan's cache and what was written since.
  package var cache: StatCache {
    memory.withLock { memory in
      if !memory.cacheChanges.isEmpty {
        memory.cache = memory.cache.updating(memory.cacheChanges)
        memory.cacheChanges = []
      }
      return memory.cache
    }
  }

  package func snapshot(since known: KnownTree?) async throws -> Snapshot {
    try await scan(using: cache).snapshot
  }

  /// Tells by a file of our own whether names that differ in case are two; writes nothing.
  static func tellsCasesApart(in folder: (any Directory)?) -> Bool {
    guard let folder else { return true }
    for name in [".gitignore", "state.db"] {
      do throws(Errno) {
        guard let found = try folder.statusIfPresent(of: name) else { continue }
        return try folder.statusIfPresent(of: name.uppercased())?.inode != found.inode
      } catch {
        continue
      }
    }
    return true
  }
}
