import Engine
import Platform
import ProjectState
import Replica
import SyncCore
import SyncModel
import TestSupport
import Testing

/// Steps that write both sides, and of which one half happened.
@Suite struct HalvesTests {
  /// A path whose texts merge to `one … seven`.
  private func mergeable() async throws -> EngineWorld {
    let world = try EngineWorld()
    world.policies = Policies(standard: .merge)
    try world.disk.write("1\n2\n3\n4\n5\n6\n7\n", to: "d/a.txt")
    try await world.run()
    try world.disk.write("one\n2\n3\n4\n5\n6\n7\n", to: "d/a.txt")
    world.put("d/a.txt", "1\n2\n3\n4\n5\n6\nseven\n")
    return world
  }

  @Test func `a merge that is committed while its file moves is not forgotten`() async throws {
    let world = try await mergeable()
    let disk = world.disk
    let once = Once()
    let busy = BusyReplica(
      world.remote,
      afterApply: {
        try once { try disk.write("one\n2\n3\nfour\n5\n6\n7\n", to: "d/a.txt") }
      })
    let report = try await world.engine(remote: busy).run(RunRequest(verb: .sync))
    #expect(report.failed.isEmpty && report.conflicts.isEmpty && report.brakes.isEmpty)
    let path = world.path("d/a.txt")
    #expect(report.pushed == [path] && report.merged == [path])
    let merged = "one\n2\n3\nfour\n5\n6\nseven\n"
    #expect(try world.disk.text("d/a.txt") == merged)
    #expect(world.remoteText("d/a.txt") == merged)
    let record = try #require(try world.state.runs().first)
    let counts = try #require(RunSummary(json: record.summary))
    #expect(counts.pushed == 2 && counts.pulled == 1)
    let again = try await world.engine(remote: BusyReplica(world.remote))
      .run(RunRequest(verb: .sync))
    #expect(!again.didAnything)
    // Both halves of both passes go back.
    _ = try await world.engine().undo(nil, isDryRun: false)
    #expect(world.remoteText("d/a.txt") == "1\n2\n3\n4\n5\n6\nseven\n")
    #expect(try world.disk.text("d/a.txt") == "one\n2\n3\nfour\n5\n6\n7\n")
  }

  @Test func `a merge that cannot be written here is listed as pushed and pulled later`()
    async throws
  {
    let world = try await mergeable()
    let hooks = FileHooks(before: { (step) throws(Errno) in
      if step.kind == .rename(.exchange), step.name == "a.txt" { throw .accessDenied }
    })
    let report = try await world.engine(remote: BusyReplica(world.remote), hooks: hooks)
      .run(RunRequest(verb: .sync))
    let path = world.path("d/a.txt")
    #expect(report.failed.map(\.path) == [path])
    #expect(report.pushed == [path] && report.merged.isEmpty)
    let merged = "one\n2\n3\n4\n5\n6\nseven\n"
    #expect(world.remoteText("d/a.txt") == merged)
    let next = try await world.engine(remote: BusyReplica(world.remote))
      .run(RunRequest(verb: .sync))
    #expect(next.brakes.isEmpty && next.conflicts.isEmpty && next.failed.isEmpty)
    #expect(try world.disk.text("d/a.txt") == merged)
    #expect(world.remoteText("d/a.txt") == merged)
  }

  @Test func `a step that writes both sides is listed on both`() async throws {
    let world = try EngineWorld()
    try world.disk.write("1\n", to: "a")
    try await world.run()
    try world.disk.setMode(0o755, of: "a")
    world.put("a", "2\n")
    let report = try await world.run()
    #expect(report.pulled == [world.path("a")] && report.pushed == [world.path("a")])
  }

  /// Twenty-one files in step, and a pull of `a` during which its file is edited.
  private func crowded() async throws -> EngineWorld {
    let world = try EngineWorld()
    for number in 10..<30 { try world.disk.write("\(number)", to: "f\(number)") }
    try world.disk.write("1", to: "a")
    try await world.run()
    try world.disk.write("b", to: "b")
    world.put("a", "2")
    return world
  }

  @Test func `a brake after a first pass has written does not say that nothing was done`()
    async throws
  {
    let world = try await crowded()
    let disk = world.disk
    let once = Once()
    let busy = BusyReplica(
      world.remote,
      afterApply: {
        try once {
          try disk.write("mine", to: "a")
          for number in 10..<30 { try disk.removeFile("f\(number)") }
        }
      })
    let report = try await world.engine(remote: busy).run(RunRequest(verb: .sync))
    #expect(report.brakes.isEmpty && report.run != nil)
    #expect(report.pushed == [world.path("b")])
    #expect(report.failed.map(\.path) == [world.path("a")])
    #expect(
      report.notices.contains {
        if case .brakeNotice(.deletions) = $0 { true } else { false }
      })
    #expect(world.remoteFiles().count == 22)
    #expect(try world.state.runs().first?.state == .finished)
  }

  @Test func `an atomic run that meets a conflict after it wrote says what it wrote`() async throws
  {
    let world = try await crowded()
    let disk = world.disk
    let busy = BusyReplica(world.remote, afterApply: { try disk.write("mine", to: "a") })
    let report = try await world.engine(remote: busy).run(
      RunRequest(verb: .sync, options: PlanOptions(atomic: true)))
    #expect(!report.isAtomicRefused && report.run != nil)
    #expect(report.pushed == [world.path("b")])
    #expect(report.conflicts.map(\.path) == [world.path("a")])
  }

  @Test func `trouble in a later pass carries what was done before`() async throws {
    let world = try await crowded()
    let disk = world.disk
    let remote = world.remote
    let busy = BusyReplica(
      remote,
      afterApply: {
        try disk.write("mine", to: "a")
        remote.order(.snapshotFails)
      })
    do {
      _ = try await world.engine(remote: busy).run(RunRequest(verb: .sync))
      Issue.record("it said that it is done")
    } catch EngineError.cutOff(_, let cause, let report) {
      #expect(cause is ReplicaError)
      #expect(report.pushed == [world.path("b")] && report.run != nil)
    }
    #expect(try world.state.runs().first?.finished == nil)
    try await world.run(.pull)
    let cut = try #require(try world.state.runs().first { $0.verb == "sync" && $0.id > "0" })
    #expect(cut.state == .finished && cut.finished != nil)
    #expect(RunSummary(json: cut.summary)?.pushed == 1)
  }

  @Test func `a rename is listed once it is done and not under a brake`() async throws {
    let world = try EngineWorld()
    for name in ["a", "b", "c"] { try world.disk.write(name, to: name) }
    try await world.run()
    try world.disk.removeFile("a")
    try world.disk.write("a", to: "z")
    world.branch = "other"
    try await world.run(.pull)
    world.branch = "third"
    let stopped = try await world.run()
    #expect(!stopped.brakes.isEmpty && stopped.renames.isEmpty)
    let report = try await world.run(overrides: BrakeOverrides(allowBranch: true))
    #expect(
      report.renames == [Rename(side: .remote, from: world.path("a"), to: world.path("z"))])
  }

  @Test func `what is blocked on the remote is not taken for gone by the next look`() async throws {
    let world = try EngineWorld()
    for name in ["a", "b", "c"] { try world.disk.write(name, to: name) }
    try await world.run()
    let path = world.path("a")
    let entry = try #require(world.remote.tree[path])
    world.remote.set(TreeEntry(path: path, state: .blocked(.tooLarge)), at: path)
    let busy = BusyReplica(world.remote)
    for _ in 0..<2 {
      let report = try await world.engine(remote: busy).run(RunRequest(verb: .sync))
      #expect(report.blocked.map(\.path) == [path] && report.deletedLocal.isEmpty)
    }
    world.remote.set(entry, at: path)
    #expect(try await !world.run().didAnything)
    #expect(try world.local().count == 3)
  }

  @Test func `a history that went back is seen even after a look that was not whole`() async throws
  {
    let world = try EngineWorld()
    for name in ["a", "b", "c"] { try world.disk.write(name, to: name) }
    try await world.run()
    world.remote.set(
      TreeEntry(path: world.path("x"), state: .blocked(.tooLarge)), at: world.path("x"))
    try await world.run()
    let restored = InMemoryReplica()
    restored.put(Array("a".utf8), at: world.path("a"))
    let report = try await world.engine(remote: restored).run(RunRequest(verb: .sync))
    #expect(report.brakes.contains(.rewound))
    #expect(try world.local().count == 3)
  }

  @Test func `deletions that are not believed are said`() async throws {
    let world = try EngineWorld()
    for name in ["a", "b", "c"] { try world.disk.write(name, to: name) }
    try await world.run()
    world.remove("a")
    world.remote.order(.snapshotIsIncomplete)
    let report = try await world.run()
    #expect(report.notices.contains(.withheldDeletions(side: .remote, count: 1)))
    #expect(report.deletedLocal.isEmpty)
  }
}
