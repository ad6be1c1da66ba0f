import Engine
import Platform
import SyncCore
import SyncModel
import TestSupport
import Testing

/// What a run does where the disk is almost full.
@Suite struct `Little room` {
  private let world: EngineWorld

  init() throws { world = try EngineWorld() }

  /// Runs a pull on a disk of so many bytes that the staging areas and the cache share.
  private func pull(on capacity: Int, isDryRun: Bool = false) async throws -> RunReport {
    let disk = world.disk
    let hooks = FileHooks(freeSpace: {
      let names = (try? disk.everything()) ?? []
      let used = names.filter {
        ($0.hasPrefix(".syncline/staging/") || $0.hasPrefix(".syncline/objects/"))
          && !$0.hasSuffix("/")
      }.reduce(0) { $0 + ((try? disk.read($1).count) ?? 0) }
      return UInt64(max(0, capacity - used))
    })
    return try await world.engine(hooks: hooks).run(RunRequest(verb: .pull, isDryRun: isDryRun))
  }

  /// Text that does not compress, so many bytes of it.
  private func text(_ count: Int, seed: UInt64) -> String {
    var generator = SeededGenerator(seed: seed)
    var text = ""
    while text.utf8.count < count { text += String(generator.next(), radix: 36) }
    return String(text.prefix(count))
  }

  /// Leaves a content where a run that was cut off had fetched it.
  private func fetched(_ text: String) throws -> String {
    let node = world.remote.contents.add(Array(text.utf8))
    let hex = try #require(node.file).digest.hex
    let place = ".syncline/staging/20260101T000000Z-old/\(hex.prefix(1))/\(hex)"
    try world.disk.write(text, to: place)
    return place
  }

  @Test func `the cache of contents leaves the room to what is pulled`() async throws {
    for number in 0..<6 { world.put("f\(number)", text(4000, seed: UInt64(number))) }
    let report = try await pull(on: 26_000)
    #expect(report.brakes.isEmpty && report.pulled.count == 6)
    let packed = try? world.disk.read(".syncline/objects/base.pack").count
    #expect(packed ?? 0 <= 1000)
    #expect(try world.local() == world.remoteFiles())
  }

  @Test func `what an interrupted run had fetched is not needed again`() async throws {
    let large = text(8000, seed: 1)
    world.put("large", large)
    world.put("small", text(2000, seed: 2))
    #expect(try await pull(on: 9000).brakes.count == 1)
    _ = try fetched(large)
    #expect(try await pull(on: 10_500).pulled.count == 2)
  }

  @Test func `what it had fetched in vain gives way, unless the run is only planned`() async throws
  {
    let large = text(8000, seed: 1)
    world.put("large", large)
    world.put("small", text(3000, seed: 2))
    let wanted = try fetched(large)
    let unwanted = try fetched(text(3500, seed: 3))
    let planned = try await pull(on: 12_000, isDryRun: true)
    #expect(planned.brakes == [.disk(needed: 3000, available: 500)])
    #expect(world.disk.exists(unwanted))
    // Not even without it: what is wanted stays for the next time.
    let stopped = try await pull(on: 11_000)
    #expect(stopped.brakes == [.disk(needed: 3000, available: 3000)])
    #expect(world.disk.exists(wanted) && !world.disk.exists(unwanted))
    #expect(try await pull(on: 12_000).pulled.count == 2)
    #expect(try world.local() == world.remoteFiles())
  }
}
