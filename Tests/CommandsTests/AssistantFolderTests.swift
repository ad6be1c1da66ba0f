import JSON
import MCPServer
import Platform
import Replica
import SyncCore
import SyncModel
import TestSupport
import Testing

@testable import Commands

@Suite struct AssistantFolderTests {
  @Test func `a project is named from the root, absolutely, or not at all`() async throws {
    let world = try await HistoryWorld()
    let assistant = try AssistantWorld(world, roots: [""])
    for folder in ["p", "./p", "p/", world.folder.path + "/p"] {
      let data = try await assistant.data("sync_status", ["local_project_dir": .string(folder)])
      #expect(data["local_project_dir"]?.stringValue?.hasSuffix("/p") == true)
    }
    let inside = try AssistantWorld(world)
    #expect(try await inside.data("sync_status")["compared"]?.boolValue == true)
  }

  @Test func `nothing outside of the roots is a project, by no spelling and no link`() async throws
  {
    let world = try await HistoryWorld()
    _ = try world.folder.folder("q")
    _ = await world.run(["init", world.url], in: "q")
    try world.folder.link("p/way", to: "../q")
    let assistant = try AssistantWorld(world)
    for folder in ["../q", "way", world.folder.path + "/q", "/", ".."] {
      let error = try await assistant.error("sync_status", ["local_project_dir": .string(folder)])
      #expect(error["code"]?.stringValue == "outside_root", "\(folder)")
    }
    let missing = try await assistant.error("sync_status", ["local_project_dir": "none"])
    #expect(missing["code"]?.stringValue == "no_folder")
  }

  @Test func `a root inside a project does not reach the project around it`() async throws {
    let world = try await HistoryWorld()
    try world.write("x", to: "sub/a.txt")
    let error = try await AssistantWorld(world, roots: ["p/sub"]).error("sync_status")
    #expect(error["code"]?.stringValue == "outside_root")
  }

  @Test func `a root that was replaced is not taken for the one that was opened`() async throws {
    let world = try await HistoryWorld()
    try world.write("x", to: "a.txt")
    let assistant = try AssistantWorld(world)
    let folder = try world.folder.open()
    try folder.rename("p", to: folder, as: "old", .noReplace)
    _ = try world.folder.folder("p")
    _ = await world.run("init", world.url)
    let error = try await assistant.error("sync_status")
    #expect(error["code"]?.stringValue == "root_replaced")
  }

  @Test(arguments: ["/", "home"])
  func `a folder that holds everything must be named to be a root`(place: String) async throws {
    let world = try await HistoryWorld()
    let folder = place == "/" ? "/" : world.folder.path + "/home"
    let run = try await CommandRun.run(["mcp"], in: folder, environment: world.environment)
    #expect(run.code == .usage)
    #expect(run.errors.contains("--root DIR"))
    let named = try await CommandRun.run(
      ["mcp", "--root", folder], in: folder, environment: world.environment)
    #expect(named.code == .success)
  }

  @Test func `with several roots the project must be named`() async throws {
    let world = try await HistoryWorld()
    _ = try world.folder.folder("q")
    _ = await world.run(["init", world.url], in: "q")
    let assistant = try AssistantWorld(world, roots: ["p", "q"])
    let error = try await assistant.error("sync_status")
    #expect(error["code"]?.stringValue == "which_project")
    let path = world.folder.path + "/q"
    let data = try await assistant.data("sync_status", ["local_project_dir": .string(path)])
    #expect(data["local_project_dir"]?.stringValue?.hasSuffix("/q") == true)
  }

  @Test func `a folder that became a link after it was resolved leads nowhere`() throws {
    let folder = try TemporaryFolder()
    try folder.write("secret", to: "outside/file")
    try folder.write("x", to: "root/a/file")
    let base = POSIXFileSystem()
    let path = try base.resolve(path: folder.path + "/root")
    let rooted = RootedFileSystem(
      base: base,
      roots: [RootedFileSystem.Root(path: path, folder: try base.openDirectory(path: path))])
    #expect(try rooted.openDirectory(path: path + "/a").readFile("file", limit: 9).count == 1)
    try folder.link("root/b", to: "../outside")
    #expect(throws: Errno.self) { _ = try rooted.openDirectory(path: path + "/b") }
    #expect(throws: Never.self) { _ = try base.openDirectory(path: path + "/b") }
    // A root that is replaced as a whole stays the one that was opened.
    try rooted.createDirectory(path: path + "/c", mode: 0o700)
    #expect(folder.exists("root/c"))
  }

  @Test func `contents of every side are read, and of nothing that is not synced`() async throws {
    let assistant = try await AssistantWorld.divided()
    try assistant.world.write("secret", to: ".env")
    func text(_ uri: String) async throws -> String {
      String(decoding: try await assistant.read(uri)[0].bytes, as: UTF8.self)
    }
    #expect(try await text("syncline://local/c.txt") == "mine\n")
    #expect(try await text("syncline://remote/c.txt") == "theirs\n")
    #expect(try await text("syncline://base/c.txt") == "one\n")
    for uri in [
      "syncline://local/.env", "syncline://local/none", "syncline://local/../q/c.txt",
      "syncline://local/%2E%2E%2Fq%2Fc.txt", "syncline://local/.syncline/state.db",
      "syncline://elsewhere/c.txt", "file:///etc/passwd", "syncline://local",
    ] {
      await #expect(throws: ResourceShelf.Problem.self) { _ = try await assistant.read(uri) }
    }
  }

  @Test func `what is listed can be read: conflicts first, then files`() async throws {
    let assistant = try await AssistantWorld.divided()
    try assistant.world.write("secret", to: ".env")
    let listed = try await assistant.assistant.resources.list(Call())
    #expect(listed.map(\.name) == ["c.txt", "a.txt", "b.txt", "c.txt", "d.txt"])
    for resource in listed { #expect(try await !assistant.read(resource.uri).isEmpty) }
    assistant.world.stopHub()
    await #expect(throws: ResourceShelf.Problem.self) {
      _ = try await assistant.assistant.resources.list(Call())
    }
  }

  @Test func `a conflict is read with its facts and all three contents`() async throws {
    let assistant = try await AssistantWorld.divided()
    let link = try #require(try await assistant.call("sync_status").links.first)
    let contents = try await assistant.read(link.uri)
    #expect(
      contents.map { String(decoding: $0.bytes, as: UTF8.self) }.dropFirst() == [
        "mine\n", "one\n", "theirs\n",
      ])
    let facts = try JSONValue.parse(contents[0].bytes)
    #expect(facts["reason"]?.stringValue == "modify/modify")
    await #expect(throws: ResourceShelf.Problem.self) {
      _ = try await assistant.read("syncline://conflict/a.txt")
    }
  }

  @Test func `a content beyond the limit is not given out`() async throws {
    let world = try await HistoryWorld()
    try world.write(String(repeating: "x", count: 1 << 20 | 1), to: "large.txt")
    let assistant = try AssistantWorld(world)
    await #expect(throws: ResourceShelf.Problem.self) {
      _ = try await assistant.read("syncline://local/large.txt")
    }
  }

  @Test func `plans have a lifetime, and the oldest makes room`() {
    let now = Locked<Int64>(0)
    let shelf = PlanShelf(
      clock: WallClock(now: { 0 }, monotonic: { now.withLock { $0 } }), randomness: .seeded(1))
    let plan = PlanShelf.Held(file: AssistantFolderTests.plan(), folder: "/p")
    let first = shelf.keep(plan)
    #expect(shelf.plan(first)?.folder == "/p")
    now.withLock { $0 += 1 }
    for _ in 0..<PlanShelf.limit { _ = shelf.keep(plan) }
    #expect(shelf.plan(first) == nil)
    let last = shelf.keep(plan)
    now.withLock { $0 += (PlanShelf.lifetime + 1) * 1_000_000_000 }
    #expect(shelf.plan(last) == nil)
  }

  @Test func `turns for one project never overlap, and those for another do not wait`() async throws
  {
    let turns = ProjectTurns()
    let inside = Locked(0)
    let order = try await withThrowingTaskGroup(of: Int.self) { group in
      for number in 0..<20 {
        group.addTask {
          try await turns.take("p") {
            inside.withLock { $0 += 1 }
            await Task.yield()
            // Whoever has the turn may take one for another project.
            try await turns.take("q\(number)") { #expect(inside.withLock { $0 } == 1) }
            inside.withLock { $0 -= 1 }
            return number
          }
        }
      }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(order.sorted() == Array(0..<20))
  }

  @Test func `who was cancelled while waiting does nothing, and the next has the turn`()
    async throws
  {
    let turns = ProjectTurns()
    let (open, close) = AsyncStream.makeStream(of: Never.self)
    let (began, begin) = AsyncStream.makeStream(of: Void.self)
    let first = Task {
      try await turns.take("p") {
        begin.yield()
        for await _ in open {}
      }
    }
    for await _ in began { break }
    let waiting = Task { try await turns.take("p") { Issue.record("it was cancelled") } }
    waiting.cancel()
    close.finish()
    try await first.value
    await #expect(throws: CancellationError.self) { try await waiting.value }
    #expect(try await turns.take("p") { 7 } == 7)
  }

  private static func plan() -> PlanFile {
    let digest = ContentDigest.of("")
    return PlanFile(
      made: Timestamp(nanoseconds: 0), target: "main", identity: "i", revision: 1, what: [],
      folder: nil, leavesOut: nil, message: nil, isAtomic: false, prefer: nil,
      overrides: BrakeOverrides(), policies: digest, plan: digest, steps: digest)
  }

  @Test func `progress only ever rises, also when a run plans again`() {
    let told = Locked<[Progress]>([])
    let progress = MeterProgress { step in told.withLock { $0.append(step) } }
    let meter = ProgressMeter()
    func take(_ phase: ProgressMeter.Phase, _ files: Int, of total: Int) {
      meter.begin(phase, totalFiles: total)
      meter.add(files: files)
      progress.take(meter.reading)
    }
    take(.scanning, 0, of: 4)
    take(.scanning, 2, of: 4)
    take(.scanning, 2, of: 4)
    take(.scanning, 9, of: 4)
    take(.applying, 0, of: 0)
    take(.scanning, 1, of: 4)
    let steps = told.withLock { $0 }
    #expect(steps.map(\.done) == [1, 1.5, 1.99, 5, 8.25])
    #expect(steps[1].message == "looking 2/4 files")
    #expect(steps.allSatisfy { $0.total == nil })
  }

  @Test func `a long call tells its progress while it runs`() async throws {
    let assistant = try await AssistantWorld.divided()
    let told = Locked<[Double]>([])
    _ = try await assistant.call("sync_project_to_local") { step in
      told.withLock { $0.append(step.done) }
    }
    let steps = told.withLock { $0 }
    #expect(!steps.isEmpty)
    #expect(steps == steps.sorted() && Set(steps).count == steps.count)
  }
}
