import Engine
import IgnoreRules
import LocalReplica
import Platform
import ProjectState
import SyncCore
import SyncModel
import TestSupport
import Testing

/// Answers that were given before the run, and the rules that hold during it.
@Suite struct ResolveTests {
  private func resolve(
    _ world: EngineWorld, _ answer: ConflictAnswer, remote: BusyReplica? = nil,
    answers: [SyncPath: ConflictAnswer] = [:]
  ) async throws -> RunReport {
    var request = RunRequest(verb: .sync, name: "resolve", answers: answers)
    request.answerForAll = answer
    request.conflictsOnly = true
    return try await world.engine(remote: remote).run(request)
  }

  private func conflicted(_ base: String = "base\n") async throws -> EngineWorld {
    let world = try EngineWorld()
    for name in ["a", "b"] { try world.disk.write(base, to: name) }
    try await world.run()
    for name in ["a", "b"] {
      try world.disk.write("local \(name)\n", to: name)
      world.put(name, "remote \(name)\n")
    }
    return world
  }

  @Test func `resolving leaves changes alone that only hang together`() async throws {
    let world = try EngineWorld()
    try world.disk.write("x\n", to: "d/x")
    try world.disk.write("c\n", to: "c")
    try world.disk.write("k\n", to: "k")
    try await world.run()
    try world.disk.removeFile("d/x")
    try world.disk.open().removeDirectory("d")
    try world.disk.write("now a file\n", to: "d")
    try world.disk.write("mine\n", to: "c")
    world.put("c", "theirs\n")
    let report = try await resolve(world, .local)
    #expect(report.pushed == [world.path("c")] && report.deletedRemote.isEmpty)
    #expect(world.remoteText("d/x") == "x\n" && world.remoteText("c") == "mine\n")
  }

  @Test func `texts that do not merge are named with the reason`() async throws {
    let world = try await conflicted()
    let report = try await resolve(world, .merge)
    #expect(report.conflicts.count == 2 && report.run == nil)
    for name in ["a", "b"] {
      #expect(report.notices.contains(.notMerged(world.path(name), .sameLines)))
    }
  }

  @Test func `what was added on both sides is marked against an empty base`() async throws {
    let world = try EngineWorld()
    try world.disk.write("k\n", to: "k")
    try await world.run()
    try world.disk.write("mine\n", to: "a")
    world.put("a", "theirs\n")
    let report = try await resolve(world, .markers)
    #expect(report.marked == [world.path("a")])
    let text = try world.disk.text("a")
    #expect(text.contains("<<<<<<< local\nmine\n") && text.contains("theirs\n>>>>>>> remote"))
  }

  @Test func `what is no text is not marked and named with the reason`() async throws {
    let world = try EngineWorld()
    try world.disk.write("k\n", to: "k")
    try await world.run()
    try world.disk.write("mine\0", to: "a")
    world.put("a", "theirs\n")
    let report = try await resolve(world, .markers)
    #expect(report.marked.isEmpty)
    #expect(report.notices.contains(.notMarked(world.path("a"), .notText)))
    #expect(try world.disk.text("a") == "mine\0")
  }

  @Test func `a second pass does not mark again what the first one marked`() async throws {
    let world = try await conflicted()
    let disk = world.disk
    let once = Once()
    let busy = BusyReplica(
      world.remote, whileReading: { try once { try disk.write("later b\n", to: "b") } })
    // The contents of the base are asked of the folder's own store, so the read is that of `b`.
    let report = try await resolve(
      world, .remote, remote: busy, answers: [world.path("a"): .markers])
    let text = try world.disk.text("a")
    #expect(text.split(separator: "\n").count { $0.hasPrefix("<<<<<<<") } == 1)
    #expect(report.marked == [world.path("a")])
    #expect(try world.disk.text("b") == "remote b\n")
    #expect(try world.trash().values.contains("later b\n"))
  }

  @Test func `a file that goes before it is sent is planned again`() async throws {
    let world = try await conflicted()
    let disk = world.disk
    let once = Once()
    let busy = BusyReplica(
      world.remote, beforeWrite: { try once { try disk.removeFile("a") } })
    let report = try await resolve(
      world, .local, remote: busy, answers: [world.path("a"): .local])
    #expect(report.failed.isEmpty)
    // The answer was that the local side wins, and there it is gone now.
    #expect(report.deletedRemote == [world.path("a")])
    #expect(world.remoteText("a") == nil && world.remoteText("b") == "local b\n")
  }

  @Test func `rules that a run pulls do not count within it`() async throws {
    let world = try EngineWorld()
    for name in ["a", "secret", "k"] { try world.disk.write("1\n", to: name) }
    let rules = ProjectRules(try SelectionRules())
    _ = try await world.engine(rules: rules).run(RunRequest(verb: .sync))
    world.put(".gitignore", "secret\n")
    world.put("a", "2\n")
    let disk = world.disk
    let once = Once()
    let busy = BusyReplica(
      world.remote, whileReading: { try once { try disk.write("mine\n", to: "a") } })
    let report = try await world.engine(remote: busy, rules: rules).run(RunRequest(verb: .sync))
    #expect(try world.disk.text(".gitignore") == "secret\n")
    #expect(report.conflicts.map(\.path) == [world.path("a")])
    #expect(report.deletedRemote.isEmpty && world.remoteText("secret") == "1\n")
    let secret = world.path("secret")
    let target = try #require(try world.state.target(named: "main"))
    #expect(try world.state.base(of: target)[secret] != nil)
    let next = try await world.engine(rules: rules).run(RunRequest(verb: .sync))
    #expect(next.notices.contains(.noLongerTracked([secret])))
    #expect(try world.disk.text("secret") == "1\n" && world.remoteText("secret") == "1\n")
  }
}
