import Engine
import Replica
import SyncCore
import SyncModel
import TestSupport
import Testing

/// What a run lists as kept.
@Suite struct KeptTests {
  /// A remote that takes some paths and refuses all others.
  private struct RefusingReplica: Replica {
    let inner: InMemoryReplica
    let takes: Set<String>

    var capabilities: Capabilities { inner.capabilities }

    func identity() async throws -> ReplicaIdentity { try await inner.identity() }

    func snapshot(since known: KnownTree?) async throws -> Snapshot {
      try await inner.snapshot(since: nil)
    }

    func read(_ wanted: [WantedContent], into sink: any ContentSink) async throws
      -> [(content: WantedContent, reason: BlockReason)]
    {
      try await inner.read(wanted, into: sink)
    }

    func apply(_ batch: Batch, contents: any ContentProvider) async throws -> BatchOutcome {
      let taken = batch.changes.filter { takes.contains($0.path.key) }
      let outcome = try await inner.apply(
        Batch(id: batch.id, changes: taken), contents: contents)
      var results = outcome.results[...]
      return BatchOutcome(
        results: batch.changes.map { change in
          takes.contains(change.path.key)
            ? results.removeFirst() : .failed(.notWellFormed(line: 1))
        })
    }
  }

  @Test func `what was not replaced is not listed as kept`() async throws {
    let world = try EngineWorld(
      remote: InMemoryReplica(
        capabilities: Capabilities(
          carriesExecutable: false, carriesLinks: false, carriesRawBytes: true,
          commitsAtOnce: false, keepsHistory: false, isCaseSensitive: true)))
    for name in ["a.yaml", "b.yaml"] { try world.disk.write("old\n", to: name) }
    try await world.run()
    for name in ["a.yaml", "b.yaml"] { try world.disk.write("new\n", to: name) }
    let remote = RefusingReplica(inner: world.remote, takes: ["a.yaml"])
    let report = try await world.engine(remote: remote).run(RunRequest(verb: .push))
    #expect(report.pushed.map(\.key) == ["a.yaml"])
    #expect(report.failed.map(\.path.key) == ["b.yaml"])
    #expect(report.kept.map(\.path.key) == ["a.yaml"])
  }
}
