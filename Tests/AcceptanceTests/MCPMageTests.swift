import JSON
import Testing
import TestSupport

/// The server for assistants on a real Mage server, driven by the official client: as `syncline`
/// and as `mage-agent`.
@Suite(
  .enabled(if: MageServer.program != nil, MageServer.absence),
  .enabled("the official clients are not here", MCPClient.installed.isThere),
  .mageServer, .serialized, .timeLimit(.minutes(10)))
struct MCPMageTests {
  @Test(arguments: MCPClient.allCases, MCPWay.allCases)
  func `the work of a Mage target is seen, moved, decided and taken back`(
    client: MCPClient, way: MCPWay
  ) throws {
    let stage = try MageStage()
    let clone = try stage.clone()
    let (a, b, c) = (
      "mcp/\(client)_\(way)_a.py", "mcp/\(client)_\(way)_b.py", "mcp/\(client)_\(way)_c.py"
    )
    for path in [a, b, c] { try stage.agree(clone, path, "x = 1\n") }
    for path in [b, c] { try stage.server.save(path, "x = 2\n") }
    for path in [a, c] { try clone.write("x = 3\n", to: path) }
    let outcomes = try MCPDoor(clone, way).drive(
      client,
      [
        MCPDoor.call("sync_status"), MCPDoor.call("sync_project_to_local"),
        MCPDoor.call("sync_local_to_remote"),
        ["do": "read", "uri": .string("syncline://conflict/" + c)],
        MCPDoor.call("sync_resolve", ["paths": ["mcp"], "keep": "local"]),
        MCPDoor.call("sync_resolve", ["paths": [.string(c)], "keep": "local"]),
        MCPDoor.call("sync_history"), MCPDoor.call("sync_history", ["path": .string(c)]),
        MCPDoor.call("sync_undo", ["run": "$run"]),
      ])
    let status = try #require(MCPDoor.data(outcomes[0]), "\(outcomes[0])")
    #expect(status["remote_to_local"]?.texts == [b])
    #expect(status["local_to_remote"]?.texts == [a])
    #expect(status["conflicts"]?.texts == [c])
    #expect(MCPDoor.data(outcomes[1])?["pulled"]?.texts == [b])
    #expect(MCPDoor.data(outcomes[2])?["pushed"]?.texts == [a])
    #expect(outcomes[3]["contents"]?.arrayValue?.count == 4)
    #expect(MCPDoor.error(outcomes[4])?["code"]?.stringValue == "no_conflict")
    #expect(MCPDoor.data(outcomes[5])?["pushed"]?.texts == [c])
    let history = MCPDoor.data(outcomes[6])
    #expect(history?["entries"] == [])
    #expect(history?["runs"]?[0]?["verb"]?.stringValue == "resolve")
    #expect(history?["notices"]?.texts.first?.contains("give 'path'") == true)
    #expect(MCPDoor.data(outcomes[7])?["entries"]?.arrayValue?.isEmpty == false)
    #expect(MCPDoor.data(outcomes[8])?["outcome"]?.stringValue == "done", "\(outcomes[8])")
    #expect(stage.server.text(a) == "x = 3\n")
    #expect(stage.server.text(c) == "x = 2\n")
  }

  @Test(arguments: MCPClient.allCases)
  func `mage-agent serves its own folder, which a look does not make`(client: MCPClient) throws {
    let mage = try MageAgentStage(signedInTo: try #require(MageServer.current))
    let local = mage.stage.path + "/.mage-agent/local_sync"
    let path = "mcp/agent_\(client).py"
    let outcomes = try client.drive(
      ["--stdio", mage.stage.path, mage.program, "mcp"],
      [
        ["do": "connect"], ["do": "resources"], MCPDoor.call("sync_status"),
        [
          "do": "run", "words": ["ls", ".mage-agent"], "dir": .string(mage.stage.path), "env": [:],
        ],
        MCPDoor.call("sync_project_to_local"),
        [
          "do": "run", "words": ["mkdir", "-p", .string(local + "/mcp")],
          "dir": .string(mage.stage.path), "env": [:],
        ],
        ["do": "write", "path": .string(local + "/" + path), "text": "x = 1\n"],
        MCPDoor.call("sync_status"), MCPDoor.call("sync_local_to_remote"), ["do": "resources"],
        ["do": "read", "uri": .string("syncline://remote/" + path)],
        MCPDoor.call("sync_status", ["local_project_dir": "/etc"]),
      ], environment: mage.person.environment)
    #expect(outcomes[0]["server"]?["name"]?.stringValue == "mage-agent")
    #expect(outcomes[1]["resources"] == [])
    #expect(MCPDoor.error(outcomes[2])?["code"]?.stringValue == "CONFIG_INVALID")
    #expect(outcomes[3]["exit"]?.intValue != 0)
    #expect(MCPDoor.data(outcomes[4])?["pulled"]?.texts.contains("metadata.yaml") == true)
    #expect(MCPDoor.data(outcomes[7])?["local_to_remote"]?.texts == [path])
    #expect(MCPDoor.data(outcomes[8])?["pushed"]?.texts == [path])
    let uris = outcomes[9]["resources"]?.arrayValue?.compactMap { $0["uri"]?.stringValue } ?? []
    #expect(uris.contains { $0.hasPrefix("syncline://local/" + path) })
    #expect(uris.allSatisfy { $0.hasSuffix("local_sync") })
    #expect(outcomes[10]["contents"]?[0]?["text"]?.stringValue == "x = 1\n")
    #expect(MCPDoor.error(outcomes[11])?["code"]?.stringValue == "CONFIG_INVALID")
    #expect(MageServer.current?.text(path) == "x = 1\n")
  }
}
