import IgnoreRules
import LocalReplica
import Engine
import Platform
import ProjectState
import Replica
import SyncCore
import SyncModel
import TestSupport
import Testing

@Suite struct RunTests {
  @Test func `a first sync carries both sides over and a second one does nothing`() async throws {
    let world = try EngineWorld()
    try world.disk.write("local\n", to: "a.txt")
    world.put("dir/b.txt", "remote\n")
    let first = try await world.run()
    #expect(first.pushed == [world.path("a.txt")])
    #expect(first.pulled == [world.path("dir/b.txt")])
    #expect(try world.local() == ["a.txt": "local\n", "dir/b.txt": "remote\n"])
    #expect(world.remoteFiles() == (try world.local()))
    let second = try await world.run()
    #expect(!second.didAnything)
    #expect(second.run == nil)
  }

  @Test func `push leaves the local folder alone and pull the remote`() async throws {
    let world = try EngineWorld()
    try world.disk.write("mine\n", to: "a.txt")
    world.put("b.txt", "theirs\n")
    let push = try await world.run(.push)
    #expect(push.pushed == [world.path("a.txt")] && push.pulled.isEmpty)
    #expect(push.untouched.map(\.path) == [world.path("b.txt")])
    #expect(try world.local() == ["a.txt": "mine\n"])
    try world.disk.write("mine 2\n", to: "a.txt")
    let pull = try await world.run(.pull)
    #expect(pull.pulled == [world.path("b.txt")] && pull.pushed.isEmpty)
    #expect(world.remoteText("a.txt") == "mine\n")
  }

  @Test func `edits and deletions on one side arrive on the other`() async throws {
    let world = try EngineWorld()
    for name in ["a", "b", "c", "d"] { try world.disk.write("\(name)\n", to: "d/\(name).txt") }
    try await world.run()
    try world.disk.write("a2\n", to: "d/a.txt")
    try world.disk.removeFile("d/b.txt")
    world.put("d/c.txt", "c2\n")
    world.remove("d/d.txt")
    let report = try await world.run()
    #expect(report.deletedRemote == [world.path("d/b.txt")])
    #expect(report.deletedLocal == [world.path("d/d.txt")])
    let expected = ["d/a.txt": "a2\n", "d/c.txt": "c2\n"]
    #expect(try world.local() == expected)
    #expect(world.remoteFiles() == expected)
    #expect(try world.trash().values.sorted() == ["c\n", "d\n"])
  }

  @Test func `an unattended conflict stays as it is on both sides`() async throws {
    let world = try await conflicted()
    let report = try await world.run()
    #expect(report.conflicts.map(\.path) == [world.path("a.txt")])
    #expect(try world.disk.text("a.txt") == "local\n")
    #expect(world.remoteText("a.txt") == "remote\n")
    #expect(report.run == nil)
  }

  struct Answer: CustomTestStringConvertible {
    let answer: ConflictAnswer
    let local: String
    let remote: String
    var testDescription: String { answer.rawValue }
  }

  @Test(arguments: [
    Answer(answer: .local, local: "local\n", remote: "local\n"),
    Answer(answer: .remote, local: "remote\n", remote: "remote\n"),
    Answer(answer: .skip, local: "local\n", remote: "remote\n"),
  ])
  func `a person's answer is what happens, and what loses is kept`(_ row: Answer) async throws {
    let world = try await conflicted()
    _ = try await world.run(decider: ScriptedDecider { _ in row.answer })
    #expect(try world.disk.text("a.txt") == row.local)
    #expect(world.remoteText("a.txt") == row.remote)
    if row.answer == .remote { #expect(try world.trash().values.contains("local\n")) }
    let again = try await world.run()
    #expect(again.conflicts.isEmpty == (row.answer != .skip))
    #expect(!again.didAnything)
  }

  @Test func `both keeps the remote's name and the local text under a name of its own`()
    async throws
  {
    let world = try await conflicted()
    let report = try await world.run(decider: ScriptedDecider { _ in .both })
    #expect(report.copies.count == 1)
    let files = try world.local()
    #expect(files["a.txt"] == "remote\n")
    #expect(files.count == 2 && files.values.contains("local\n"))
    #expect(world.remoteFiles() == files)
    #expect(try await !world.run().didAnything)
  }

  @Test func `texts that changed in different places merge`() async throws {
    let world = try EngineWorld()
    world.policies = Policies(standard: .merge)
    try world.disk.write("1\n2\n3\n4\n5\n6\n7\n", to: "a.txt")
    try await world.run()
    try world.disk.write("one\n2\n3\n4\n5\n6\n7\n", to: "a.txt")
    world.put("a.txt", "1\n2\n3\n4\n5\n6\nseven\n")
    let report = try await world.run()
    #expect(report.merged == [world.path("a.txt")])
    let expected = "one\n2\n3\n4\n5\n6\nseven\n"
    #expect(try world.disk.text("a.txt") == expected)
    #expect(world.remoteText("a.txt") == expected)
    #expect(try await !world.run().didAnything)
  }

  @Test func `texts that changed in one place do not merge and stay a conflict`() async throws {
    let world = try await conflicted()
    world.policies = Policies(standard: .merge)
    let report = try await world.run()
    #expect(report.conflicts.count == 1 && report.merged.isEmpty)
    #expect(try world.disk.text("a.txt") == "local\n")
  }

  @Test func `markers show both versions here and leave the conflict`() async throws {
    let world = try await conflicted()
    let report = try await world.run(answers: [world.path("a.txt"): .markers])
    #expect(report.marked == [world.path("a.txt")])
    let text = try world.disk.text("a.txt")
    #expect(text.contains("<<<<<<< local\nlocal\n") && text.contains("remote\n>>>>>>> remote"))
    #expect(world.remoteText("a.txt") == "remote\n")
    #expect(try world.trash().values.contains("local\n"))
    #expect(try await world.run().conflicts.count == 1)
  }

  @Test func `a dry run writes nothing and lists what the run then does`() async throws {
    let world = try EngineWorld()
    try world.disk.write("x\n", to: "a.txt")
    world.put("b.txt", "y\n")
    let dry = try await world.run(isDryRun: true)
    #expect(try world.local() == ["a.txt": "x\n"])
    #expect(world.remoteFiles() == ["b.txt": "y\n"])
    #expect(try world.state.runs().isEmpty && world.state.bindings().isEmpty)
    let real = try await world.run()
    #expect(dry.pushed == real.pushed && dry.pulled == real.pulled)
  }

  @Test func `a side that became empty stops the run`() async throws {
    let world = try EngineWorld()
    for name in ["a", "b", "c"] { try world.disk.write(name, to: name) }
    try await world.run()
    for name in ["a", "b", "c"] { try world.disk.removeFile(name) }
    let report = try await world.run()
    #expect(report.brakes.map(\.code).contains("emptied"))
    #expect(world.remoteFiles().count == 3)
    let allowed = try await world.run(overrides: BrakeOverrides(allowEmpty: true))
    #expect(allowed.deletedRemote.count == 3)
  }

  @Test func `another project behind the same name stops the run`() async throws {
    let world = try EngineWorld()
    try world.disk.write("x", to: "a")
    try await world.run()
    let other = InMemoryReplica(id: "other")
    let report = try await world.engine(remote: other).run(RunRequest(verb: .sync))
    #expect(report.brakes == [.identity(expected: "memory", found: "other")])
    #expect(other.tree.entries.isEmpty)
  }

  @Test func `two targets on one folder plan nothing false when one switches`() async throws {
    let world = try EngineWorld()
    let staging = InMemoryReplica(id: "staging")
    try world.disk.write("1", to: "a")
    try await world.run()
    _ = try await world.engine(remote: staging, target: "staging").run(RunRequest(verb: .sync))
    try world.disk.write("2", to: "a")
    try await world.run()
    let report = try await world.engine(remote: staging, target: "staging")
      .run(RunRequest(verb: .sync))
    #expect(report.pushed == [world.path("a")] && report.conflicts.isEmpty)
    #expect(try await !world.run().didAnything)
  }

  @Test func `what is outside the scope keeps its content and its base`() async throws {
    let world = try EngineWorld()
    for name in ["a", "b"] { try world.disk.write("1", to: name) }
    try await world.run()
    for name in ["a", "b"] { try world.disk.write("2", to: name) }
    let report = try await world.run(scope: Scope { $0.key == "a" })
    #expect(report.pushed == [world.path("a")])
    #expect(world.remoteText("b") == "1")
    #expect(try await world.run().pushed == [world.path("b")])
  }

  private func conflicted() async throws -> EngineWorld {
    let world = try EngineWorld()
    try world.disk.write("base\n", to: "a.txt")
    try await world.run()
    try world.disk.write("local\n", to: "a.txt")
    world.put("a.txt", "remote\n")
    return world
  }

  @Test
  func `a file in whose place a left-out folder stands is blocked before anything is written`()
    async throws
  {
    let world = try EngineWorld()
    let rules = ProjectRules(try SelectionRules(ignore: ["build/"]))
    try world.disk.write("1\n", to: "a")
    try await world.run()
    try world.disk.write("mine\n", to: "build/x")
    world.put("build", "theirs\n")
    world.put("b", "2\n")
    let engine = try world.engine(rules: rules)
    let planned = try await engine.run(RunRequest(verb: .sync, isDryRun: true))
    #expect(planned.blocked.map(\.path.key) == ["build"] && planned.pulled == [world.path("b")])
    let atomic = try await world.engine(rules: rules).run(
      RunRequest(verb: .sync, options: PlanOptions(atomic: true)))
    #expect(atomic.isAtomicRefused && !world.disk.exists("b"))
  }

  @Test func `a name that cannot be a path keeps an all-or-nothing run from writing`() async throws
  {
    let world = try EngineWorld()
    try world.disk.write("1\n", to: "a")
    try world.disk.write("2\n", to: "con")
    let report = try await world.run(.push, options: PlanOptions(atomic: true))
    #expect(report.isAtomicRefused && report.pushed.isEmpty && world.remoteText("a") == nil)
    #expect(try await world.run(.push).pushed == [world.path("a")])
  }
}
