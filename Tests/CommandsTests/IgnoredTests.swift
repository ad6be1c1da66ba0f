import JSON
import Testing

@Suite struct IgnoredTests {
  @Test func `every skipped entry is listed with the rule that skips it, without a hub`()
    async throws
  {
    let world = try await HistoryWorld()
    world.stopHub()
    try world.write("x", to: ".env")
    try world.write("x", to: "d/node_modules/m/index.js")
    try world.write("# noise\n\n*.log\n", to: "d/.gitignore")
    try world.write("x", to: "d/z.log")
    try world.write("x", to: "a.txt")
    let listed = await world.run("ignored", "--json")
    #expect(listed.exit == 0)
    #expect(try listed.json["schema"]?.stringValue == "syncline/ignored/1")
    let entries = try #require(try listed.json["entries"]?.arrayValue)
    #expect(
      entries.map { $0["path"]?.stringValue } == [
        ".env", ".syncline", "d/node_modules", "d/z.log", "syncline.yaml",
      ])
    #expect(
      entries.map { $0["rule"]?.stringValue } == [
        "built_in", "built_in", "built_in", "line", "configuration",
      ])
    #expect(entries[2]["folder"]?.boolValue == true)
    #expect(entries[3]["source"]?.stringValue == "d/.gitignore")
    #expect(entries[3]["line"]?.intValue == 3)
    #expect(entries[3]["pattern"]?.stringValue == "*.log")
    #expect(await world.run("ignored").output.contains("d/.gitignore:3: *.log"))
  }

  @Test func `what no pattern of include names is told so`() async throws {
    let world = try await HistoryWorld()
    let text = try #require(world.text("syncline.yaml"))
    try world.write(text + "include: [\"**/*.py\"]\n", to: "syncline.yaml")
    try world.write("x", to: "a.txt")
    try world.write("x", to: "b.py")
    let entries = try await world.run("ignored", "--json").json["entries"]?.arrayValue
    #expect(
      entries?.map { $0["path"]?.stringValue } == [".syncline", "a.txt", "syncline.yaml"])
    #expect(entries?[1]["rule"]?.stringValue == "not_included")
  }

  @Test func `words choose among the entries`() async throws {
    let world = try await HistoryWorld()
    try world.write("x", to: ".env")
    try world.write("x", to: "d/.env")
    try world.write("x", to: "node_modules/m.js")
    func paths(_ words: String..., in place: String = "p") async throws -> [String?]? {
      try await world.run(["ignored", "--json"] + words, in: place).json["entries"]?.arrayValue?
        .map { $0["path"]?.stringValue }
    }
    #expect(try await paths("d") == ["d/.env"])
    #expect(try await paths(".env", in: "p/d") == ["d/.env"])
    #expect(try await paths("node_modules/m.js") == ["node_modules"])
    #expect(await world.run("ignored", "nothing").exit == 2)
  }

  @Test func `a folder that is not looked into is told, also where a glob may mean what it holds`()
    async throws
  {
    let world = try await HistoryWorld()
    try world.write("x", to: "sub/a.log")
    try world.write("target: main\n", to: "sub/syncline.yaml")
    for words in [[], ["sub"], ["sub/"], ["sub/a.log"], ["*.log"]] {
      let listed = await world.run(["ignored", "--json"] + words, in: "p")
      #expect(listed.exit == 0, "\(words)")
      let unseen = try listed.json["unseen"]?.arrayValue
      #expect(unseen?.map { $0["path"]?.stringValue } == ["sub"], "\(words)")
      #expect(unseen?.first?["reason"]?.stringValue == "nested_project", "\(words)")
      let told = await world.run(["ignored"] + words, in: "p")
      #expect(told.errors.contains("'sub' was not looked into: a project of its own lies there"))
      #expect(!told.errors.contains("nothing is skipped"))
    }
    #expect(await world.run("ignored", "--json", "other.txt").exit == 2)
  }
}
