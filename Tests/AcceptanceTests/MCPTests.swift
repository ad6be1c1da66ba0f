import HTTPClient
import JSON
import Testing
import TestSupport

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The server for assistants, driven by the official client in both of its eras.
@Suite(.enabled("the official clients are not here", MCPClient.installed.isThere))
struct MCPTests {
  /// A hub with the work of two people, and a server for the folder of the first.
  private struct Bench {
    let stage: Stage
    let hub: HubProcess
    let mine: Clone
    let theirs: Clone
    let door: MCPDoor

    init(_ way: MCPWay) throws {
      let (stage, hub, ada) = try Stage.withProject()
      let mine = try ada.bind("mine", to: "p", of: hub)
      for name in ["a", "b", "c", "d"] { try mine.write("one\n", to: name + ".py") }
      try mine.run("push").require(0)
      let theirs = try ada.clone("p", of: hub, into: "theirs")
      self.stage = stage
      self.hub = hub
      self.mine = mine
      self.theirs = theirs
      door = try MCPDoor(mine, way)
    }

    /// Takes steps with the server and returns their outcomes.
    func drive(
      _ client: MCPClient, mode: String = "auto", _ steps: JSONValue...
    ) throws -> [JSONValue] {
      try door.drive(client, mode: mode, steps)
    }

    /// A step that runs the program in a folder.
    func run(_ words: [String], in clone: Clone) throws -> JSONValue {
      [
        "do": "run", "words": .array(([try Syncline.binary()] + words).map { .string($0) }),
        "dir": .string(clone.path),
        "env": .object(
          clone.person.environment.reduce(into: JSONObject()) { $0[$1.key] = .string($1.value) }),
      ]
    }
  }

  @Test(arguments: MCPClient.allCases, MCPWay.allCases)
  func `the client finds the tools, and the documented ones move the work`(
    client: MCPClient, way: MCPWay
  ) throws {
    let bench = try Bench(way)
    try bench.theirs.write("theirs\n", to: "b.py")
    try bench.theirs.run("push").require(0)
    try bench.mine.write("mine\n", to: "a.py")
    let outcomes = try bench.drive(
      client, ["do": "connect"], ["do": "list"], MCPDoor.call("sync_status"),
      MCPDoor.call("sync_project_to_local", ["local_project_dir": .string(bench.mine.path)]),
      MCPDoor.call("sync_local_to_remote", ["message": "from the assistant"]),
      ["do": "prompt", "name": "pull_latest", "arguments": ["local_project_dir": "./x"]],
      ["do": "read", "uri": "syncline://remote/a.py"])
    #expect(outcomes[0]["version"]?.stringValue == client.revision)
    #expect(outcomes[0]["server"]?["name"]?.stringValue == "syncline")
    let tools = try #require(outcomes[1]["tools"]?.arrayValue)
    let names = tools.compactMap { $0["name"]?.stringValue }
    #expect(names.prefix(3) == ["sync_status", "sync_project_to_local", "sync_local_to_remote"])
    #expect(tools.allSatisfy { $0["outputSchema"] != nil && $0["annotations"] != nil })
    let status = try #require(MCPDoor.data(outcomes[2]))
    #expect(status["remote_to_local"] == ["b.py"])
    #expect(status["local_to_remote"] == ["a.py"])
    #expect(status["in_sync"] == ["c.py", "d.py"])
    #expect(outcomes[2]["progress"]?.arrayValue?.isEmpty == false)
    let text = try #require(outcomes[2]["result"]?["content"]?[0]?["text"]?.stringValue)
    #expect(try JSONValue.parse(Array(text.utf8)) == outcomes[2]["result"]?["structuredContent"])
    #expect(MCPDoor.data(outcomes[3])?["pulled"] == ["b.py"])
    #expect(MCPDoor.data(outcomes[4])?["pushed"] == ["a.py"])
    #expect(try bench.mine.text("b.py") == "theirs\n")
    let prompt = outcomes[5]["messages"]?[0]?["content"]?["text"]?.stringValue
    #expect(prompt?.hasPrefix("Pull the latest remote changes to my local project at ./x") == true)
    #expect(outcomes[6]["contents"]?[0]?["text"]?.stringValue == "mine\n")
    try bench.mine.run("check").expect(0)
  }

  @Test(arguments: MCPClient.allCases, MCPWay.allCases)
  func `a plan gone stale is refused, and errors say what to do`(
    client: MCPClient, way: MCPWay
  ) throws {
    let bench = try Bench(way)
    try bench.mine.write("mine\n", to: "a.py")
    try bench.theirs.write("theirs\n", to: "b.py")
    let outcomes = try bench.drive(
      client, MCPDoor.call("sync_plan"), try bench.run(["push"], in: bench.theirs),
      MCPDoor.call("sync_apply", ["plan_id": "$plan_id"]), MCPDoor.call("sync_plan"),
      MCPDoor.call("sync_apply", ["plan_id": "$plan_id"]),
      MCPDoor.call("sync_undo", ["run": "$run"]),
      MCPDoor.call("sync_status", ["local_project_dir": .string(bench.theirs.path)]),
      MCPDoor.call("sync_local_to_remote", ["allow_deletes": 99]),
      ["do": "call", "name": "no_such_tool"], ["do": "read", "uri": "syncline://local/none"])
    #expect(outcomes[1]["exit"]?.intValue == 0)
    #expect(MCPDoor.error(outcomes[2])?["code"]?.stringValue == "plan_changed")
    #expect(outcomes[2]["result"]?["isError"]?.boolValue == true)
    #expect(MCPDoor.data(outcomes[4])?["pulled"] == ["b.py"])
    #expect(MCPDoor.data(outcomes[4])?["pushed"] == ["a.py"])
    #expect(MCPDoor.data(outcomes[5])?["outcome"]?.stringValue == "done")
    #expect(MCPDoor.error(outcomes[6])?["code"]?.stringValue == "outside_root")
    #expect(MCPDoor.error(outcomes[7])?["code"]?.stringValue == "bad_arguments")
    #expect(outcomes[8]["code"]?.intValue == -32602)
    #expect(outcomes[9]["code"]?.intValue == (client == .v1 ? -32002 : -32602))
    #expect(try bench.mine.text("b.py") == "one\n")
  }

  @Test(arguments: MCPClient.allCases, MCPWay.allCases)
  func `a conflict is seen, read, resolved and taken back`(client: MCPClient, way: MCPWay) throws {
    let bench = try Bench(way)
    try bench.theirs.write("theirs\n", to: "c.py")
    try bench.theirs.run("push").require(0)
    try bench.mine.write("mine\n", to: "c.py")
    let outcomes = try bench.drive(
      client, MCPDoor.call("sync_local_to_remote"), MCPDoor.call("sync_diff"),
      ["do": "read", "uri": "syncline://conflict/c.py"],
      MCPDoor.call("sync_resolve", ["paths": ["c.py"], "keep": "local"]),
      MCPDoor.call("sync_history"), MCPDoor.call("sync_undo", ["run": "$run"]))
    #expect(MCPDoor.data(outcomes[0])?["conflicts"] == ["c.py"])
    #expect(MCPDoor.data(outcomes[0])?["outcome"]?.stringValue == "conflicts")
    let patch = MCPDoor.data(outcomes[1])?["items"]?[0]?["patch"]?.stringValue
    #expect(patch?.contains("-theirs\n+mine\n") == true)
    #expect(outcomes[2]["contents"]?.arrayValue?.count == 4)
    #expect(MCPDoor.data(outcomes[3])?["pushed"] == ["c.py"])
    #expect(MCPDoor.data(outcomes[4])?["runs"]?[0]?["verb"]?.stringValue == "resolve")
    #expect(MCPDoor.data(outcomes[5])?["outcome"]?.stringValue == "done")
    #expect(try bench.mine.text("c.py") == "mine\n")
    #expect(try bench.mine.run("show", "c.py@remote").outputText == "theirs\n")
  }

  /// The hub is frozen, so that the call would wait for a minute; the lock tells when it has ended.
  @Test(arguments: MCPClient.allCases, MCPWay.allCases)
  func `a cancelled call lets go of the folder, and the server goes on`(
    client: MCPClient, way: MCPWay
  ) throws {
    let bench = try Bench(way)
    let hub = Int64(bench.hub.process.id)
    defer { bench.hub.process.kill(SIGCONT) }
    let prune = """
      for turn in $(seq 1 100); do "$0" trash prune -q >/dev/null 2>&1 && exit 0; sleep 0.1; done
      exit 1
      """
    var unlocked = try bench.run(["trash"], in: bench.mine)
    if case .object(var step) = unlocked {
      step["words"] = ["sh", "-c", .string(prune), .string(try Syncline.binary())]
      unlocked = .object(step)
    }
    let outcomes = try bench.drive(
      client, ["do": "signal", "process": .integer(hub), "number": .integer(Int64(SIGSTOP))],
      ["do": "cancel", "name": "sync_project_to_local"], unlocked,
      ["do": "signal", "process": .integer(hub), "number": .integer(Int64(SIGCONT))],
      MCPDoor.call("sync_status"))
    #expect(outcomes[1]["progress"]?.arrayValue?.isEmpty == false)
    #expect(outcomes[2]["exit"]?.intValue == 0)
    #expect(MCPDoor.data(outcomes[4])?["compared"]?.boolValue == true, "\(outcomes[4])")
  }

  @Test(arguments: MCPWay.allCases)
  func `the newest client may begin with a handshake as well`(way: MCPWay) throws {
    let bench = try Bench(way)
    let outcomes = try bench.drive(
      .v2, mode: "legacy", ["do": "connect"], MCPDoor.call("sync_status"))
    #expect(outcomes[0]["version"]?.stringValue == "2025-11-25")
    #expect(MCPDoor.data(outcomes[1])?["compared"]?.boolValue == true)
  }

  @Test func `over HTTP nobody is let in without the token, which only its owner can read`() throws
  {
    let bench = try Bench(.http)
    let listener = try #require(bench.door.listener)
    for token in ["wrong", ""] {
      let answer = try HTTPClient().send(
        HTTPClientRequest(
          method: "POST", url: listener.url,
          headers: [(name: "Authorization", value: "Bearer \(token)")], body: .bytes([0x7B])))
      #expect(answer.status == 401)
    }
    var status = stat()
    #expect(stat(bench.stage.path + "/home/ada/token", &status) == 0)
    #expect(status.st_mode & 0o777 == 0o600)
    let outcome = listener.stop()
    #expect(outcome.exitCode == 0)
    #expect(outcome.outputText == "listening on \(listener.url)\n")
    try bench.stage.folder.setMode(0o644, of: "home/ada/token")
    try bench.mine.run(
      "mcp", "--http", "127.0.0.1:0", "--token-file", bench.stage.path + "/home/ada/token"
    ).expect(5)
    try bench.mine.run("mcp", "--http", "0.0.0.0:0").expect(2)
    try bench.mine.run("mcp", "--token-file", "x").expect(2)
    try bench.mine.run("mcp", "--root", "nowhere").expect(2)
  }

  @Test func `on standard output there is nothing but the protocol`() throws {
    let bench = try Bench(.stdio)
    try bench.mine.write("mine\n", to: "a.py")
    let call = """
      {"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"sync_local_to_remote",\
      "_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28",\
      "io.modelcontextprotocol/clientCapabilities":{},\
      "io.modelcontextprotocol/clientInfo":{"name":"a\\u001b[31mb","version":"1"}}}}
      not a message

      """
    let served = try Syncline.run(
      ["mcp", "-v"], environment: bench.mine.person.environment, directory: bench.mine.path,
      input: Array(call.utf8))
    served.expect(0)
    let lines = try served.outputText.split(separator: "\n").map {
      try JSONValue.parse(Array($0.utf8))
    }
    #expect(lines.count == 2)
    #expect(lines.allSatisfy { $0["jsonrpc"]?.stringValue == "2.0" })
    #expect(served.errorText.contains("sync_local_to_remote by a"))
    #expect(!served.errorText.contains("\u{1B}"))
  }

  @Test func `a signal ends the server at once, though its input stays open`() throws {
    let bench = try Bench(.stdio)
    let server = try ChildProcess(
      try Syncline.binary(), ["mcp"], environment: bench.mine.person.environment,
      directory: bench.mine.path, keepsInputOpen: true)
    try server.write(#"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{}}"# + "\n")
    #expect(server.firstLine()?.contains("2025-11-25") == true)
    server.kill(SIGTERM)
    let outcome = server.wait(seconds: 20)
    #expect(!outcome.timedOut && outcome.exitCode == 130)
  }
}
