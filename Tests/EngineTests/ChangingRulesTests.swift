import Engine
import IgnoreRules
import LocalReplica
import Platform
import SyncCore
import SyncModel
import TestSupport
import Testing

/// Rules of ignoring that change at any step of a run (P11).
@Suite struct ChangingRulesTests {
  /// A project whose `a.log` both sides agreed on, with an edit of another file on each side.
  private func world(rules: String) async throws -> EngineWorld {
    let world = try EngineWorld()
    try world.disk.write("log", to: "a.log")
    try world.disk.write("here", to: "b")
    world.put("c", "there")
    _ = try await engine(world).run(RunRequest(verb: .sync))
    try world.disk.write(rules, to: ".gitignore")
    try world.disk.write("here again", to: "b")
    world.put("c", "there again")
    return world
  }

  private func engine(_ world: EngineWorld, _ hooks: FileHooks? = nil) throws -> Engine {
    try world.engine(rules: ProjectRules(try SelectionRules()), hooks: hooks)
  }

  /// Hooks that save other rules before a step on the disk, by its number; and how many there were.
  private func saving(
    _ rules: String, at moment: Int, in world: EngineWorld
  ) -> (hooks: FileHooks, steps: Locked<Int>) {
    let steps = Locked(0)
    let disk = world.disk
    let hooks = FileHooks(before: { (_) throws(Errno) in
      let number = steps.withLock { steps in
        defer { steps += 1 }
        return steps
      }
      guard number == moment else { return }
      do { try disk.write(rules, to: ".gitignore") } catch { throw .inputOutput }
    })
    return (hooks, steps)
  }

  /// Lets a thing happen in worlds of its own, each time with the rules saved one step later, until
  /// it is over before them.
  private func whenever(
    from old: String, to new: String,
    _ check: (EngineWorld, Engine, _ place: String) async throws -> Void
  ) async throws {
    var moment = 0
    while true {
      let world = try await world(rules: old)
      let (hooks, steps) = saving(new, at: moment, in: world)
      try await check(world, try engine(world, hooks), "rules saved before step \(moment)")
      if steps.withLock({ $0 }) <= moment { break }
      moment += 1
    }
    #expect(moment > 10)
  }

  @Test func `a rule that comes while a sync runs deletes and writes nothing that it names`()
    async throws
  {
    try await whenever(from: "", to: "*.log\n") { world, engine, place in
      _ = try await engine.run(RunRequest(verb: .sync))
      #expect(world.remoteText("a.log") == "log", "\(place)")
      #expect(try world.disk.text("a.log") == "log", "\(place)")
      let next = try await self.engine(world).run(RunRequest(verb: .sync))
      #expect(next.deletedLocal.isEmpty && next.deletedRemote.isEmpty, "\(place)")
      #expect(world.remoteText("a.log") == "log", "\(place)")
      #expect(try world.disk.text("c") == "there again", "\(place)")
      #expect(world.remoteText("b") == "here again", "\(place)")
    }
  }

  @Test func `a rule that goes while a sync runs makes nothing look deleted`() async throws {
    try await whenever(from: "*.log\n", to: "") { world, engine, place in
      _ = try await engine.run(RunRequest(verb: .sync))
      let next = try await self.engine(world).run(RunRequest(verb: .sync))
      #expect(next.deletedLocal.isEmpty && next.deletedRemote.isEmpty, "\(place)")
      #expect(world.remoteText("a.log") == "log", "\(place)")
      #expect(try world.disk.text("a.log") == "log", "\(place)")
    }
  }

  @Test func `a version that is brought back is there, or is refused as ignored`() async throws {
    try await whenever(from: "", to: "*.log\n") { world, engine, place in
      let old = world.remote.contents.add(Array("old".utf8))
      do {
        let report = try await engine.restore(
          LocalRestore(path: world.path("a.log"), node: old, isDryRun: false))
        #expect(report.failed.isEmpty, "\(place)")
        #expect(try world.disk.text("a.log") == "old", "\(place)")
      } catch RestoreRefusal.ignored {
        #expect(try world.disk.text("a.log") == "log", "\(place)")
      }
      #expect(world.remoteText("a.log") == "log", "\(place)")
    }
  }

  @Test func `a plan tells of no deletion, whenever the rule comes`() async throws {
    try await whenever(from: "", to: "*.log\n") { world, engine, place in
      let plan = try await engine.plan(RunRequest(verb: .sync))
      for step in plan.steps where step.path == world.path("a.log") {
        #expect(!step.writes(.local) && !step.writes(.remote), "\(place)")
      }
    }
  }
}
