import JSON
import Platform
import SyncModel
import TestSupport
import Testing

@testable import Commands

@Suite struct PlanTests {
  /// A world with a change to push, and a second folder `q` on the same project.
  private func world() async throws -> HistoryWorld {
    let world = try await HistoryWorld()
    try world.write("one\n", to: "a.txt")
    try world.write("one\n", to: "b.txt")
    await world.run("push")
    try await world.bindSecond()
    try world.write("two\n", to: "a.txt")
    return world
  }

  @Test func `a plan is written down and applied as it is`() async throws {
    let world = try await world()
    let plan = await world.run("plan", "--out", "../plan.json", "-m", "approved", "--json")
    #expect(plan.exit == 0)
    #expect(try plan.json["schema"]?.stringValue == "syncline/plan/1")
    #expect(try plan.json["steps"]?[0]?["path"]?.stringValue == "a.txt")
    #expect(try plan.json["steps"]?[0]?["action"]?.stringValue == "push")
    #expect(await world.run("show", "a.txt@remote").output == "one\n")
    let dry = await world.run("apply", "../plan.json", "-n", "--json")
    #expect(try dry.texts("pushed") == ["a.txt"])
    let applied = await world.run("apply", "../plan.json", "--json")
    #expect(applied.exit == 0)
    #expect(try applied.texts("pushed") == ["a.txt"])
    #expect(try applied.json["verb"]?.stringValue == "apply")
    #expect(await world.run("show", "a.txt@remote").output == "two\n")
    let log = try await world.run("log", "--json", "--limit", "1").json
    #expect(log["entries"]?[0]?["message"]?.stringValue == "approved")
    #expect(await world.run("apply", "../plan.json").exit == 5)
  }

  @Test func `a plan in the project leaves itself out`() async throws {
    let world = try await world()
    #expect(await world.run("plan", "--out", "plan.json").exit == 0)
    let applied = await world.run("apply", "plan.json", "--json")
    #expect(applied.exit == 0)
    #expect(try applied.texts("pushed") == ["a.txt"])
  }

  @Test func `a changed local side, remote or configuration is refused, and nothing is written`()
    async throws
  {
    let world = try await world()
    await world.run("plan", "--out", "../plan.json")
    try world.write("three\n", to: "a.txt")
    #expect(await world.run("apply", "../plan.json").exit == 5)
    try world.write("two\n", to: "a.txt")
    let configuration = try #require(world.text("syncline.yaml"))
    try world.write(configuration + "conflicts: { default: local }\n", to: "syncline.yaml")
    #expect(await world.run("apply", "../plan.json").exit == 5)
    try world.write(configuration, to: "syncline.yaml")
    try world.folder.write("theirs\n", to: "q/b.txt")
    _ = await world.run(["push"], in: "q")
    #expect(await world.run("apply", "../plan.json").exit == 5)
    #expect(await world.run("show", "a.txt@remote").output == "one\n")
    #expect(world.text("b.txt") == "one\n")
  }

  @Test func `the answers of prefer belong to the plan`() async throws {
    let world = try await world()
    try world.folder.write("theirs\n", to: "q/a.txt")
    _ = await world.run(["push"], in: "q")
    let plan = await world.run("plan", "--out", "../plan.json", "--prefer", "local", "--json")
    #expect(try plan.json["options"]?["prefer"]?.stringValue == "local")
    #expect(try plan.json["steps"]?[0]?["answer"]?.stringValue == "local")
    let applied = await world.run("apply", "../plan.json", "--json")
    #expect(applied.exit == 0)
    #expect(await world.run("show", "a.txt@remote").output == "two\n")
    #expect(await world.run("show", "a.txt@2").output == "theirs\n")
  }

  @Test func `words count from the folder in which the plan was made`() async throws {
    let world = try await world()
    try world.write("new\n", to: "d/e.txt")
    let plan = await world.run(["plan", "e.txt", "--out", "../../plan.json"], in: "p/d")
    #expect(plan.exit == 0)
    let applied = await world.run("apply", "../plan.json", "--json")
    #expect(try applied.texts("pushed") == ["d/e.txt"])
    #expect(await world.run("plan", "nothing", "--out", "../plan.json").exit == 2)
  }

  @Test func `a brake stops the plan before it is written`() async throws {
    let world = try await world()
    for name in ["a.txt", "b.txt"] { try world.folder.removeFile("p/" + name) }
    #expect(await world.run("plan", "--out", "../plan.json").exit == 5)
    #expect(!world.folder.exists("plan.json"))
    #expect(await world.run("plan", "--out", "../plan.json", "--allow-empty").exit == 0)
    #expect(
      try await world.run("apply", "../plan.json", "--json").texts("deleted_remote").count == 2)
  }

  @Test(arguments: [
    ("", ""), ("\"schema\"", "\"scheme\""), ("syncline/plan/1", "syncline/plan/2"),
    ("\"verb\": \"sync\"", "\"verb\": \"push\""), ("\"atomic\": false", "\"atomic\": 0"),
    ("\"what\": []", "\"what\": [1]"), ("\"message\": null", "\"message\": null, \"more\": 1"),
    ("\"folder\": null", "\"folder\": \"../..\""), ("\"plan\": \"sha256:", "\"plan\": \"sha256:0"),
    ("\"made\": \"2", "\"made\": \"x"), ("\"prefer\": null", "\"prefer\": \"mine\""),
  ])
  func `what is no plan is refused`(find: String, replace: String) async throws {
    let world = try await world()
    await world.run("plan", "--out", "../plan.json")
    let text = try world.folder.text("plan.json")
    let damaged: String
    if find.isEmpty {
      damaged = String(text.prefix(100))
    } else {
      let parts = text.split(separator: find, maxSplits: 1, omittingEmptySubsequences: false)
      try #require(parts.count == 2)
      damaged = parts[0] + replace + parts[1]
    }
    try world.folder.write(damaged, to: "plan.json")
    let refused = await world.run("apply", "../plan.json", "--json")
    #expect(refused.exit == 2)
    #expect(try refused.json["error"]?["code"]?.stringValue == "bad_plan")
    #expect(await world.run("show", "a.txt@remote").output == "one\n")
  }

  /// The plan of a world with one push, with a part replaced, in a file of its own.
  private func edited(
    _ world: HistoryWorld, _ find: String, _ replace: String
  ) async throws -> HistoryWorld.Outcome {
    await world.run("plan", "--out", "../plan.json")
    let text = try world.folder.text("plan.json")
    let parts = text.split(separator: find, maxSplits: 1, omittingEmptySubsequences: false)
    try #require(parts.count == 2)
    try world.folder.write(parts[0] + replace + parts[1], to: "edited.json")
    return await world.run("apply", "../edited.json", "--json")
  }

  @Test(arguments: [
    ("\"path\": \"a.txt\"", "\"path\": \"b.txt\""),
    ("\"action\": \"push\"", "\"action\": \"pull\""),
    ("\"conflicts\": []", "\"conflicts\": [{}]"), ("\"identity\": \"", "\"identity\": \"0"),
  ])
  func `a plan does what its readers read, or nothing`(find: String, replace: String) async throws {
    let world = try await world()
    let refused = try await edited(world, find, replace)
    #expect(refused.exit == 5)
    #expect(try refused.json["error"]?["code"]?.stringValue == "plan_edited")
    #expect(await world.run("show", "a.txt@remote").output == "one\n")
  }

  @Test func `steps that vouch for themselves are still those of the plan, or refused`()
    async throws
  {
    let world = try await world()
    await world.run("plan", "--out", "../plan.json")
    var plan = try #require(JSONValue.parse(world.folder.read("plan.json")).objectValue)
    plan["steps"] = []
    plan["digest"] = nil
    let digest = PlanFile.digest(of: .object(plan))
    plan["digest"] = .string(digest.description)
    try world.folder.write(
      String(decoding: JSONValue.object(plan).bytes(), as: UTF8.self), to: "forged.json")
    let refused = await world.run("apply", "../forged.json", "--json")
    #expect(refused.exit == 5)
    #expect(try refused.json["error"]?["code"]?.stringValue == "plan_changed")
    #expect(await world.run("show", "a.txt@remote").output == "one\n")
  }

  @Test func `spacing and the order of members are no change of a plan`() async throws {
    let world = try await world()
    await world.run("plan", "--out", "../plan.json")
    let plan = try #require(JSONValue.parse(world.folder.read("plan.json")).objectValue)
    var turned = JSONObject()
    for member in plan.members.reversed() { turned.insert(member.key, member.value) }
    try world.folder.write(
      String(decoding: JSONValue.object(turned).bytes(), as: UTF8.self), to: "turned.json")
    #expect(await world.run("apply", "../turned.json").exit == 0)
    #expect(await world.run("show", "a.txt@remote").output == "two\n")
  }

  @Test(arguments: ["notes.md", "syncline.yaml", ".syncline/state.db", "link", "d"])
  func `a plan never takes the place of anything but a plan`(name: String) async throws {
    let world = try await world()
    try world.write("unsynced work\n", to: "notes.md")
    try world.write("{\"schema\": \"other\"}\n", to: "d/e.json")
    try world.folder.folder("p").createLink("link", target: "notes.md")
    let configuration = world.text("syncline.yaml")
    let refused = await world.run("plan", "--out", name, "--json")
    #expect(refused.exit == 2)
    #expect(try refused.json["error"]?["code"]?.stringValue == "plan_not_written")
    #expect(world.text("notes.md") == "unsynced work\n")
    #expect(world.text("syncline.yaml") == configuration)
    let link = try world.folder.folder("p").readLink("link")
    #expect(link == Array("notes.md".utf8))
    #expect(await world.run("status").exit == 0)
    let leftovers = try world.folder.everything().filter { $0.hasSuffix("plan~") }
    #expect(leftovers.isEmpty)
  }

  @Test func `no plan is written into the private folder, by whatever way`() async throws {
    let world = try await world()
    try world.folder.open().createLink("way", target: "p/.syncline")
    for name in [
      ".syncline/plan.json", "../way/plan.json", ".SYNCLINE/plan.json", "../Syncline.yaml",
    ] {
      #expect(await world.run("plan", "--out", name).exit == 2)
    }
    #expect(!world.folder.exists("p/.syncline/plan.json"))
    #expect(!world.folder.exists("Syncline.yaml"))
  }

  @Test func `a plan takes the place of an earlier one`() async throws {
    let world = try await world()
    #expect(await world.run("plan", "--out", "../plan.json").exit == 0)
    try world.write("three\n", to: "a.txt")
    #expect(await world.run("plan", "--out", "../plan.json").exit == 0)
    #expect(await world.run("apply", "../plan.json").exit == 0)
    #expect(await world.run("show", "a.txt@remote").output == "three\n")
    #expect(await world.run("apply", "../none.json").exit == 2)
  }
}
