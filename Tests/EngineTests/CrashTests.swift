import Engine
import Platform
import ProjectState
import Replica
import SyncCore
import SyncModel
import TestSupport
import Testing

@Suite struct CrashTests {
  @Test func `a commit whose answer was lost is found done by the next run`() async throws {
    let world = try EngineWorld()
    try world.disk.write("1\n", to: "a.txt")
    world.remote.order(.answerIsLost)
    await #expect(throws: (any Error).self) { try await world.run() }
    #expect(world.remoteText("a.txt") == "1\n")
    #expect(try world.state.openPasses().count == 1)
    let report = try await world.run()
    #expect(report.conflicts.isEmpty && report.failed.isEmpty)
    #expect(try world.state.openPasses().isEmpty)
    #expect(try await !world.run().didAnything)
  }

  @Test func `a commit that never arrived is made by the next run`() async throws {
    let world = try EngineWorld()
    try world.disk.write("1\n", to: "a.txt")
    world.remote.order(.applyIsLost)
    await #expect(throws: (any Error).self) { try await world.run() }
    let report = try await world.run()
    #expect(report.pushed == [world.path("a.txt")])
    #expect(world.remoteText("a.txt") == "1\n")
  }

  @Test func `an edit on top of what an interrupted pull had written is an edit`() async throws {
    let world = try EngineWorld()
    try world.disk.write("1\n", to: "a.txt")
    try await world.run()
    world.put("a.txt", "2\n")
    try await world.run(.pull)
    // As if the pull had been cut off before its record: the base is the old one again.
    let target = try #require(try world.state.target(named: "main"))
    let path = world.path("a.txt")
    let base = try world.state.base(of: target)
    let old = try #require(world.remote.contents.add(Array("1\n".utf8)) as Node?)
    let new = try #require(base[path]?.node)
    let run = try #require(try world.state.runs().first)
    try world.state.transaction {
      try world.state.apply([BaseChange(path: path, node: old)], to: target)
      try world.state.beginPass(
        run: run.id, counter: 9,
        intents: RunJournal.encode([
          Intent(
            path: path, local: Change(before: old, after: new), remote: nil,
            base: Change(before: old, after: new), setsBase: true)
        ]))
    }
    try world.disk.write("3\n", to: "a.txt")
    let report = try await world.run()
    #expect(report.conflicts.isEmpty)
    #expect(world.remoteText("a.txt") == "3\n")
  }
}

@Suite struct SettledRecordTests {
  @Test func `what is remembered of the remote fits the base, also if the recovering run fails`()
    async throws
  {
    let world = try EngineWorld()
    for name in ["a", "b"] { try world.disk.write("1\n", to: name) }
    try await world.run()
    for name in ["a", "b"] { world.put(name, "2\n") }
    // As if a pull had been cut off when it had written the first of two files.
    let target = try #require(try world.state.target(named: "main"))
    let path = world.path("a")
    let old = try #require(try world.state.base(of: target)[path]?.node)
    let new = try #require(world.remote.tree[path]?.node)
    try world.disk.write("2\n", to: "a")
    let run = RunRecord(
      id: "cut", target: target.id, verb: "pull", started: Timestamp(nanoseconds: 1))
    try world.state.transaction {
      try world.state.begin(run)
      try world.state.beginPass(
        run: "cut", counter: 0,
        intents: try RunJournal.encode([
          Intent(
            path: path, local: Change(before: old, after: new), remote: nil,
            base: Change(before: old, after: new), setsBase: true)
        ]))
    }
    world.remote.order(.readFails)
    await #expect(throws: (any Error).self) { try await world.run(.pull) }
    let after = try #require(try world.state.target(named: "main"))
    let base = try world.state.base(of: after)
    #expect(base[path]?.node == new)
    let agreed = Tree(base.rows.map { TreeEntry(path: $0.path, state: .node($0.node)) })
    let known = agreed.applying(sorted: try world.state.overlay(of: after))
    let seen = try await world.remote.snapshot(since: nil)
    #expect(after.revision == seen.cursor?.revision)
    #expect(known.entries.map(\.node) == seen.tree.entries.map(\.node))
    #expect(try await world.run(.pull).pulled == [world.path("b")])
  }
}
