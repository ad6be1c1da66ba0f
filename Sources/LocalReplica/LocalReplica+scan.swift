import Platform
package import Replica
package import SyncModel

extension LocalReplica {
  /// Looks at the whole folder, building on what an earlier scan saw.
  ///
  /// Fails with a ``ReplicaError`` if the root cannot be listed, and on cancellation.
  package func scan(using cache: StatCache) async throws -> ScanResult {
    meter?.begin(.scanning)
    do {
      let stamp = try state.flatMap { try self.stamp(in: $0) }
      let root = try await scanner(rules, stamp, cache)
      let result = ScanFlattening.flatten(
        root, cache: cache, tellsCasesApart: isCaseSensitive)
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
  /// Nor does the time of another file system than the files' settle anything.
  private func stamp(in folder: any Directory) throws(Errno) -> Stamp? {
    do throws(Errno) {
      guard try folder.status().device == root.status().device else { return nil }
      return try Stamp(writingTo: folder)
    } catch {
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
      root: root, stamp: stamp, cache: cache, rules: rules, options: options,
      tellsCasesApart: isCaseSensitive, meter: meter
    ).run(on: pool)
  }

  /// Forgets what was known of files, so that the next scan reads them again.
  package func forget(_ paths: [SyncPath]) {
    guard !paths.isEmpty else { return }
    memory.withLock { memory in
      memory.cacheChanges += paths.map { StatCacheChange(path: $0, row: nil) }
    }
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
  ///
  /// Where it cannot be told they are taken for one: that blocks two names and writes over neither.
  static func tellsCasesApart(in folder: (any Directory)?) -> Bool {
    guard let folder else { return true }
    var isKnown = true
    for name in [".gitignore", "state.db"] {
      do throws(Errno) {
        guard let found = try folder.statusIfPresent(of: name) else { continue }
        return try folder.statusIfPresent(of: name.uppercased())?.inode != found.inode
      } catch {
        isKnown = false
      }
    }
    return isKnown
  }
}
