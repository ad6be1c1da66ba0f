import Engine
import Replica
import SyncCore
import SyncModel
import TestSupport
import Testing

/// What a run lists as kept.
@Suite struct KeptTests {
  @Test func `what was not replaced is not listed as kept`() async throws {
    let world = try EngineWorld(
      remote: InMemoryReplica(
        capabilities: Capabilities(
          carriesExecutable: false, carriesLinks: false, carriesRawBytes: true,
          commitsAtOnce: false, keepsHistory: false, isCaseSensitive: true)))
    for name in ["a.yaml", "b.yaml"] { try world.disk.write("old\n", to: name) }
    try await world.run()
    for name in ["a.yaml", "b.yaml"] { try world.disk.write("new\n", to: name) }
    var remote = BusyReplica(world.remote)
    remote.refusal = { $0.path.key == "a.yaml" ? nil : .failed(.notWellFormed(line: 1)) }
    let report = try await world.engine(remote: remote).run(RunRequest(verb: .push))
    #expect(report.pushed.map(\.key) == ["a.yaml"])
    #expect(report.failed.map(\.path.key) == ["b.yaml"])
    #expect(report.kept.map(\.path.key) == ["a.yaml"])
  }
}
