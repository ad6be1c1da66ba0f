import Engine
import Replica
import SyncCore
import SyncModel
import TestSupport
import Testing

/// A remote that goes away in the middle of a batch.
@Suite struct CutTests {
  /// The world's remote, which applies the first change of each batch, and is gone then.
  private func leaving(_ world: EngineWorld) -> BusyReplica {
    var remote = BusyReplica(world.remote)
    remote.leavesAfter = 1
    return remote
  }

  /// A remote without a history, as those are that apply changes one by one.
  private func world() throws -> EngineWorld {
    try EngineWorld(
      remote: InMemoryReplica(
        capabilities: Capabilities(
          carriesExecutable: false, carriesLinks: false, carriesRawBytes: true,
          commitsAtOnce: false, keepsHistory: false, isCaseSensitive: true)))
  }

  /// Requires that a run tells of its cut, and answers what it had done by then.
  private func cut(
    _ run: () async throws -> RunReport, sourceLocation: SourceLocation = #_sourceLocation
  ) async throws -> RunReport {
    do {
      let report = try await run()
      Issue.record("it ended as if nothing was wrong: \(report)", sourceLocation: sourceLocation)
      return report
    } catch EngineError.cutOff(_, let cause as ReplicaError, let report) {
      #expect(cause.code == .unreachable, sourceLocation: sourceLocation)
      return report
    }
  }

  @Test func `an approved plan of which half was written is not called done`() async throws {
    let world = try world()
    for name in ["a.txt", "b.txt", "c.txt"] { try world.disk.write("1\n", to: name) }
    let planned = try await world.engine().plan(RunRequest(verb: .sync))
    let remote = leaving(world)
    let report = try await cut {
      try await world.engine(remote: remote).run(
        RunRequest(verb: .sync, approvedPlan: planned.digest))
    }
    #expect(report.pushed.map(\.key) == ["a.txt"])
    #expect(world.remoteFiles() == ["a.txt": "1\n"])
    #expect(try await world.run().pushed.map(\.key) == ["b.txt", "c.txt"])
  }

  @Test func `an undo of which half was written is not called done`() async throws {
    let world = try world()
    for name in ["a.txt", "b.txt"] { try world.disk.write("1\n", to: name) }
    try await world.run()
    let remote = leaving(world)
    let report = try await cut {
      try await world.engine(remote: remote).undo(nil, isDryRun: false)
    }
    #expect(report.deletedRemote.count == 1)
    #expect(world.remoteFiles().count == 1)
  }

  @Test func `what an all-or-nothing remote left of an approved plan is named`() async throws {
    let world = try EngineWorld()
    for name in ["a.txt", "b.txt"] { try world.disk.write("1\n", to: name) }
    let planned = try await world.engine().plan(RunRequest(verb: .sync))
    let (inner, once) = (world.remote, Once())
    let remote = BusyReplica(
      inner, beforeWrite: { once { inner.put([0x32], at: SyncPath(trusted: "a.txt")) } })
    let report = try await world.engine(remote: remote).run(
      RunRequest(verb: .sync, approvedPlan: planned.digest))
    #expect(report.pushed.isEmpty)
    #expect(report.failed.map(\.path.key) == ["a.txt", "b.txt"])
    #expect(report.failed.last?.reason == .dependsOn(world.path("a.txt")))
  }
}
