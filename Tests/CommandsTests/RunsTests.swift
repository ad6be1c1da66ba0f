import JSON
import TestSupport
import Testing

@Suite struct RunsTests {
  @Test func `runs are listed newest first with what they did`() async throws {
    let world = try await HistoryWorld()
    try world.write("one\n", to: "a.txt")
    try world.write("two\n", to: "b.txt")
    await world.run("push", "-m", "both")
    try world.folder.removeFile("p/b.txt")
    await world.run("push")
    let document = try await world.run("runs", "--json").json
    #expect(document["schema"]?.stringValue == "syncline/runs/1")
    let runs = try #require(document["runs"]?.arrayValue)
    #expect(runs.map { $0["counts"]?["pushed"]?.intValue } == [0, 2])
    #expect(runs.map { $0["counts"]?["deleted_remote"]?.intValue } == [1, 0])
    #expect(runs.allSatisfy { $0["state"]?.stringValue == "finished" })
    #expect(runs[1]["message"]?.stringValue == "both")
    #expect(runs[1]["target"]?.stringValue == "main")
    #expect(
      try await world.run("runs", "--json", "--limit", "1").json["runs"]?.arrayValue?.count == 1)
    #expect(await world.run("runs").output.contains("2 written remote"))
  }

  @Test func `a fresh folder has none, and needs no hub for saying so`() async throws {
    let world = try await HistoryWorld()
    world.stopHub()
    let runs = await world.run("runs", "--json")
    #expect(runs.exit == 0)
    #expect(try runs.json["runs"]?.arrayValue?.isEmpty == true)
  }
}
