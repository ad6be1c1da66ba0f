import Engine
import IgnoreRules
import LocalReplica
import ProjectState
import SyncCore
import SyncModel
import TestSupport
import Testing

@Suite struct UndoTests {
  @Test func `an undone pull shows its changes as to be pulled again`() async throws {
    let world = try EngineWorld()
    try world.disk.write("1\n", to: "a.txt")
    try await world.run()
    world.put("a.txt", "2\n")
    world.put("new.txt", "n\n")
    try await world.run(.pull)
    let report = try await world.engine().undo(nil, isDryRun: false)
    #expect(report.leftByUndo.isEmpty)
    #expect(try world.local() == ["a.txt": "1\n"])
    let status = try await world.engine().observe()
    #expect(status.reconciliation.items.map(\.state) == [.remoteToLocal, .remoteToLocal])
    let sync = try await world.run()
    #expect(sync.pushed.isEmpty && sync.deletedRemote.isEmpty)
    #expect(try world.local() == ["a.txt": "2\n", "new.txt": "n\n"])
  }

  @Test func `an undone push takes the remote back and shows the edits as local`() async throws {
    let world = try EngineWorld()
    try world.disk.write("1\n", to: "a.txt")
    try world.disk.write("k\n", to: "k.txt")
    try await world.run()
    try world.disk.write("2\n", to: "a.txt")
    try world.disk.removeFile("k.txt")
    try await world.run(.push)
    let report = try await world.engine().undo(nil, isDryRun: false)
    #expect(report.leftByUndo.isEmpty)
    #expect(world.remoteFiles() == ["a.txt": "1\n", "k.txt": "k\n"])
    #expect(try world.local() == ["a.txt": "2\n"])
    let status = try await world.engine().observe()
    #expect(status.reconciliation.items.map(\.state) == [.localToRemote, .localToRemote])
  }

  @Test func `a path that changed since the run is left and named`() async throws {
    let world = try EngineWorld()
    try world.disk.write("1\n", to: "a.txt")
    try world.disk.write("1\n", to: "b.txt")
    try await world.run()
    world.put("a.txt", "2\n")
    world.put("b.txt", "2\n")
    try await world.run(.pull)
    try world.disk.write("mine\n", to: "a.txt")
    let report = try await world.engine().undo(nil, isDryRun: false)
    #expect(report.leftByUndo.map(\.path) == [world.path("a.txt")])
    #expect(try world.local() == ["a.txt": "mine\n", "b.txt": "1\n"])
  }

  @Test func `a later run that wrote nothing is not the one that is taken back`() async throws {
    let world = try EngineWorld()
    try world.disk.write("1\n", to: "a.txt")
    try await world.run()
    world.put("a.txt", "2\n")
    try await world.run(.pull)
    try world.cut("zz-newest", [world.pulling("a.txt", from: "2\n", to: "3\n")])
    try await world.run(.pull)
    let report = try await world.engine().undo(nil, isDryRun: false)
    #expect(report.pulled == [world.path("a.txt")])
    #expect(try world.local() == ["a.txt": "1\n"])
  }

  @Test(arguments: [nil, "zz-newest"])
  func `an undo of a run that was cut off before it wrote takes nothing else back`(
    named: String?
  ) async throws {
    let world = try EngineWorld()
    try world.disk.write("1\n", to: "a.txt")
    try await world.run()
    world.put("a.txt", "2\n")
    let pull = try #require(try await world.run(.pull).run)
    try world.cut("zz-newest", [world.pulling("a.txt", from: "2\n", to: "3\n")])
    let plan = try await world.engine().undo(named, isDryRun: true)
    #expect(!plan.didAnything && plan.isUnsettled)
    #expect(plan.notices.contains(.unfinished(run: "zz-newest")))
    let report = try await world.engine().undo(named, isDryRun: false)
    #expect(!report.didAnything)
    #expect(
      report.notices == [
        .recovered(run: "zz-newest"), .leftNothing(run: "zz-newest", earlier: pull),
      ])
    #expect(try world.local() == ["a.txt": "2\n"])
    let next = try await world.engine().undo(nil, isDryRun: false)
    #expect(next.notices == [.takesBack(run: pull, verb: "pull")])
    #expect(try world.local() == ["a.txt": "1\n"])
  }

  @Test(arguments: [nil, "zz-newest"])
  func `what a run that was cut off had written is taken back`(named: String?) async throws {
    let world = try EngineWorld()
    for name in ["a", "b"] { try world.disk.write("1\n", to: name) }
    try await world.run()
    for name in ["a", "b"] { world.put(name, "2\n") }
    try world.cut(
      "zz-newest",
      [world.pulling("a", from: "1\n", to: "2\n"), world.pulling("b", from: "1\n", to: "2\n")])
    try world.disk.write("2\n", to: "a")
    try world.disk.write("1\n", to: ".syncline/trash/zz-newest/local/a")
    let plan = try await world.engine().undo(named, isDryRun: true)
    #expect(plan.isUnsettled && plan.pulled.isEmpty)
    let report = try await world.engine().undo(named, isDryRun: false)
    #expect(report.pulled == [world.path("a")])
    #expect(try world.local() == ["a": "1\n", "b": "1\n"])
    #expect(world.remoteFiles() == ["a": "2\n", "b": "2\n"])
    let runs = try world.state.runs().filter { $0.id == "zz-newest" }
    #expect(runs.map(\.state) == [.undone])
  }

  @Test func `a first run that was cut off before it wrote has none before it`() async throws {
    let world = try EngineWorld()
    world.put("a", "1\n")
    try await world.run(.pull)
    _ = try await world.engine().undo(nil, isDryRun: false)
    try world.cut("zz-newest", [world.pulling("a", from: "1\n", to: "2\n")])
    let report = try await world.engine().undo(nil, isDryRun: false)
    #expect(report.notices.contains(.leftNothing(run: "zz-newest", earlier: nil)))
  }

  @Test func `what is ignored by now is left and told, wherever it stands`() async throws {
    let world = try EngineWorld()
    world.put("kept", "1\n")
    world.put("made", "1\n")
    let rules = ProjectRules(try SelectionRules())
    _ = try await world.engine(rules: rules).run(RunRequest(verb: .pull))
    try world.disk.write("made\n", to: ".gitignore")
    let report = try await world.engine(rules: rules).undo(nil, isDryRun: false)
    #expect(report.leftByUndo.map(\.path) == [world.path("made")])
    #expect(report.leftByUndo.map(\.isIgnored) == [true])
    #expect(report.deletedLocal == [world.path("kept")])
    #expect(try world.disk.text("made") == "1\n")
  }

  @Test func `an undo says that a run against another target has not ended`() async throws {
    let world = try EngineWorld()
    try world.disk.write("1\n", to: "a")
    try await world.run()
    try world.state.transaction { _ = try world.state.bind(name: "other", identity: "elsewhere") }
    try world.cut("zz-newest", target: "other", [world.pulling("a", from: "1\n", to: "2\n")])
    let report = try await world.engine().undo(nil, isDryRun: false)
    #expect(report.notices.contains(.unfinished(run: "zz-newest")))
    #expect(report.deletedRemote == [world.path("a")])
  }

  @Test func `there is nothing to take back before the first run`() async throws {
    let world = try EngineWorld()
    await #expect(throws: EngineError.self) {
      _ = try await world.engine().undo(nil, isDryRun: false)
    }
  }

  @Test func `a run of which something is left is not called undone`() async throws {
    let world = try EngineWorld()
    for name in ["a", "b"] { try world.disk.write("1\n", to: name) }
    try await world.run()
    for name in ["a", "b"] { world.put(name, "2\n") }
    let pull = try await world.run(.pull)
    try world.disk.write("mine\n", to: "a")
    _ = try await world.engine().undo(nil, isDryRun: false)
    #expect(try world.state.runs().first { $0.id == pull.run }?.state == .finished)
    try world.disk.write("2\n", to: "a")
    try await world.run(.pull)
    let report = try await world.engine().undo(nil, isDryRun: false)
    #expect(report.leftByUndo.isEmpty)
    #expect(try world.state.runs().contains { $0.state == .undone })
  }

  @Test func `the newest run of this target is taken back, whatever others did since`()
    async throws
  {
    let world = try EngineWorld()
    try world.disk.write("1\n", to: "a")
    try await world.run()
    let staging = InMemoryReplica(id: "staging")
    _ = try await world.engine(remote: staging, target: "staging").run(RunRequest(verb: .sync))
    let report = try await world.engine().undo(nil, isDryRun: false)
    #expect(report.deletedRemote == [world.path("a")])
    #expect(world.remoteFiles().isEmpty && staging.tree.entries.count == 1)
  }
}

@Suite struct UndoOfForeignContentTests {
  @Test func `what a push replaced on the remote and was never here goes back`() async throws {
    let world = try EngineWorld()
    try world.disk.write("1\n", to: "f")
    try world.disk.write("k\n", to: "k")
    try await world.run()
    world.put("f", "theirs\n")
    try world.disk.write("mine\n", to: "f")
    try world.disk.write("k2\n", to: "k")
    world.policies = Policies(standard: .local)
    let sync = try await world.run()
    #expect(Set(sync.pushed) == [world.path("f"), world.path("k")])
    let undo = try await world.engine().undo(nil, isDryRun: false)
    #expect(undo.failed.isEmpty && undo.leftByUndo.isEmpty)
    #expect(world.remoteFiles() == ["f": "theirs\n", "k": "k\n"])
    #expect(try world.local() == ["f": "mine\n", "k": "k2\n"])
  }
}
