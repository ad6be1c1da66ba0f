import JSON
import Testing

@Suite struct LogTests {
  @Test func `the whole history comes newest first, with digests`() async throws {
    let world = try await HistoryWorld()
    try world.write("one\n", to: "a.txt")
    try world.write("deep\n", to: "d/e.txt")
    await world.run("push", "-m", "first")
    try world.write("two\n", to: "a.txt")
    await world.run("push", "-m", "second")
    let log = await world.run("log", "--json")
    #expect(log.exit == 0)
    let document = try log.json
    #expect(document["schema"]?.stringValue == "syncline/log/1")
    let entries = try #require(document["entries"]?.arrayValue)
    #expect(entries.map { $0["revision"]?.intValue } == [2, 1])
    #expect(entries.map { $0["message"]?.stringValue } == ["second", "first"])
    #expect(entries[0]["author"]?.stringValue == "ann")
    #expect(entries[0]["run"]?.stringValue == (try await world.newestRun()))
    let change = try #require(entries[0]["changes"]?[0])
    #expect(change["change"]?.stringValue == "modified")
    #expect(change["before"]?.stringValue?.hasPrefix("sha256:") == true)
    let added = try #require(entries[1]["changes"]?.arrayValue)
    #expect(added.compactMap { $0["path"]?.stringValue } == ["a.txt", "d/e.txt"])
    #expect(added.allSatisfy { $0["before"]?.isNull == true })
  }

  @Test func `more commits than a page holds are all told, and a limit is kept`() async throws {
    let world = try await HistoryWorld()
    for number in 1...104 {
      try world.write("\(number)\n", to: "a.txt")
      #expect(await world.run("push").exit == 0)
    }
    let all = try await world.run("log", "--json").json["entries"]?.arrayValue
    #expect(all?.compactMap { $0["revision"]?.intValue } == (1...104).reversed())
    let few = try await world.run("log", "--json", "--limit", "2").json["entries"]?.arrayValue
    #expect(few?.compactMap { $0["revision"]?.intValue } == [104, 103])
  }

  @Test func `a commit tells all its changes, however many there are`() async throws {
    let world = try await HistoryWorld()
    for number in 0..<1_100 { try world.write("x", to: "f\(number)") }
    await world.run("push")
    let entries = try await world.run("log", "--json").json["entries"]?.arrayValue
    #expect(entries?[0]["changes"]?.arrayValue?.count == 1_100)
  }

  @Test func `a path, a folder and an unknown path are told apart`() async throws {
    let world = try await HistoryWorld()
    try world.write("one\n", to: "a.txt")
    await world.run("push")
    try world.write("deep\n", to: "d/e.txt")
    await world.run("push")
    let file = try await world.run("log", "a.txt", "--json").json["entries"]?.arrayValue
    #expect(file?.compactMap { $0["revision"]?.intValue } == [1])
    let below = try await world.run("log", "d", "--json").json["entries"]?.arrayValue
    #expect(below?.compactMap { $0["revision"]?.intValue } == [2])
    let inside = await world.run(["log", "e.txt", "--json"], in: "p/d")
    #expect(try inside.json["entries"]?.arrayValue?.count == 1)
    #expect(await world.run("log", "nothing").exit == 2)
    try world.write("x", to: "fresh.txt")
    #expect(await world.run("log", "fresh.txt").exit == 0)
  }

  @Test func `messages cannot steer a terminal`() async throws {
    let world = try await HistoryWorld()
    try world.write("one\n", to: "a.txt")
    await world.run("push", "-m", "red \u{1b}[31m")
    let log = await world.run("log", "-v")
    #expect(!log.output.contains("\u{1b}"))
    #expect(log.output.contains("  + a.txt"))
    #expect(log.output.contains("+1 ~0 -0"))
  }
}
