import Engine
import Platform
import SyncCore
import SyncModel
import TestSupport
import Testing

/// Edits that show in no time of a file, as one through a memory map may.
struct TimelessEditTests {
  /// All files of eight bytes look as if nobody had touched them since the seventies.
  private let hooks = FileHooks(status: { status in
    var status = status
    if status.kind == .file, status.size == 8 {
      status.modified = 1_000_000_000
      status.changed = 1_000_000_000
    }
    return status
  })

  private func run(_ world: EngineWorld, _ verb: Verb = .sync) async throws -> RunReport {
    try await world.engine(hooks: hooks).run(RunRequest(verb: verb))
  }

  @Test func `it is a conflict with what a pull would put in its place`() async throws {
    let world = try EngineWorld()
    try world.disk.write("original", to: "f")
    _ = try await run(world)
    try world.disk.write("MY EDIT!", to: "f")
    world.put("f", "theirs!!")
    let report = try await run(world, .pull)
    #expect(report.conflicts.map(\.path.key) == ["f"])
    #expect(report.failed.isEmpty)
    #expect(try world.disk.text("f") == "MY EDIT!")
    #expect(world.remoteText("f") == "theirs!!")
  }

  @Test func `it is a conflict with a deletion`() async throws {
    let world = try EngineWorld()
    for name in ["f", "g", "h"] { try world.disk.write("original", to: name) }
    _ = try await run(world)
    try world.disk.write("MY EDIT!", to: "f")
    for name in ["f", "g"] { world.remove(name) }
    let report = try await run(world)
    #expect(report.conflicts.map(\.path.key) == ["f"])
    #expect(try world.disk.text("f") == "MY EDIT!")
    #expect(try world.local()["g"] == nil)
  }

  @Test func `it keeps no path from being pushed`() async throws {
    let world = try EngineWorld()
    try world.disk.write("before", to: "f")
    _ = try await run(world)
    try world.disk.write("read now", to: "f")
    _ = try await run(world, .pull)
    try world.disk.write("AND THEN", to: "f")
    let report = try await run(world, .push)
    #expect(report.failed.isEmpty && report.pushed.map(\.key) == ["f"])
    #expect(world.remoteText("f") == "AND THEN")
  }
}
