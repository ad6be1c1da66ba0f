import Engine
import Platform
import SyncCore
import SyncModel
import TestSupport
import Testing

/// Another git branch than at the last run: asked about where somebody can be asked.
@Suite struct BranchTests {
  /// A world on another branch than at its last run, with a file that differs from that run.
  private func switched() async throws -> EngineWorld {
    let world = try EngineWorld()
    world.branch = "main"
    try world.disk.write("main\n", to: "a.txt")
    try await world.run()
    world.branch = "side"
    try world.disk.write("side\n", to: "a.txt")
    return world
  }

  private let brake = BrakeTrip.branch(before: "main", after: "side", changed: 1)

  @Test(arguments: [Verb.sync, .push])
  func `a yes lets the run go on, and is asked for once`(_ verb: Verb) async throws {
    let world = try await switched()
    let decider = BrakeAnswer(lifts: true)
    let report = try await world.run(verb, decider: decider)
    #expect(report.brakes.isEmpty && report.pushed == [world.path("a.txt")])
    #expect(decider.asked == [brake])
    #expect(world.remoteText("a.txt") == "side\n")
    _ = try await world.run(decider: decider)
    #expect(decider.asked.count == 1)
  }

  @Test func `a yes is asked for once although the run plans again`() async throws {
    let world = try await switched()
    let decider = BrakeAnswer(lifts: true)
    let (disk, once) = (world.disk, Once())
    world.put("b.txt", "theirs\n")
    let busy = BusyReplica(
      world.remote, whileReading: { try once { try disk.write("mine\n", to: "b.txt") } })
    let report = try await world.engine(remote: busy)
      .run(RunRequest(verb: .sync), decider: decider)
    #expect(report.conflicts.map(\.path) == [world.path("b.txt")])
    #expect(decider.asked.count == 1)
  }

  @Test func `a no stops the run before any write`() async throws {
    let world = try await switched()
    let report = try await world.run(decider: BrakeAnswer(lifts: false))
    #expect(report.brakes == [brake] && report.run == nil)
    #expect(world.remoteText("a.txt") == "main\n")
  }

  @Test func `an undo and a restore leave the brake on`() async throws {
    let world = try EngineWorld()
    world.branch = "main"
    try world.disk.write("main\n", to: "a.txt")
    try world.disk.write("old\n", to: "b.txt")
    try await world.run()
    try world.disk.write("new\n", to: "b.txt")
    try await world.run()
    world.branch = "side"
    try world.disk.write("side\n", to: "a.txt")
    let stopped = try await world.run()
    #expect(stopped.brakes.count == 1 && stopped.run == nil)
    #expect(try await world.engine().undo(nil, isDryRun: false).run != nil)
    let old = world.remote.contents.add(Array("old\n".utf8))
    let restored = try await world.engine().restore(
      LocalRestore(path: world.path("b.txt"), node: old, isDryRun: false))
    #expect(restored.run != nil)
    let again = try await world.run()
    guard case .branch(before: "main", after: "side", _)? = again.brakes.first else {
      Issue.record("\(again.brakes)")
      return
    }
    #expect(world.remoteText("a.txt") == "main\n")
  }

  @Test func `nobody is asked about a run that is only planned`() async throws {
    let world = try await switched()
    let decider = BrakeAnswer(lifts: true)
    let report = try await world.run(isDryRun: true, decider: decider)
    #expect(report.brakes == [brake] && decider.asked.isEmpty)
  }

  @Test func `nobody is asked where another brake holds as well`() async throws {
    let world = try EngineWorld()
    world.branch = "main"
    for name in ["a", "b", "c"] { try world.disk.write(name, to: name) }
    try await world.run()
    world.branch = "side"
    for name in ["a", "b", "c"] { try world.disk.removeFile(name) }
    let decider = BrakeAnswer(lifts: true)
    let report = try await world.run(decider: decider)
    #expect(report.brakes.count == 2 && decider.asked.isEmpty)
    #expect(world.remoteFiles().count == 3)
  }
}

/// Says the same to every brake, and remembers which it was asked about.
private final class BrakeAnswer: ConflictDecider {
  private let answer: Bool
  private let questions = Locked<[BrakeTrip]>([])

  init(lifts: Bool) { answer = lifts }

  var asked: [BrakeTrip] { questions.withLock { $0 } }
  var canAsk: Bool { false }

  func lifts(_ brake: BrakeTrip) async throws -> Bool {
    questions.withLock { $0.append(brake) }
    return answer
  }

  func answer(
    _ question: ConflictQuestion, peek: ContentPeek
  ) async throws -> ConflictAnswer { .skip }
}
