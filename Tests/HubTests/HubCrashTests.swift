import HubProtocol
import JSON
import Platform
import SyncModel
import TestSupport
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

@testable import Hub
@testable import HubStore

/// The permission bits of a file.
struct FileMode {
  let bits: UInt32

  init(path: String) {
    var status = stat()
    bits = stat(path, &status) == 0 ? UInt32(status.st_mode & 0o777) : 0
  }
}

struct HubCrashTests {
  private func open(_ folder: TemporaryFolder, _ clock: HubTestClock) throws -> HubStore {
    try HubStore(
      DataFolder(folder.path + "/data"), for: .serve, environment: HubWorld.environment(clock))
  }

  @Test func `a pack whose last append was cut anywhere is clean after the next start`() throws {
    // Two requests: the first is confirmed; of the second any part of the bytes reached the disk,
    // and no row did.
    let folder: TemporaryFolder
    let clock: HubTestClock
    do {
      let world = try HubWorld()
      try world.commit([("a", "confirmed")])
      (folder, clock) = (world.folder, world.clock)
    }
    let confirmed: UInt64
    let pack: String
    let tail: [UInt8]
    do {
      let store = try open(folder, clock)
      let project = try #require(try store.project(named: "demo"))
      confirmed = try #require(try store.packLengths(of: project)[1])
      pack = store.folder.pack(project.id, 1)
      let frames = try HubStore.frames(of: [
        ("never confirmed".digest, Array("never confirmed".utf8))
      ])
      _ = try store.append(frames, to: project)
      let file = try OpenFile(pack, .read)
      tail = try file.bytes(at: confirmed, count: Int(try file.size() - confirmed))
    }
    #expect(tail.count > 20)
    for count in 0...tail.count {
      let file = try OpenFile(pack, .write)
      try file.truncate(to: confirmed)
      try file.write(Array(tail[..<count]), at: confirmed)
      let store = try open(folder, clock)
      #expect(try file.size() == confirmed)
      let project = try #require(try store.project(named: "demo"))
      #expect(try store.missing(of: ["never confirmed".digest], in: project).count == 1)
      if count % 10 == 0 { #expect(try store.check() == []) }
    }
    let store = try open(folder, clock)
    let project = try #require(try store.project(named: "demo"))
    let frames = try HubStore.frames(of: [("next".digest, Array("next".utf8))])
    try store.store(frames, in: project)
    #expect(try store.check() == [])
    #expect(try store.content("next".digest, in: project).size == 4)
    #expect(try store.content("confirmed".digest, in: project).size == 9)
  }

  @Test func `a failed append leaves nothing that the next one would build on`() throws {
    let world = try HubWorld()
    let project = try world.project
    let long = String(repeating: "a long text that is never confirmed, ", count: 50)
    _ = try world.store.append(
      try HubStore.frames(of: [(long.digest, Array(long.utf8))]), to: project)
    try world.commit([("a", "short")])
    #expect(try world.store.check() == [])
    #expect(try world.store.missing(of: [long.digest], in: project) == [long.digest])
  }

  @Test func `a pack that lost confirmed bytes is reported and not written to again`() throws {
    let world = try HubWorld()
    try world.commit([("a", "one")])
    let project = try world.project
    let file = try OpenFile(world.store.folder.pack(project.id, 1), .write)
    try file.truncate(to: try file.size() - 1)
    #expect(try Set(world.store.check().map(\.kind)) == [.pack, .content])
    #expect(try world.commit([("b", "two")]).status == 200)
    #expect(try world.store.packLengths(of: project).keys.sorted() == [1, 2])
    #expect(try world.store.content("two".digest, in: project).size == 3)
  }

  @Test func `a hub whose making was cut short is finished by the next start`() throws {
    let folder = try TemporaryFolder()
    let clock = HubTestClock()
    _ = try folder.folder("data/projects")
    try folder.write("", to: "data/hub.db")
    try folder.write("", to: "data/maintenance.lock")
    let store = try open(folder, clock)
    _ = try store.createProject(named: "p", by: "test")
    #expect(try store.check() == [])
  }

  @Test func `files that no row speaks of are gone after the next start`() throws {
    let folder: TemporaryFolder
    let clock: HubTestClock
    let id: String
    do {
      let world = try HubWorld()
      try world.commit([("a", "1")])
      (folder, clock, id) = (world.folder, world.clock, try world.project.id)
    }
    for name in ["packs/9.pack", "packs/junk", "large/abc", "uploads/abc"] {
      try folder.write("x", to: "data/projects/\(id)/\(name)")
    }
    try folder.write("x", to: "data/projects/unknown/packs/1.pack")
    let store = try open(folder, clock)
    #expect(try StoreFiles.names(in: store.folder.projects) == [id])
    #expect(try StoreFiles.names(in: store.folder.packs(id)) == ["1.pack"])
    #expect(try StoreFiles.names(in: store.folder.larges(id)) == [])
    #expect(try StoreFiles.names(in: store.folder.uploads(id)) == [])
    #expect(try store.check() == [])
  }

  @Test func `a start leaves alone the project that a tool beside is making`() throws {
    let folder = try TemporaryFolder()
    let data = DataFolder(folder.path + "/data")
    let clock = HubTestClock()
    let serving = try open(folder, clock)
    try serving.connections.onWriter { try $0.script("PRAGMA busy_timeout = 0") }
    let outcome = Locked<HubStoreError?>(nil)
    // The clock is asked within the making: here the hub's start comes in between.
    let beside = try HubStore(
      data, for: .beside,
      environment: HubEnvironment(
        now: {
          do {
            try serving.recover()
          } catch {
            outcome.withLock { $0 = error as? HubStoreError }
          }
          return clock.now
        }, randomBytes: { Randomness.system.bytes($0) }))
    let project = try beside.createProject(named: "made", by: "test")
    #expect(outcome.withLock { $0 } == .busy)
    #expect(StoreFiles.exists(data.packs(project.id)))
  }

  @Test func `an upload goes on after a restart from what was confirmed`() throws {
    let folder: TemporaryFolder
    let clock: HubTestClock
    let digest = "0123456789".digest
    do {
      let world = try HubWorld()
      _ = try world.ask(
        "PUT", "/projects/demo/uploads/\(digest)?offset=0&size=10", body: Array("01234".utf8))
      (folder, clock) = (world.folder, world.clock)
    }
    let store = try open(folder, clock)
    let project = try #require(try store.project(named: "demo"))
    #expect(try store.upload(digest, in: project).received == 5)
    // A part whose row was never written: it is written again over itself.
    let file = try OpenFile(store.folder.uploads(project.id) + "/" + digest.hex, .write)
    try file.write(Array("XYZ".utf8), at: 5)
    let received = try Array("56789".utf8).withUnsafeBytes {
      try store.upload(part: $0, at: 5, of: digest, size: 10, in: project)
    }
    #expect(received == 10)
    #expect(
      try store.content(digest, in: project).bytes(limit: 10) == Array("0123456789".utf8))
  }
}
