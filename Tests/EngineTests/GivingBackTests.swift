import Engine
import Platform
import ProjectState
import Replica
import SyncCore
import SyncModel
import TestSupport
import Testing

/// Edits that a run took out of their places, and when interrupted runs are settled.
@Suite struct GivingBackTests {
  /// A world in which a pull of `a` was cut off, with an unseen edit in its trash.
  private func worldWithUnseenEdit(target: String = "main") async throws -> EngineWorld {
    let world = try EngineWorld()
    try world.disk.write("1\n", to: "a")
    try await world.run()
    if target != "main" {
      _ = try await world.engine(remote: InMemoryReplica(id: target), target: target)
        .run(RunRequest(verb: .sync))
    }
    try world.cut("cut", target: target, [world.pulling("a", from: "1\n", to: "2\n")])
    try world.disk.write("edit\n", to: ".syncline/trash/cut/local/a")
    return world
  }

  private func copies(_ world: EngineWorld) throws -> [String: String] {
    try world.local().filter { $0.key.contains(".conflict-local-") }
  }

  struct Stop: CustomTestStringConvertible {
    let testDescription: String
    let remote: @Sendable (InMemoryReplica) -> any Replica
    let brake: BrakeTrip
  }

  @Test(arguments: [
    Stop(
      testDescription: "rewound", remote: { BusyReplica($0, isRewound: true) }, brake: .rewound),
    Stop(
      testDescription: "another project", remote: { _ in InMemoryReplica(id: "other") },
      brake: .identity(expected: "memory", found: "other")),
  ])
  func `an interrupted run is not settled against a remote that does not fit`(_ row: Stop)
    async throws
  {
    let world = try await worldWithUnseenEdit()
    let remote = row.remote(world.remote)
    let run = try await world.engine(remote: remote).run(RunRequest(verb: .sync))
    #expect(run.brakes == [row.brake])
    let undo = try await world.engine(remote: remote).undo(nil, isDryRun: false)
    #expect(undo.brakes == [row.brake])
    let restore = try await world.engine(remote: remote).restore(
      LocalRestore(
        path: world.path("a"), node: world.remote.contents.add(Array("1\n".utf8)),
        isDryRun: false))
    #expect(restore.brakes == [row.brake])
    #expect(try world.state.openPasses().count == 1)
    let report = try await world.run()
    #expect(report.notices.contains(.recovered(run: "cut")))
    #expect(try world.state.openPasses().isEmpty)
  }

  @Test func `an edit that a run against another target swapped out is given back at once`()
    async throws
  {
    let world = try await worldWithUnseenEdit(target: "staging")
    let report = try await world.run()
    #expect(report.copies.count == 1)
    #expect(try copies(world).values.sorted() == ["edit\n"])
    #expect(try world.state.openPasses().count == 1)
    // The remote half still waits; the edit was given back once.
    for name in try copies(world).keys { try world.disk.removeFile(name) }
    _ = try await world.run()
    _ = try await world.engine(remote: InMemoryReplica(id: "staging"), target: "staging")
      .run(RunRequest(verb: .pull))
    #expect(try copies(world).isEmpty)
    #expect(try world.state.openPasses().isEmpty)
  }

  @Test func `a run that a brake stops tells which edits were given back before`() async throws {
    let world = try EngineWorld()
    world.branch = "main"
    for name in ["a", "b"] { try world.disk.write("1\n", to: name) }
    try await world.run()
    try world.cut("cut", [world.pulling("a", from: "1\n", to: "2\n")])
    try world.disk.write("edit\n", to: ".syncline/trash/cut/local/a")
    world.branch = "side"
    try world.disk.write("2\n", to: "b")
    let report = try await world.run()
    #expect(report.brakes.count == 1 && report.run == nil)
    #expect(report.copies.count == 1 && report.kept.map(\.path) == [world.path("a")])
    #expect(try copies(world).values.contains("edit\n"))
  }

  @Test func `trouble before the first write tells which edits were given back before`()
    async throws
  {
    func copies(of body: (EngineWorld) async throws -> Void) async throws -> [SyncPath] {
      let world = try await worldWithUnseenEdit()
      do {
        try await body(world)
      } catch EngineError.stoppedAfterGivingBack(_, let report) {
        #expect(try self.copies(world).values.sorted() == ["edit\n"])
        return report.copies
      }
      return []
    }
    var request = RunRequest(verb: .sync)
    request.conflictsOnly = true
    let resolve = request
    let resolved = try await copies { _ = try await $0.engine().run(resolve) }
    #expect(resolved.count == 1)
  }

  @Test func `an undo of a run that is not there has given nothing back`() async throws {
    let world = try await worldWithUnseenEdit()
    do {
      _ = try await world.engine().undo("nothing", isDryRun: false)
      Issue.record("it took something back")
    } catch EngineError.noSuchRun(let id) {
      #expect(id == "nothing")
    }
    #expect(try copies(world).isEmpty && world.state.openPasses().count == 1)
  }

  @Test func `a restore that is refused has given nothing back`() async throws {
    let world = try await worldWithUnseenEdit()
    let node = world.remote.contents.add(Array("1\n".utf8))
    await #expect(throws: RestoreRefusal.obstacle(world.path("a"))) {
      try await world.engine().restore(
        LocalRestore(path: world.path("a/b"), node: node, isDryRun: false))
    }
    #expect(try copies(world).isEmpty && world.state.openPasses().count == 1)
  }

  @Test func `a conflict copy whose name is taken gets more digits`() async throws {
    let world = try await worldWithUnseenEdit()
    let digest = try #require(world.remote.contents.add(Array("edit\n".utf8)).file?.digest.hex)
    try world.disk.write("taken\n", to: "a.conflict-local-\(digest.prefix(8))")
    let report = try await world.run()
    let copy = "a.conflict-local-\(digest.prefix(9))"
    #expect(report.copies.contains(world.path(copy)))
    #expect(try world.disk.text(copy) == "edit\n")
    #expect(try world.disk.text("a.conflict-local-\(digest.prefix(8))") == "taken\n")
  }

  @Test func `a link that was swapped out is given back as well`() async throws {
    let world = try await worldWithUnseenEdit()
    try world.cut(
      "cut2",
      [
        Intent(
          path: world.path("l"),
          local: Change(before: .link(target: "x"), after: .link(target: "y")), remote: nil,
          base: Change(before: nil, after: nil), setsBase: false)
      ])
    try world.disk.write("", to: ".syncline/trash/cut2/local/other")
    try world.disk.link(".syncline/trash/cut2/local/l", to: "mine")
    let report = try await world.run()
    #expect(report.copies.count == 2)
    #expect(try world.disk.everything().contains { $0.hasPrefix("l.conflict-local-") })
  }

  @Test func `an edit that cannot be given back keeps its run open`() async throws {
    let world = try await worldWithUnseenEdit()
    let hooks = FileHooks(before: { (step) throws(Errno) in
      if case .rename = step.kind, step.name.contains(".conflict-") { throw .accessDenied }
    })
    let report = try await world.engine(hooks: hooks).run(RunRequest(verb: .sync))
    #expect(report.failed.map(\.path) == [world.path("a")])
    #expect(try copies(world).isEmpty && world.state.openPasses().count == 1)
    let next = try await world.run()
    #expect(next.copies.count == 1 && next.failed.isEmpty)
    #expect(try copies(world).values.sorted() == ["edit\n"])
    #expect(try world.state.openPasses().isEmpty)
    #expect(try world.trash().values.contains("edit\n"))
  }

  @Test(arguments: [true, false])
  func `an edit that cannot go back to its place becomes a conflict copy`(_ deletes: Bool)
    async throws
  {
    let world = try EngineWorld()
    for name in ["a", "b"] { try world.disk.write("1\n", to: name) }
    try await world.run()
    if deletes { world.remove("a") } else { world.put("a", "2\n") }
    let disk = world.disk
    let moves = Locked(0)
    let hooks = FileHooks(before: { (step) throws(Errno) in
      guard case .rename = step.kind, step.name == "a" else { return }
      let count = moves.withLock { count in
        count += 1
        return count
      }
      // A replacement puts what it brings into the trash first.
      let taking = deletes ? 1 : 2
      do {
        if count == taking { try disk.write("first edit\n", to: "a") }
        if count == taking + 1 {
          if deletes {
            try disk.write("second edit\n", to: "a")
          } else {
            try disk.removeFile("a")
            try disk.write("second edit\n", to: "a")
          }
        }
      } catch {
        Issue.record(error)
      }
    })
    let report = try await world.engine(hooks: hooks).run(RunRequest(verb: .sync))
    let files = try world.local()
    #expect(files.values.contains("first edit\n") && files.values.contains("second edit\n"))
    #expect(report.copies.count == 1)
    #expect(try copies(world).count == 1)
  }
}
