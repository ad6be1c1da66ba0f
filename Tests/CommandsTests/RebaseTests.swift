import JSON
import Testing

@Suite struct RebaseTests {
  @Test func `a rewound history stops runs until a rebase accepts it`() async throws {
    let world = try await HistoryWorld()
    try world.write("one\n", to: "a.txt")
    try world.write("stays\n", to: "b.txt")
    await world.run("push")
    try await world.backUpHub(to: "backup")
    try world.write("two\n", to: "a.txt")
    try world.write("late\n", to: "c.txt")
    await world.run("push")
    try world.serveBackup("backup")
    #expect(await world.run("target", "set-url", "main", world.url).exit == 0)
    #expect(await world.run("pull").exit == 5)
    #expect(await world.run("restore", "b.txt", "--at", "1").exit == 5)
    let dry = await world.run("rebase", "-n", "--json")
    #expect(try dry.texts("dropped") == ["a.txt", "c.txt"])
    #expect(await world.run("pull").exit == 5)
    let rebased = await world.run("rebase", "--json")
    #expect(rebased.exit == 0)
    #expect(try rebased.json["schema"]?.stringValue == "syncline/rebase/1")
    #expect(try rebased.json["needed"]?.boolValue == true)
    #expect(try rebased.json["kept"]?.intValue == 1)
    #expect(try rebased.texts("dropped") == ["a.txt", "c.txt"])
    let status = try await world.run("status", "--json").json["counts"]
    #expect(status?["in_sync"]?.intValue == 1)
    #expect(status?["conflicts"]?.intValue == 1)
    #expect(status?["local_to_remote"]?.intValue == 1)
    #expect(world.text("a.txt") == "two\n")
    #expect(world.text("c.txt") == "late\n")
    #expect(await world.run("sync", "--prefer", "local").exit == 0)
    #expect(await world.run("show", "a.txt@remote").output == "two\n")
  }

  @Test func `without a rewound history there is nothing to do`() async throws {
    let world = try await HistoryWorld()
    try world.write("one\n", to: "a.txt")
    await world.run("push")
    let rebased = await world.run("rebase", "--json")
    #expect(rebased.exit == 0)
    #expect(try rebased.json["needed"]?.boolValue == false)
    #expect(try rebased.texts("dropped").isEmpty)
  }
}
