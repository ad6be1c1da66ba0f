import HTTPClient
import HubProtocol
import Platform
package import Replica
import SyncModel

extension HubReplica {
  /// How often contents that the hub turns out not to have are sent again.
  private static let rounds = 3

  /// Applies a batch as one commit, after its contents are on the hub.
  ///
  /// A lost answer is answered by sending the same commit again. If a content is no longer what
  /// a change says, or the hub removed it for good, nothing is committed: that change has failed,
  /// and the others were not tried.
  package func apply(
    _ batch: Batch, contents: any ContentProvider
  ) async throws -> BatchOutcome {
    guard !batch.changes.isEmpty else { return BatchOutcome(results: []) }
    let cancellation = CancellationFlag()
    do {
      return try await withTaskCancellationHandler {
        try await push(batch, contents, cancellation)
      } onCancel: {
        cancellation.cancel()
      }
    } catch let refusal as HubRefusal {
      throw refusal.asReplicaError(connection.origin)
    } catch is CancellationError {
      throw ReplicaError(.cancelled, detail: "\(connection.origin)")
    }
  }

  private func push(
    _ batch: Batch, _ contents: any ContentProvider, _ cancellation: CancellationFlag
  ) async throws -> BatchOutcome {
    var outgoing = OutgoingContents(batch.changes)
    if outgoing.totalBytes <= UInt64(HubInfo.Limits().inlineContent),
      let outcome = try await pushInline(batch, outgoing, contents, cancellation)
    {
      return outcome
    }
    let limits = try await connection.blocking { [self] flag in try self.limits(flag) }
    guard batch.changes.count <= limits.entries else {
      throw ReplicaError(
        .refused, detail: "\(connection.origin): more than \(limits.entries) changes at once")
    }
    let upload = ContentUpload(
      replica: self, provider: contents, limits: limits, cancellation: cancellation)
    // With many contents the list is large, and it is rarely needed again.
    let wanted = outgoing.wanted
    outgoing = OutgoingContents([])
    var missing = try await blocking(cancellation) { try upload.missing(wanted) }
    for _ in 0..<Self.rounds {
      let failures = try await send(missing, upload, cancellation)
      missing = []
      guard failures.isEmpty else { return Self.outcome(batch, failed: failures) }
      let answer = try await blocking(cancellation) { [self] in
        try commit(batch, inline: [:], cancellation)
      }
      switch answer {
      case .outcome(let outcome): return outcome
      case .missing(let digests):
        let unknown = Set(digests)
        missing = OutgoingContents(batch.changes).wanted.filter { unknown.contains($0.digest) }
        guard !missing.isEmpty else {
          throw connection.notUnderstood("contents are missing that the commit does not name")
        }
      case .purged(let digests):
        let reasons = digests.map { ($0, BlockReason.purged) }
        return Self.outcome(batch, failed: Dictionary(uniqueKeysWithValues: reasons))
      case .tooLarge:
        throw ReplicaError(.refused, detail: "\(connection.origin): the commit is too large")
      }
    }
    throw ReplicaError(
      .refused, detail: "\(connection.origin): contents that were sent are still missing",
      isRetriable: true)
  }

  /// Sends contents and returns those that cannot be sent: changed since, or removed for good.
  ///
  /// The hub names one removed content at a time, so the rest is sent until it names none.
  private func send(
    _ contents: [WantedContent], _ upload: ContentUpload, _ cancellation: CancellationFlag
  ) async throws -> [Digest: BlockReason] {
    var purged: [Digest: BlockReason] = [:]
    var left = contents
    while true {
      do {
        return try await upload.send(left).merging(purged) { changed, _ in changed }
      } catch let refusal as HubRefusal {
        let asked = Set(left.map(\.digest))
        let named = refusal.purged.intersection(asked)
        guard !named.isEmpty else { throw refusal }
        for digest in named { purged[digest] = .purged }
        let rest = left.filter { !named.contains($0.digest) }
        left = try await blocking(cancellation) { try upload.missing(rest) }
      }
    }
  }

  /// Sends contents within the commit; nothing if the hub wants them beforehand.
  private func pushInline(
    _ batch: Batch, _ outgoing: OutgoingContents, _ contents: any ContentProvider,
    _ cancellation: CancellationFlag
  ) async throws -> BatchOutcome? {
    try await blocking(cancellation) { [self] in
      var inline: [Digest: [UInt8]] = [:]
      var failures: [Digest: BlockReason] = [:]
      var reader = WholeContentReader()
      for content in outgoing.wanted {
        switch try reader.read(content, from: contents) {
        case .success(let bytes): inline[content.digest] = Array(bytes)
        case .failure(let failure): failures[content.digest] = failure.reason
        }
      }
      guard failures.isEmpty else { return Self.outcome(batch, failed: failures) }
      if !inline.isEmpty { hand(over: PassingFrame(inline: inline)) }
      switch try commit(batch, inline: inline, cancellation) {
      case .outcome(let outcome):
        meter?.add(files: inline.count, bytes: Int(clamping: outgoing.totalBytes))
        return outcome
      case .missing, .tooLarge, .purged:
        // Sent beforehand, contents show all of those that the hub does not take.
        return nil
      }
    }
  }

  /// Runs what blocks on the pool under a flag that exists already.
  private func blocking<Value: Sendable>(
    _ cancellation: CancellationFlag, _ body: @escaping @Sendable () throws -> Value
  ) async throws -> Value {
    if cancellation.isCancelled { throw CancellationError() }
    return try await connection.environment.pool.run(body)
  }

  /// What becomes of a batch whose contents are no longer what they were: nothing is written.
  private static func outcome(
    _ batch: Batch, failed failures: [Digest: BlockReason]
  ) -> BatchOutcome {
    BatchOutcome(
      results: batch.changes.map { change in
        guard let digest = change.node.after?.file?.digest, let reason = failures[digest] else {
          return .notTried
        }
        return .failed(reason)
      })
  }
}
