import Engine
import IgnoreRules
import LocalReplica
import Platform
import Replica
import SyncCore
import SyncModel
import TestSupport
import Testing

/// A run that died between taking the old file out and putting the new one in its place, on a file
/// system that cannot exchange two names.
@Suite struct OutOfPlaceTests {
  private let withoutExchange = FileHooks(before: { (step) throws(Errno) in
    if step.kind == .rename(.exchange) { throw .notSupported }
  })

  /// A world in which `f` is out of its place.
  private func world() async throws -> EngineWorld {
    let world = try EngineWorld()
    try world.disk.write("old", to: "f")
    try await world.run()
    world.put("f", "new")
    // After the exchange was tried, the next move to a free name is the one that takes the file out.
    let (isTried, isBroken) = (Locked(false), Locked(false))
    let hooks = FileHooks(before: { (step) throws(Errno) in
      if isBroken.withLock({ $0 }) { throw .inputOutput }
      if step.kind == .rename(.exchange) {
        isTried.withLock { $0 = true }
        throw .notSupported
      }
      if step.kind == .rename(.noReplace), isTried.withLock({ $0 }) {
        isBroken.withLock { $0 = true }
      }
    })
    await #expect(throws: (any Error).self) {
      try await world.engine(hooks: hooks).run(RunRequest(verb: .pull))
    }
    try #require(!world.disk.exists("f"))
    return world
  }

  @Test(arguments: [true, false])
  func `the next run puts it back, tells it, and deletes nothing`(exchanges: Bool) async throws {
    let world = try await world()
    let hooks = exchanges ? FileHooks() : withoutExchange
    let report = try await world.engine(hooks: hooks).run(RunRequest(verb: .sync))
    #expect(report.putBack == [world.path("f")])
    #expect(report.deletedRemote.isEmpty && report.conflicts.isEmpty)
    #expect(try world.disk.text("f") == "new")
    #expect(world.remoteText("f") == "new")
  }

  @Test func `it is put back also where the remote does not answer, and that is told`() async throws
  {
    let world = try await world()
    world.remote.order(.snapshotFails)
    do {
      _ = try await world.run(.sync)
      Issue.record("it ended as if nothing was wrong")
    } catch EngineError.stoppedAfterGivingBack(_, let report) {
      #expect(report.putBack == [world.path("f")])
    }
    #expect(try world.disk.text("f") == "old")
  }

  @Test(arguments: ["undo", "restore", "rebase"])
  func `each verb that puts it back tells it where the remote does not answer`(
    verb: String
  ) async throws {
    let world = try await world()
    world.remote.order(.snapshotFails)
    let engine = try world.engine()
    do {
      switch verb {
      case "undo": _ = try await engine.undo(nil, isDryRun: false)
      case "restore":
        _ = try await engine.restore(
          LocalRestore(
            path: world.path("f"), spelling: nil,
            node: world.remote.contents.add(Array("new".utf8)), isDryRun: false))
      default: _ = try await engine.rebase(isDryRun: false)
      }
      Issue.record("it ended as if nothing was wrong")
    } catch EngineError.stoppedAfterGivingBack(_, let report) {
      #expect(report.putBack == [world.path("f")])
    }
    #expect(try world.disk.text("f") == "old")
  }

  @Test func `what cannot go back is named with the place where it is kept`() async throws {
    let world = try await world()
    let hooks = FileHooks(before: { (step) throws(Errno) in
      if step.kind == .rename(.noReplace), step.name == "f" { throw .accessDenied }
    })
    do {
      _ = try await world.engine(hooks: hooks).run(RunRequest(verb: .sync))
      Issue.record("it ended as if nothing was wrong")
    } catch EngineError.cannotPutBack(let path, let place, _, let cause) {
      #expect(path == world.path("f") && cause == .accessDenied)
      #expect(try world.disk.text(".syncline/" + place) == "old")
    }
    #expect(world.remoteText("f") == "new")
    try await world.run(.sync)
    #expect(try world.disk.text("f") == "new")
  }

  @Test func `until then a look says that a run has not ended`() async throws {
    let world = try await world()
    let report = try await world.run(.sync, isDryRun: true)
    #expect(report.notices.contains { if case .unfinished = $0 { true } else { false } })
    #expect(try await !world.engine().observe().unfinishedRuns.isEmpty)
    try await world.run(.sync)
    #expect(try await world.engine().observe().unfinishedRuns.isEmpty)
  }

  @Test func `what is ignored by now is put back and takes no part`() async throws {
    let world = try await world()
    try world.disk.write("f\n", to: ".gitignore")
    let report = try await world.engine(
      rules: ProjectRules(try SelectionRules()), hooks: withoutExchange
    ).run(RunRequest(verb: .sync))
    #expect(report.deletedRemote.isEmpty && report.pulled.isEmpty, "\(report)")
    #expect(try world.disk.text("f") == "old")
    #expect(world.remoteText("f") == "new")
  }

  @Test func `a file that its user made there since stays, in conflict with the remote's`()
    async throws
  {
    let world = try await world()
    try world.disk.write("mine", to: "f")
    let report = try await world.run(.sync)
    #expect(report.conflicts.map(\.path.key) == ["f"])
    #expect(try world.disk.text("f") == "mine")
    #expect(world.remoteText("f") == "new")
  }

  @Test func `once it is settled, an empty place is a deletion`() async throws {
    let world = try await world()
    try await world.run(.sync)
    try world.disk.removeFile("f")
    let report = try await world.run(.sync)
    #expect(report.putBack.isEmpty)
    #expect(report.deletedRemote == [world.path("f")])
  }

  /// Where a rename cannot say "only if nothing stands there", a second name is made and the first one
  /// removed; a run may die in between.
  @Test func `a second name that a cut move left never becomes a second file`() async throws {
    let world = try EngineWorld()
    world.put("a.sh", "text")
    try await world.run()
    try world.disk.removeFile("a.sh")
    let digest = try #require(world.remote.tree[world.path("a.sh")]?.node?.file?.digest)
    try world.cut(
      "cut", [world.making("a.sh", .file(Node.File(digest: digest, size: 4, isExecutable: false)))])
    let bucket = ".syncline/staging/cut/" + String(digest.hex.prefix(1))
    try world.disk.write("text", to: bucket + "/" + digest.hex)
    let root = try world.disk.open()
    let folder = try root.openDirectory(".syncline").openDirectory("staging").openDirectory("cut")
      .openDirectory(String(digest.hex.prefix(1)))
    try EntryName.with(digest.hex) { (staged) throws(Errno) in
      try EntryName.with("a.sh") { (place) throws(Errno) in
        try folder.linkFile(staged, to: root, as: place)
      }
    }
    try root.openFile("a.sh").setMode(0o700)
    world.put("b.sh", "text")
    try await world.run()
    #expect(try root.status(of: "a.sh").mode & 0o777 == 0o700)
    #expect(try root.status(of: "a.sh").linkCount == 1)
    #expect(try root.status(of: "b.sh").inode != root.status(of: "a.sh").inode)
  }
}
