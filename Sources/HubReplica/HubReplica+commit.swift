import Platform
import HTTPClient
import HubProtocol
import Replica
import SyncModel

extension HubReplica {
  /// What a hub makes of a commit.
  enum CommitAnswer {
    /// It is applied, or paths stand in its way.
    case outcome(BatchOutcome)
    /// Contents are not there.
    case missing([Digest])
    /// Contents were removed for good; it may hold more of them than these.
    case purged(Set<Digest>)
    /// It is larger than the hub takes.
    case tooLarge
  }

  /// Sends the commit of a batch, with contents in it where it is given some.
  func commit(
    _ batch: Batch, inline: [Digest: [UInt8]], _ cancellation: CancellationFlag
  ) throws -> CommitAnswer {
    var request = HubRequest(method: "POST", path: path.appending("commits"))
    request.body = document(of: batch, inline: inline)
    // It names every path that moved, and every content that is missing.
    request.maximumRefusal = 64 << 20
    do {
      let response = try connection.message(CommitResponse.self, request, cancellation)
      return .outcome(
        BatchOutcome(
          results: batch.changes.map { _ in .done }, cursor: advance(by: batch, response)))
    } catch let refusal as HubRefusal {
      return try answer(refusal, batch)
    }
  }

  private func document(of batch: Batch, inline: [Digest: [UInt8]]) -> [UInt8] {
    var unsent = inline
    var writer = CommitRequestWriter(
      id: "\(batch.id.run).\(batch.id.counter)", message: batch.message,
      count: batch.changes.count)
    for change in batch.changes {
      // Contents that several paths share travel once.
      let content = change.node.after?.file.flatMap { unsent.removeValue(forKey: $0.digest) }
      writer.append(
        CommitRequest.Item(
          path: change.path, spelling: change.spelling, expected: change.node.before,
          new: change.node.after,
          edited: change.node.after == nil ? nil : edited?(change.path), content: content))
    }
    return writer.finish()
  }

  private func answer(_ refusal: HubRefusal, _ batch: Batch) throws -> CommitAnswer {
    switch refusal.error.code {
    case .missingContent: return .missing(refusal.error.digests)
    case .tooLarge: return .tooLarge
    case .moved:
      let found = Dictionary(
        refusal.error.moved.map { ($0.path, $0.found) }, uniquingKeysWith: { first, _ in first })
      return try outcome(batch) { path in
        found[path].map { .moved(found: $0.map { .node($0) }) }
      }
    case .impossibleTree:
      // A plan makes no such tree of what it saw, so somebody made the other half of it since;
      // a new look shows it, as a conflict.
      let paths = paths(of: refusal)
      let expected = Dictionary(
        batch.changes.map { ($0.path, $0.node.before) }, uniquingKeysWith: { first, _ in first })
      return try outcome(batch) { path in
        guard paths.contains(path), let before = expected[path] else { return nil }
        return .moved(found: before.map { .node($0) })
      }
    case .invalidPath:
      let paths = paths(of: refusal)
      let reason = BlockReason.refused(code: refusal.error.code.word)
      return try outcome(batch) { paths.contains($0) ? .failed(reason) : nil }
    case .unknown where !refusal.purged.isEmpty:
      return .purged(refusal.purged)
    case .digestMismatch:
      // What was read was verified, so the bytes changed on their way.
      throw connection.notUnderstood("contents arrive as others: \(refusal.error.message)")
    case .malformed, .notAllowed, .scope, .noSuchContent, .noSuchPath, .noSuchRevision,
      .noSuchUpload, .commitReused, .exists, .wrongOffset, .historyGone, .badPack,
      .unsupportedProtocol, .slowDown, .busy, .stopping, .storageFull, .internalFailure,
      .unknown:
      throw refusal
    }
  }

  /// The paths that a refusal names; what is no path of ours cannot be one of the batch.
  private func paths(of refusal: HubRefusal) -> Set<SyncPath> {
    Set(refusal.error.paths.compactMap { try? SyncPath(validating: $0) })
  }

  /// Gives each change its result; at least one must stand in the way of the others.
  private func outcome(
    _ batch: Batch, _ result: (SyncPath) -> ChangeResult?
  ) throws -> CommitAnswer {
    var isExplained = false
    let results = batch.changes.map { change in
      guard let result = result(change.path) else { return ChangeResult.notTried }
      isExplained = true
      return result
    }
    guard isExplained else {
      throw connection.notUnderstood("a commit was refused for paths that it does not hold")
    }
    return .outcome(BatchOutcome(results: results))
  }

  /// Where the history stands after a commit, if nobody else committed in between.
  ///
  /// A cursor belongs to one tree. Only if the known tree with these changes has the new tree's
  /// digest is that the tree that the caller knows; else the next look must start from before.
  private func advance(by batch: Batch, _ response: CommitResponse) -> Cursor? {
    memory.withLock { memory in
      guard let head = memory.head, var digest = TreeDigest(hex: head.fingerprint) else {
        return nil
      }
      for change in batch.changes {
        digest.replace(change.path, change.node.before, with: change.node.after)
      }
      guard digest == response.treeDigest, response.revision == head.revision + 1 else {
        memory.head = nil
        return nil
      }
      let cursor = Cursor(revision: response.revision, fingerprint: digest.hex)
      memory.head = cursor
      return cursor
    }
  }
}
