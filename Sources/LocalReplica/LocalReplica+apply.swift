import Platform
package import Replica
import SyncModel

extension LocalReplica {
  package func apply(_ batch: Batch, contents: any ContentProvider) async throws -> BatchOutcome {
    guard let state else {
      throw ReplicaError(.storage, detail: "the folder has no .syncline to keep things in")
    }
    do {
      let staging = try staging(run: batch.id.run)
      let missing = try await stage(batch, from: contents, into: staging)
      meter?.begin(.applying, totalFiles: batch.changes.count)
      return try await pool.run { [self] in
        try state.syncFileSystem()
        if missing.isEmpty, staging.isComplete { try staging.confirm() }
        return try write(batch, missing: missing, staging, state)
      }
    } catch let error as Errno {
      throw LocalReplica.trouble(error)
    }
  }

  private static func trouble(_ error: Errno) -> ReplicaError {
    ReplicaError(.storage, detail: "the project folder cannot be written: \(error)")
  }

  /// Brings all contents of a batch into the staging area, and names those that cannot be had.
  private func stage(
    _ batch: Batch, from provider: any ContentProvider, into staging: StagingArea
  ) async throws -> [Digest: BlockReason] {
    let (wanted, uses) = Self.contents(of: batch)
    guard !wanted.isEmpty else { return [:] }
    let isOurs = (provider as? StagingArea) === staging
    let missing = Locked<[Digest: BlockReason]>([:])
    let transfers = TransferPool()
    try await pool.forEach(wanted.count, workers: options.threads) { index in
      let content = wanted[index]
      do {
        if !isOurs, try !staging.holds(content.digest, size: content.size) {
          try transfers.with { try $0.copy(content, from: provider, to: staging) }
        }
        if let count = uses[content.digest] { try staging.multiply(content, to: count) }
      } catch let error as ContentError {
        let reason: BlockReason =
          switch error {
          case .mismatch: .refused(code: "content_mismatch")
          case .missing: .refused(code: "content_missing")
          }
        missing.withLock { $0[content.digest] = reason }
      }
    }
    return missing.withLock { $0 }
  }

  /// The contents that a batch puts in place, each once, and how often those that are used again.
  private static func contents(
    of batch: Batch
  ) -> (wanted: [WantedContent], uses: [Digest: Int]) {
    var all: [WantedContent] = []
    all.reserveCapacity(batch.changes.count)
    for change in batch.changes {
      guard let file = change.node.after?.file else { continue }
      if change.node.before?.file?.digest == file.digest { continue }
      all.append(WantedContent(path: change.path, digest: file.digest, size: file.size))
    }
    all.sort { $0.digest < $1.digest }
    var wanted = 0
    var uses: [Digest: Int] = [:]
    for index in all.indices {
      if wanted > 0, all[wanted - 1].digest == all[index].digest {
        uses[all[index].digest, default: 1] += 1
      } else {
        all[wanted] = all[index]
        wanted += 1
      }
    }
    all.removeLast(all.count - wanted)
    return (all, uses)
  }

  private func write(
    _ batch: Batch, missing: [Digest: BlockReason], _ staging: StagingArea,
    _ state: any Directory
  ) throws -> BatchOutcome {
    let applier = Applier(
      root: root, staging: staging, trash: TrashArea(state: state, run: batch.id.run),
      cache: cache, stamp: try Stamp(writingTo: state), tellsCasesApart: isCaseSensitive)
    var results: [ChangeResult] = []
    results.reserveCapacity(batch.changes.count)
    for change in batch.changes {
      if Task.isCancelled {
        // What is done is told; the rest is planned again by whoever comes next.
        results.append(.notTried)
        continue
      }
      var result = applier.apply(change)
      if case .failed(.refused(code: "content_missing")) = result,
        let digest = change.node.after?.file?.digest, let reason = missing[digest]
      {
        result = .failed(reason)
      }
      results.append(result)
      meter?.add(files: 1)
    }
    // Remembered before anything else can fail: an undo and a second look need it.
    memory.withLock { memory in
      memory.kept[batch.id.run, default: []] += applier.kept
      if memory.cacheChanges.isEmpty {
        memory.cacheChanges = applier.rows
      } else {
        memory.cacheChanges += applier.rows
      }
    }
    do throws(Errno) {
      // What is out of its place may have to go back into one of them.
      if applier.trouble == nil { try applier.removeEmptiedFolders() }
      try state.syncFileSystem()
    } catch {
      return BatchOutcome(results: results, trouble: LocalReplica.trouble(error))
    }
    if let trouble = applier.trouble {
      return BatchOutcome(results: results, trouble: LocalReplica.trouble(trouble))
    }
    return BatchOutcome(results: results)
  }
}
