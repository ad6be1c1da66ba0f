import JSON
import Testing

@Suite struct TargetTests {
  @Test func `targets are listed with what is known of them`() async throws {
    let world = try await HistoryWorld()
    try world.write("one\n", to: "a.txt")
    await world.run("push")
    let document = try await world.run("target", "list", "--json").json
    #expect(document["schema"]?.stringValue == "syncline/targets/1")
    let target = try #require(document["targets"]?[0])
    #expect(target["name"]?.stringValue == "main")
    #expect(target["url"]?.stringValue == world.url)
    #expect(target["kind"]?.stringValue == "hub")
    #expect(target["default"]?.boolValue == true)
    #expect(target["identity"]?.stringValue?.isEmpty == false)
    #expect(target["revision"]?.intValue == 1)
  }

  @Test func `edits keep comments and change nothing else`() async throws {
    let world = try await HistoryWorld()
    let text = """
      # Our shop.
      targets:
        main: { url: "\(world.url)" }  # the real one
      ignore: ["*.tmp"]  # noise

      """
    try world.write(text, to: "syncline.yaml")
    #expect(await world.run("target", "add", "two", "http://localhost:1/two").exit == 0)
    #expect(await world.run("target", "rename", "two", "three").exit == 0)
    #expect(await world.run("target", "default", "three").exit == 0)
    #expect(await world.run("target", "set-url", "three", "http://localhost:1/3").exit == 0)
    let edited = try #require(world.text("syncline.yaml"))
    for comment in ["# Our shop.", "# the real one", "# noise"] {
      #expect(edited.contains(comment))
    }
    #expect(edited.contains("http://localhost:1/3"))
    let list = try await world.run("target", "list", "--json").json["targets"]?.arrayValue
    #expect(list?.map { $0["name"]?.stringValue } == ["main", "three"])
    #expect(list?.map { $0["default"]?.boolValue } == [false, true])
    #expect(await world.run("target", "remove", "three").exit == 0)
    #expect(try await world.run("target", "list", "--json").json["targets"]?.arrayValue?.count == 1)
  }

  @Test func `a dry run changes no byte`() async throws {
    let world = try await HistoryWorld()
    let before = world.text("syncline.yaml")
    let dry = await world.run("target", "add", "two", "http://localhost:1/two", "-n", "--json")
    #expect(try dry.json["targets"]?.arrayValue?.count == 2)
    #expect(try dry.json["dry_run"]?.boolValue == true)
    #expect(world.text("syncline.yaml") == before)
  }

  @Test(arguments: [
    ["add", "main", "http://localhost:1/x"], ["add", "a b", "http://localhost:1/x"],
    ["add", "two", "http://user:secret@localhost:1/x"], ["remove", "two"],
    ["rename", "two", "three"], ["set-url", "main", "nonsense"], ["default", "two"],
    ["relink", "two"],
  ])
  func `what cannot be is a usage error that tells no secret`(words: [String]) async throws {
    let world = try await HistoryWorld()
    let before = world.text("syncline.yaml")
    let refused = await world.run(["target"] + words, in: "p")
    #expect(refused.exit == 2)
    #expect(!refused.errors.contains("secret"))
    #expect(world.text("syncline.yaml") == before)
  }

  @Test func `a renamed target remembers what was agreed on`() async throws {
    let world = try await HistoryWorld()
    try world.write("one\n", to: "a.txt")
    await world.run("push")
    await world.run("target", "rename", "main", "live")
    try world.write("two\n", to: "a.txt")
    let status = try await world.run("status", "--json").json
    #expect(status["target"]?["name"]?.stringValue == "live")
    #expect(status["counts"]?["local_to_remote"]?.intValue == 1)
  }

  @Test func `another project behind a target stops runs until it is relinked`() async throws {
    let world = try await HistoryWorld()
    try world.write("one\n", to: "a.txt")
    await world.run("push")
    try world.createProject("market")
    let other = String(world.url.dropLast(4)) + "market"
    #expect(await world.run("target", "set-url", "main", other).exit == 0)
    #expect(await world.run("push").exit == 5)
    let dry = await world.run("target", "relink", "-n", "--json")
    #expect(try dry.json["relinked"]?.boolValue == false)
    #expect(await world.run("push").exit == 5)
    let relinked = await world.run("target", "relink", "--json")
    #expect(relinked.exit == 0)
    #expect(try relinked.json["relinked"]?.boolValue == true)
    #expect(try relinked.json["before"] != relinked.json["after"])
    #expect(await world.run("push").exit == 0)
    #expect(await world.run("show", "a.txt@remote").output == "one\n")
  }
}
