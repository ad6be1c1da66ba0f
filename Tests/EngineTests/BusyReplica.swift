import Platform
import Replica
import SyncModel
import TestSupport
import Testing

/// A remote during whose calls something else happens.
///
/// It answers as a hub does: a look that knows the newest revision gets back the tree that it
/// knows, which must be the true one then.
struct BusyReplica: Replica {
  let inner: InMemoryReplica
  let whileReading: @Sendable () throws -> Void
  let beforeWrite: @Sendable () throws -> Void
  let afterApply: @Sendable () throws -> Void
  let beforeLook: @Sendable () throws -> Void
  let isRewound: Bool
  /// Writes of others that each batch replaces unseen.
  var overtaken: [OvertakenWrite] = []

  init(
    _ inner: InMemoryReplica, whileReading: @escaping @Sendable () throws -> Void = {},
    beforeWrite: @escaping @Sendable () throws -> Void = {},
    afterApply: @escaping @Sendable () throws -> Void = {},
    beforeLook: @escaping @Sendable () throws -> Void = {}, isRewound: Bool = false
  ) {
    self.inner = inner
    self.whileReading = whileReading
    self.beforeWrite = beforeWrite
    self.afterApply = afterApply
    self.beforeLook = beforeLook
    self.isRewound = isRewound
  }

  var capabilities: Capabilities { inner.capabilities }

  func identity() async throws -> ReplicaIdentity { try await inner.identity() }

  func snapshot(since known: KnownTree?) async throws -> Snapshot {
    try beforeLook()
    let found = try await inner.snapshot(since: nil)
    guard let known else { return found }
    if isRewound { throw HistoryRewound(known: known.cursor, found: found) }
    guard known.cursor == found.cursor else { return found }
    let remembered = known.tree.entries.filter { $0.node != nil }
    let present = found.tree.entries
    #expect(remembered.map(\.path) == present.map(\.path))
    #expect(remembered.map(\.node) == present.map(\.node))
    return Snapshot(tree: known.tree, cursor: known.cursor)
  }

  func read(_ wanted: [WantedContent], into sink: any ContentSink) async throws
    -> [(content: WantedContent, reason: BlockReason)]
  {
    let missing = try await inner.read(wanted, into: sink)
    try whileReading()
    return missing
  }

  func apply(_ batch: Batch, contents: any ContentProvider) async throws -> BatchOutcome {
    try beforeWrite()
    var outcome = try await inner.apply(batch, contents: contents)
    outcome.overtaken = overtaken
    try afterApply()
    return outcome
  }
}

/// Does something the first time that it is asked to.
final class Once: Sendable {
  private let calls = Locked(0)

  func callAsFunction(_ body: () throws -> Void) rethrows {
    let isFirst = calls.withLock { count in
      defer { count += 1 }
      return count == 0
    }
    if isFirst { try body() }
  }
}
