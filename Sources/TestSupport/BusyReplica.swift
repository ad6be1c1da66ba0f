package import Replica
package import SyncModel

/// A replica in memory during whose calls something else happens, or that does only a part.
///
/// It answers as a hub does: a look that knows the newest revision gets back the tree that it
/// knows, which must be the true one then.
package struct BusyReplica: Replica {
  private let inner: InMemoryReplica
  private let whileReading: @Sendable () throws -> Void
  private let beforeWrite: @Sendable () throws -> Void
  private let afterApply: @Sendable () throws -> Void
  private let isRewound: Bool
  /// Writes of others that each batch replaces unseen.
  package var overtaken: [OvertakenWrite] = []
  /// What becomes of a change in the place of being made; nothing where it is made.
  package var refusal: @Sendable (PathChange) -> ChangeResult? = { _ in nil }
  /// How many changes of a batch it applies before it is gone.
  package var leavesAfter: Int?

  /// Wraps a replica, with what happens while a content is read, before and after a batch.
  package init(
    _ inner: InMemoryReplica, whileReading: @escaping @Sendable () throws -> Void = {},
    beforeWrite: @escaping @Sendable () throws -> Void = {},
    afterApply: @escaping @Sendable () throws -> Void = {}, isRewound: Bool = false
  ) {
    self.inner = inner
    self.whileReading = whileReading
    self.beforeWrite = beforeWrite
    self.afterApply = afterApply
    self.isRewound = isRewound
  }

  package var capabilities: Capabilities { inner.capabilities }

  package func identity() async throws -> ReplicaIdentity { try await inner.identity() }

  package func snapshot(since known: KnownTree?) async throws -> Snapshot {
    let found = try await inner.snapshot(since: nil)
    guard let known else { return found }
    if isRewound { throw HistoryRewound(known: known.cursor, found: found) }
    guard known.cursor == found.cursor else { return found }
    let remembered = known.tree.entries.filter { $0.node != nil }
    let present = found.tree.entries
    guard remembered.map(\.path) == present.map(\.path),
      remembered.map(\.node) == present.map(\.node)
    else {
      throw ContractViolation(description: "the tree that is known is not that of its revision")
    }
    return Snapshot(tree: known.tree, cursor: known.cursor)
  }

  package func read(_ wanted: [WantedContent], into sink: any ContentSink) async throws
    -> [(content: WantedContent, reason: BlockReason)]
  {
    let missing = try await inner.read(wanted, into: sink)
    try whileReading()
    return missing
  }

  package func apply(_ batch: Batch, contents: any ContentProvider) async throws -> BatchOutcome {
    try beforeWrite()
    let kept = leavesAfter ?? batch.changes.count
    let answers = batch.changes.enumerated().map { number, change in
      number < kept ? refusal(change) : .notTried
    }
    var part = batch
    part.changes = zip(batch.changes, answers).filter { $0.1 == nil }.map(\.0)
    var outcome = try await inner.apply(part, contents: contents)
    var results = outcome.results[...]
    outcome.results = answers.map { $0 ?? results.removeFirst() }
    outcome.overtaken = overtaken
    if kept < batch.changes.count {
      outcome.cut = ReplicaError(.unreachable, detail: "gone")
    }
    try afterApply()
    return outcome
  }
}
