import Engine
import Platform
import ProjectState
import Replica
import SyncCore
import SyncModel
import TestSupport
import Testing

/// What is kept of the contents that both sides agreed on.
struct BaseContentsTests {
  /// A world in which twenty files were synced, and then edited and synced four times.
  private func world() async throws -> EngineWorld {
    let world = try EngineWorld()
    for round in 0..<5 {
      for number in 0..<20 { try world.disk.write(text(number, round), to: "f\(number).txt") }
      _ = try await world.run(overrides: BrakeOverrides(allowMassChange: true))
    }
    return world
  }

  /// A text that does not compress well.
  private func text(_ number: Int, _ round: Int) -> String {
    var generator = SeededGenerator(seed: UInt64(number * 100 + round))
    return (0..<200).map { _ in String(generator.next(), radix: 36) }.joined(separator: "\n")
  }

  private func packs(_ world: EngineWorld) throws -> [String] {
    try world.disk.everything().filter {
      $0.hasPrefix(".syncline/objects/") && $0.hasSuffix("pack")
    }
  }

  private func isWhole(_ world: EngineWorld) throws -> Bool {
    let store = ObjectStore(
      folder: try #require(try world.folder.objects()), number: try world.state.objectsPack(),
      index: try world.state.objectIndex())
    let target = try #require(try world.state.target(named: "main"))
    return try world.state.base(of: target).rows.allSatisfy { row in
      guard let file = row.node.file else { return false }
      let bytes = store.content(of: file.digest, size: file.size)
      return bytes == (try world.disk.read(row.path.key))
    }
  }

  @Test func `contents that no agreement holds any more give their room back`() async throws {
    let world = try await world()
    #expect(try packs(world) == [".syncline/objects/base.pack"] && isWhole(world))
    let before = try world.disk.read(".syncline/objects/base.pack").count
    try world.engine().compactObjects(above: UInt64(before))
    #expect(try packs(world) == [".syncline/objects/base.pack"])
    // What an earlier attempt left when it was cut short.
    try world.disk.write("torn", to: ".syncline/objects/base-2.pack")
    let engine = try world.engine()
    try engine.compactObjects(above: 0)
    #expect(try packs(world) == [".syncline/objects/base-2.pack"] && isWhole(world))
    let after = try world.disk.read(".syncline/objects/base-2.pack").count
    #expect(after < before / 4)
    // Nothing to gain: nothing is done.
    try world.engine().compactObjects(above: 0)
    #expect(try packs(world) == [".syncline/objects/base-2.pack"])
    // The engine that did it goes on with the new pack.
    try world.disk.write("one more", to: "new.txt")
    _ = try await world.run()
    #expect(try isWhole(world))
  }

  @Test func `what a cut run left behind its last recorded content is written over`() async throws {
    let world = try await world()
    let pack = ".syncline/objects/base.pack"
    let before = try world.disk.read(pack)
    try world.disk.write(before + [UInt8](repeating: 7, count: 100_000), to: pack)
    try world.disk.write("one more", to: "new.txt")
    _ = try await world.run()
    #expect(try world.disk.read(pack).count < before.count + 1000)
    #expect(try isWhole(world))
  }

  @Test func `a run does it by itself once a day, and takes away what a cut attempt left`()
    async throws
  {
    let world = try await world()
    world.smallestCompacted = 0
    try world.disk.write("one", to: "new.txt")
    _ = try await world.run()
    #expect(try packs(world) == [".syncline/objects/base.pack"])
    try world.state.setFact(.prunedAt, to: "0")
    try world.disk.write("two", to: "new.txt")
    _ = try await world.run()
    #expect(try packs(world) == [".syncline/objects/base-2.pack"] && isWhole(world))
    // Cut off after it was recorded, and before the old pack was removed.
    world.smallestCompacted = .max
    try world.disk.write("old", to: ".syncline/objects/base.pack")
    try world.state.setFact(.prunedAt, to: "0")
    try world.disk.write("three", to: "new.txt")
    _ = try await world.run()
    #expect(try packs(world) == [".syncline/objects/base-2.pack"] && isWhole(world))
  }

  @Test func `another target's contents stay`() async throws {
    let world = try await world()
    let other = InMemoryReplica()
    _ = try await world.engine(remote: other, target: "staging").run(RunRequest(verb: .push))
    for number in 0..<20 { try world.disk.write(text(number, 9), to: "f\(number).txt") }
    _ = try await world.run(overrides: BrakeOverrides(allowMassChange: true))
    try world.engine().compactObjects(above: 0)
    #expect(try packs(world) == [".syncline/objects/base-2.pack"] && isWhole(world))
    let staging = try #require(try world.state.target(named: "staging"))
    let index = try world.state.objectIndex()
    let digests = try world.state.base(of: staging).rows.compactMap { $0.node.file?.digest }
    #expect(digests.count == 20 && digests.allSatisfy { index[$0] != nil })
  }
}
