import Engine
import Replica
import SyncCore
import SyncModel
import TestSupport
import Testing

/// Conflict copies on a platform where an extra file means something.
@Suite struct AsideCopyTests {
  /// A world with a conflict on `d/p.py`.
  private func conflict() async throws -> EngineWorld {
    let world = try EngineWorld(
      remote: InMemoryReplica(
        capabilities: Capabilities(
          carriesExecutable: false, carriesLinks: false, carriesRawBytes: true,
          commitsAtOnce: false, keepsHistory: false, isCaseSensitive: true)))
    world.copiesAside = true
    world.put("d/p.py", "base\n")
    try await world.run()
    try world.disk.write("mine\n", to: "d/p.py")
    world.put("d/p.py", "theirs\n")
    return world
  }

  private func copies(_ world: EngineWorld) throws -> [String: String] {
    var files: [String: String] = [:]
    for name in try world.disk.everything()
    where name.hasPrefix(".syncline/conflicts/") && !name.hasSuffix("/") {
      files[name] = try world.disk.text(name)
    }
    return files
  }

  @Test func `the loser goes out of the tree, and neither side gets an extra file`() async throws {
    let world = try await conflict()
    world.policies = Policies(standard: .both)
    let report = try await world.run()
    #expect(try world.local() == ["d/p.py": "theirs\n"])
    #expect(world.remoteFiles() == ["d/p.py": "theirs\n"])
    let found = try copies(world)
    #expect(Array(found.values) == ["mine\n"])
    #expect(report.copies.map(\.key) == Array(found.keys))
    let engine = try world.engine()
    let listed = try engine.conflictCopies(in: await engine.observe())
    #expect(listed.map(\.key) == Array(found.keys))
    let name = try #require(found.keys.first)
    #expect(name.hasPrefix(".syncline/conflicts/d/p.conflict-local-") && name.hasSuffix(".py"))
  }

  @Test func `a dry run names the copy and makes none`() async throws {
    let world = try await conflict()
    world.policies = Policies(standard: .both)
    let planned = try await world.run(isDryRun: true)
    #expect(try copies(world).isEmpty)
    #expect(try await world.run().copies == planned.copies)
  }

  @Test func `the same loser is kept once, another one beside it`() async throws {
    let world = try await conflict()
    world.policies = Policies(standard: .both)
    for text in ["theirs\n", "theirs again\n", "theirs a third time\n"] {
      try world.disk.write(text.hasSuffix("third time\n") ? "other\n" : "mine\n", to: "d/p.py")
      world.put("d/p.py", text)
      try await world.run()
    }
    #expect(try copies(world).values.sorted() == ["mine\n", "other\n"])
  }

  @Test func `undo brings the local version back, and the copy stays`() async throws {
    let world = try await conflict()
    world.policies = Policies(standard: .both)
    let run = try #require(try await world.run().run)
    _ = try await world.engine().undo(run, isDryRun: false)
    #expect(try world.local() == ["d/p.py": "mine\n"])
    #expect(try copies(world).count == 1)
  }

  @Test func `a write of somebody else that ours replaced unseen is told with its place`()
    async throws
  {
    let world = try await conflict()
    world.policies = Policies(standard: .local)
    var remote = BusyReplica(world.remote)
    remote.overtaken = [OvertakenWrite(path: world.path("d/p.py"), place: "versions/7")]
    let report = try await world.engine(remote: remote).run(RunRequest(verb: .sync))
    #expect(report.pushed.map(\.key) == ["d/p.py"])
    #expect(
      report.notices.contains(
        .overtakenWrite(path: world.path("d/p.py"), place: "versions/7")))
  }

  @Test func `what is replaced on a remote without a history is listed as kept`() async throws {
    let world = try await conflict()
    world.policies = Policies(standard: .local)
    let report = try await world.run()
    #expect(report.kept.map(\.path.key) == ["d/p.py"])
    let place = try #require(report.kept.first?.place)
    #expect(try world.disk.text(".syncline/" + place) == "theirs\n")
  }
}
