import JSON
import TestSupport
import Testing

@Suite struct TrashTests {
  /// A world in which one run has replaced `a.txt` here.
  private func world() async throws -> HistoryWorld {
    let world = try await HistoryWorld()
    try world.write("one\n", to: "a.txt")
    await world.run("push")
    try world.write("mine\n", to: "a.txt")
    await world.run("restore", "a.txt")
    return world
  }

  @Test func `what runs replaced is listed with its place`() async throws {
    let world = try await world()
    let run = try await world.newestRun()
    let list = await world.run("trash", "list", "--json")
    #expect(try list.json["schema"]?.stringValue == "syncline/trash/1")
    let entries = try #require(try list.json["entries"]?.arrayValue)
    #expect(entries.count == 1)
    #expect(entries[0]["run"]?.stringValue == run)
    #expect(entries[0]["path"]?.stringValue == "a.txt")
    #expect(entries[0]["size"]?.intValue == 5)
    let place = try #require(entries[0]["where"]?.stringValue)
    #expect(world.text(place) == "mine\n")
  }

  @Test func `only what is old enough is removed, with the record of its run`() async throws {
    let world = try await world()
    #expect(try await world.run("trash", "prune", "--json", days: 29).texts("runs").isEmpty)
    let dry = await world.run("trash", "prune", "-n", "--json", days: 31)
    #expect(try dry.texts("runs").count == 2)
    #expect(try await world.run("trash", "list", "--json").json["entries"]?.arrayValue?.count == 1)
    let pruned = await world.run("trash", "prune", "--json", days: 31)
    #expect(try pruned.texts("runs").count == 2)
    #expect(try pruned.json["files"]?.intValue == 1)
    #expect(
      try await world.run("trash", "list", "--json").json["entries"]?.arrayValue?.isEmpty == true)
    #expect(try await world.run("runs", "--json").json["runs"]?.arrayValue?.isEmpty == true)
    #expect(world.text("a.txt") == "one\n")
    #expect(await world.run("undo").exit == 2)
  }

  @Test func `the time to keep is the project's`() async throws {
    let world = try await world()
    let text = try #require(world.text("syncline.yaml"))
    try world.write(text + "limits: { keep_trash: 2d }\n", to: "syncline.yaml")
    #expect(try await world.run("trash", "prune", "-n", "--json", days: 1).texts("runs").isEmpty)
    #expect(try await world.run("trash", "prune", "-n", "--json", days: 3).texts("runs").count == 2)
  }

  @Test func `a run that writes removes by itself what is too old`() async throws {
    let world = try await world()
    let old = try await world.newestRun()
    try world.age(runsByDays: 40)
    try world.write("newer\n", to: "b.txt")
    let push = await world.run("push")
    #expect(push.exit == 0 && push.errors.contains("2 runs can no longer be taken back"))
    let list = try await world.run("runs", "--json").json["runs"]?.arrayValue
    #expect(list?.count == 1)
    #expect(!world.folder.exists("p/.syncline/trash/" + old))
  }

  @Test(arguments: [Int64(31), -40])
  func `a clock that is wrong removes nothing, and makes nothing old`(days: Int64) async throws {
    let world = try await world()
    let old = try await world.newestRun()
    try world.write("newer\n", to: "b.txt")
    #expect(await world.run("push", days: days).exit == 0)
    try world.write("newest\n", to: "b.txt")
    #expect(await world.run("push").exit == 0)
    #expect(try await world.run("runs", "--json").json["runs"]?.arrayValue?.count == 4)
    #expect(world.folder.exists("p/.syncline/trash/" + old))
  }

  @Test func `trash whose record is gone is as old as its name says`() async throws {
    let world = try await world()
    for name in ["state.db", "state.db-wal", "state.db-shm"]
    where world.folder.exists("p/.syncline/" + name) {
      try world.folder.removeFile("p/.syncline/" + name)
    }
    try world.write("not a run\n", to: ".syncline/trash/README/local/note")
    await world.run("sync")
    #expect(try await world.run("trash", "prune", "--json", days: 20).texts("runs").isEmpty)
    await world.run("trash", "prune", days: 40)
    #expect(world.text(".syncline/trash/README/local/note") == "not a run\n")
    let left = try await world.run("trash", "list", "--json").json["entries"]?.arrayValue
    #expect(left?.compactMap { $0["path"]?.stringValue } == ["note"])
  }
}
