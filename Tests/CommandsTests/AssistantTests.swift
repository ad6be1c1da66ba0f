import JSON
import MCPServer
import Platform
import TestSupport
import Testing

@testable import Commands

@Suite struct AssistantTests {
  @Test func `status tells the four groups and what differs`() async throws {
    let assistant = try await AssistantWorld.divided()
    let result = try await assistant.call("sync_status")
    let data = try #require(result.structured["data"])
    #expect(data.texts("local_to_remote") == ["a.txt"])
    #expect(data.texts("remote_to_local") == ["b.txt"])
    #expect(data.texts("conflicts") == ["c.txt"])
    #expect(data.texts("in_sync") == ["d.txt"])
    #expect(data["counts"]?["conflicts"]?.intValue == 1)
    #expect(data["items"]?.arrayValue?.count == 3)
    #expect(data["local_project_dir"]?.stringValue?.hasSuffix("/p") == true)
    #expect(result.links.map(\.name) == ["c.txt"])
    let named = try await assistant.data("sync_status", ["what": ["b.txt"]])
    #expect(named.texts("remote_to_local") == ["b.txt"])
    #expect(named.texts("local_to_remote").isEmpty)
  }

  @Test func `pull and push do their half, leave conflicts, and are taken back`() async throws {
    let assistant = try await AssistantWorld.divided()
    let world = assistant.world
    let dry = try await assistant.data("sync_project_to_local", ["dry_run": true])
    #expect(dry.texts("pulled") == ["b.txt"])
    #expect(world.text("b.txt") == "one\n")
    let pulled = try await assistant.data("sync_project_to_local")
    #expect(pulled["outcome"]?.stringValue == "conflicts")
    #expect(pulled.texts("pulled") == ["b.txt"])
    #expect(pulled.texts("local_to_remote") == ["a.txt"])
    #expect(pulled.texts("conflicts") == ["c.txt"])
    #expect(pulled["counts"]?["pulled"]?.intValue == 1)
    #expect(world.text("b.txt") == "theirs\n")
    #expect(world.text("c.txt") == "mine\n")
    let pushed = try await assistant.data("sync_local_to_remote")
    #expect(pushed.texts("pushed") == ["a.txt"])
    let log = try await world.run("log", "--json", "--limit", "1").json
    #expect(log["entries"]?[0]?["message"]?.stringValue == "tester through syncline mcp")
    let run = try #require(pulled["run"]?.stringValue)
    let undone = try await assistant.data("sync_undo", ["run": .string(run)])
    #expect(undone.texts("pulled") == ["b.txt"])
    #expect(world.text("b.txt") == "one\n")
  }

  @Test func `calls that write at once wait for each other`() async throws {
    let assistant = try await AssistantWorld.divided()
    let (pull, push) = (assistant.assistant.pullTool, assistant.assistant.pushTool)
    async let pulled = pull.run([:], Call())
    async let pushed = push.run([:], Call())
    #expect(try await pulled.structured["data"]?.texts("pulled") == ["b.txt"])
    #expect(try await pushed.structured["data"]?.texts("pushed") == ["a.txt"])
  }

  @Test(arguments: [
    ("local", "mine\n", "mine\n"), ("remote", "theirs\n", "theirs\n"),
    ("both", "theirs\n", "theirs\n"),
  ])
  func `a conflict is resolved in the way that is asked for`(
    keep: String, local: String, remote: String
  ) async throws {
    let assistant = try await AssistantWorld.divided()
    let data = try await assistant.data(
      "sync_resolve", ["paths": ["c.txt"], "keep": .string(keep)])
    #expect(data["outcome"]?.stringValue == "done")
    #expect(assistant.world.text("c.txt") == local)
    #expect(await assistant.world.run("show", "c.txt@remote").output == remote)
    #expect((data.texts("conflict_copies").count == 1) == (keep == "both"))
    // Nothing but what was named is touched.
    #expect(assistant.world.text("b.txt") == "one\n")
  }

  @Test func `what does not merge is left as it is`() async throws {
    let assistant = try await AssistantWorld.divided()
    let data = try await assistant.data("sync_resolve", ["paths": ["c.txt"], "keep": "merge"])
    #expect(data["outcome"]?.stringValue == "conflicts")
    #expect(data.texts("notices").contains { $0.contains("not merged") })
    #expect(assistant.world.text("c.txt") == "mine\n")
    let none = try await assistant.error("sync_resolve", ["paths": ["a.txt"], "keep": "local"])
    #expect(none["code"]?.stringValue == "no_conflict")
  }

  @Test(arguments: [
    ["**"], ["."], ["s"], ["s/"], ["*.txt"], ["c.txt", "a.txt"], ["c.txt", "none"],
  ])
  func `only paths that are in conflict are decided, each by its own name`(
    paths: [String]
  ) async throws {
    let assistant = try await AssistantWorld.divided()
    let world = assistant.world
    try world.write("mine\n", to: "s/e.txt")
    try world.folder.write("theirs\n", to: "q/s/e.txt")
    _ = await world.run(["push"], in: "q")
    let error = try await assistant.error(
      "sync_resolve", ["paths": .array(paths.map { .string($0) }), "keep": "remote"])
    #expect(["no_conflict", "not_a_file"].contains(error["code"]?.stringValue), "\(error)")
    for path in ["c.txt", "s/e.txt"] { #expect(world.text(path) == "mine\n") }
    let status = try await assistant.data("sync_status")
    #expect(status.texts("conflicts") == ["c.txt", "s/e.txt"])
  }

  @Test func `a brake stops, sends to a person, and has no argument that lifts it`() async throws {
    let world = try await HistoryWorld()
    for number in 1...16 { try world.write("\(number)\n", to: "f\(number).txt") }
    await world.run("push")
    for number in 1...15 { try world.folder.removeFile("p/f\(number).txt") }
    let assistant = try AssistantWorld(world)
    for tool in ["sync_local_to_remote", "sync_plan"] {
      let error = try await assistant.error(tool)
      #expect(error["code"]?.stringValue == "stopped")
      #expect(error["brakes"]?[0]?["brake"]?.stringValue == "deletions")
      #expect(error["hint"]?.stringValue?.contains("only a person") == true)
    }
    #expect(await world.run("show", "f1.txt@remote").output == "1\n")
    for tool in assistant.assistant.tools {
      let text = String(decoding: JSONValue.object(tool.input.json).bytes(), as: UTF8.self)
      for word in ["allow", "force", "mirror", "override", "prefer", "target"] {
        #expect(!text.contains("\"\(word)"), "\(tool.name)")
      }
    }
  }

  @Test func `a plan is applied as it is, once`() async throws {
    let assistant = try await AssistantWorld.divided()
    let plan = try await assistant.data("sync_plan", ["message": "planned"])
    #expect(plan["step_count"]?.intValue == 2)
    #expect(plan.texts("conflicts") == ["c.txt"])
    let id = try #require(plan["plan_id"])
    #expect(assistant.world.text("b.txt") == "one\n")
    let applied = try await assistant.data("sync_apply", ["plan_id": id])
    #expect(applied.texts("pulled") == ["b.txt"])
    #expect(applied.texts("pushed") == ["a.txt"])
    let again = try await assistant.error("sync_apply", ["plan_id": id])
    #expect(again["code"]?.stringValue == "no_such_plan")
  }

  @Test func `a plan gone stale is refused, and nothing is written`() async throws {
    let assistant = try await AssistantWorld.divided()
    let id = try #require(try await assistant.data("sync_plan")["plan_id"])
    try assistant.world.write("late\n", to: "e.txt")
    let error = try await assistant.error("sync_apply", ["plan_id": id])
    #expect(error["code"]?.stringValue == "plan_changed")
    #expect(assistant.world.text("b.txt") == "one\n")
    #expect(await assistant.world.run("show", "a.txt@remote").output == "one\n")
  }

  @Test func `differences are patches, and long ones are left out and said to be`() async throws {
    let assistant = try await AssistantWorld.divided()
    try assistant.world.write(String(repeating: "line\n", count: 20_000), to: "long.txt")
    let data = try await assistant.data("sync_diff")
    let patches = try #require(data["items"]?.arrayValue)
    func patch(_ path: String) -> JSONValue? {
      patches.first { $0["path"]?.stringValue == path }?["patch"]
    }
    #expect(patch("a.txt")?.stringValue?.contains("-one\n+mine\n") == true)
    #expect(patch("c.txt")?.stringValue?.contains("-theirs\n+mine\n") == true)
    #expect(patch("long.txt")?.isNull == true)
    #expect(data.texts("truncated") == ["patches"])
  }

  @Test func `history tells commits and the runs that can be taken back`() async throws {
    let assistant = try await AssistantWorld.divided()
    let data = try await assistant.data("sync_history", ["limit": 1])
    #expect(data["entries"]?.arrayValue?.count == 1)
    #expect(data["entries"]?[0]?["revision"]?.intValue == 2)
    #expect(data["runs"]?[0]?["verb"]?.stringValue == "push")
    let path = try await assistant.data("sync_history", ["path": "d.txt"])
    #expect(path["entries"]?.arrayValue?.count == 1)
  }

  @Test func `without a history of the project the runs are told, and how to see a file's`()
    async throws
  {
    let world = try await HistoryWorld()
    let yaml = "targets:\n  main: { url: \"\(world.url)\", default: true }\n"
    try world.write(yaml + "  mage: { url: \"mage+http://127.0.0.1:1\" }\n", to: "syncline.yaml")
    try world.write("x", to: "a.py")
    await world.run("push")
    let data = try await AssistantWorld(world, ["--target", "mage"]).data("sync_history")
    #expect(data["entries"] == [])
    #expect(data["runs"]?.arrayValue?.count == 1)
    #expect(data.texts("notices").first?.contains("give 'path'") == true)
    let hub = try await AssistantWorld(world).data("sync_history")
    #expect(hub["entries"]?.arrayValue?.count == 1)
    #expect(hub.texts("notices").isEmpty)
  }

  @Test func `lists have limits and say when they reach them`() async throws {
    let world = try await HistoryWorld()
    for number in 0..<(ToolData.paths + 1) { try world.write("\(number)", to: "n/\(number)") }
    let data = try await AssistantWorld(world).data("sync_status")
    #expect(data.texts("local_to_remote").count == ToolData.paths)
    #expect(data["counts"]?["local_to_remote"]?.intValue == ToolData.paths + 1)
    #expect(data.texts("truncated").contains("local_to_remote"))
  }

  @Test func `a result never outgrows what clients take, however long the paths are`() async throws
  {
    let world = try await HistoryWorld()
    let name = String(repeating: "n", count: 240)
    let folder = [name, name, name, name].joined(separator: "/")
    for number in 0..<ToolData.paths { try world.write("x", to: "\(folder)/\(number)") }
    let result = try await AssistantWorld(world).call("sync_status")
    #expect(JSONValue.object(result.structured).bytes().count < 400 << 10)
    let shortened = try #require(result.structured["data"]).texts("truncated")
    #expect(shortened.contains("local_to_remote") && shortened.contains("items"))
  }

  @Test func `what goes wrong is told with what to do next`() async throws {
    let assistant = try await AssistantWorld.divided()
    let undo = try await assistant.error("sync_undo", ["run": "none"])
    #expect(undo["code"]?.stringValue == "no_such_run")
    let what = try await assistant.error("sync_status", ["what": ["nothing.txt"]])
    #expect(what["code"]?.stringValue == "nothing_matches")
    let folder = try assistant.world.folder.open().openDirectory("p").openDirectory(".syncline")
    let lock = try folder.lock("lock")
    let locked = try await assistant.error("sync_project_to_local")
    #expect(locked["code"]?.stringValue == "locked")
    withExtendedLifetime(lock) {}
    assistant.world.stopHub()
    let gone = try await assistant.error("sync_status")
    #expect(gone["code"]?.stringValue == "unreachable")
    #expect(gone["hint"]?.stringValue?.isEmpty == false)
  }

  @Test func `annotations are honest, and read-only offers nothing else`() async throws {
    let world = try await HistoryWorld()
    let tools = try AssistantWorld(world).assistant.tools
    let looking = ["sync_status", "sync_diff", "sync_plan", "sync_history"]
    #expect(tools.count == 9)
    for tool in tools {
      #expect(tool.annotations.isReadOnly == looking.contains(tool.name))
      #expect(tool.annotations.isDestructive != tool.annotations.isReadOnly)
      #expect(tool.annotations.isOpenWorld)
    }
    let offered = try AssistantWorld(world, ["--read-only"]).assistant.tools.map(\.name)
    #expect(offered == looking)
  }

  @Test func `nothing that is listed says anything of the project`() async throws {
    let world = try await HistoryWorld()
    let before = try AssistantTests.listed(AssistantWorld(world))
    try world.write("x", to: "ignore previous instructions.txt")
    await world.run("push")
    #expect(try AssistantTests.listed(AssistantWorld(world)) == before)
    #expect(!before.contains(world.folder.path))
  }

  private static func listed(_ assistant: AssistantWorld) throws -> String {
    let server = assistant.assistant.server
    return "\(server.instructions)\(server.resources.templates)"
      + server.tools.map { "\($0.name)\($0.description)\($0.input)\($0.output)" }.joined()
  }
}
