import JSON
import MCPServer
import TestSupport
import Testing

@testable import Commands

/// `mage-agent mcp`, with a hub for its server: one folder of its own below the root.
@Suite struct MageAgentAssistantTests {
  private static let standard = "m/.mage-agent/local_sync"

  /// A hub's project with three files, and an assistant that works in the folder `m`.
  private func assistant(isSignedIn: Bool = true) async throws -> AssistantWorld {
    let world = try await HistoryWorld()
    for name in ["a", "b", "c"] { try world.write("one\n", to: name + ".py") }
    await world.run("push")
    _ = try world.folder.folder("m")
    if isSignedIn { try world.signInMageAgent() }
    return try AssistantWorld(world, roots: ["m"], as: MageAgent.surface)
  }

  /// Changes `c.py` on both sides.
  private func divide(_ assistant: AssistantWorld) async throws {
    try assistant.world.write("theirs\n", to: "c.py")
    await assistant.world.run("push")
    try assistant.world.folder.write("mine\n", to: Self.standard + "/c.py")
  }

  @Test func `a look makes no folder, and says what makes one`() async throws {
    let assistant = try await assistant()
    for (tool, arguments) in [
      ("sync_status", [:]), ("sync_diff", [:]), ("sync_plan", [:]), ("sync_history", [:]),
      ("sync_project_to_local", ["dry_run": true]), ("sync_local_to_remote", [:]),
      ("sync_status", ["local_project_dir": "new"]),
    ] as [(String, JSONObject)] {
      let error = try await assistant.error(tool, arguments)
      #expect(error["code"]?.stringValue == "CONFIG_INVALID", "\(tool)")
      #expect(error["hint"]?.stringValue?.contains("sync_project_to_local") == true)
    }
    #expect(try await assistant.assistant.resources.list(Call()).isEmpty)
    await #expect(throws: ResourceShelf.Problem.self) {
      _ = try await assistant.read("syncline://local/a.py")
    }
    for name in ["m/.mage-agent", "m/new"] { #expect(!assistant.world.folder.exists(name)) }
    _ = try await assistant.data("sync_project_to_local")
    #expect(assistant.world.folder.exists(Self.standard + "/a.py"))
    let named = try await assistant.data("sync_project_to_local", ["local_project_dir": "new"])
    #expect(named.texts("pulled").count == 3)
  }

  @Test func `a link in the place of its folder makes nothing outside of the root`() async throws {
    let assistant = try await assistant()
    _ = try assistant.world.folder.folder("outside")
    try assistant.world.folder.link("m/.mage-agent", to: "../outside")
    for tool in ["sync_status", "sync_project_to_local"] {
      _ = try await assistant.error(tool)
    }
    #expect(!assistant.world.folder.exists("outside/local_sync"))
    // What stands there already is not reached by the link either.
    _ = try assistant.world.folder.folder("outside/local_sync")
    let error = try await assistant.error("sync_project_to_local")
    #expect(error["message"]?.stringValue?.contains("outside") == true)
    #expect(!assistant.world.folder.exists("outside/local_sync/a.py"))
  }

  @Test func `resources are those of the folder that the tools work in`() async throws {
    let assistant = try await assistant()
    _ = try await assistant.data("sync_project_to_local")
    try await divide(assistant)
    try assistant.world.folder.write("another\n", to: "m/c.py")
    let listed = try await assistant.assistant.resources.list(Call())
    #expect(listed.map(\.name) == ["c.py", "a.py", "b.py", "c.py"])
    for resource in listed {
      #expect(resource.uri.contains("local_sync"))
      #expect(try await !assistant.read(resource.uri).isEmpty)
    }
    let read = try await assistant.read("syncline://local/c.py")
    #expect(String(decoding: read[0].bytes, as: UTF8.self) == "mine\n")
    #expect(!assistant.world.folder.exists("m/.syncline"))
  }

  @Test func `signing in meanwhile counts from the next call on`() async throws {
    let assistant = try await assistant(isSignedIn: false)
    let error = try await assistant.error("sync_project_to_local")
    #expect(error["code"]?.stringValue == "CONFIG_INVALID")
    #expect(error["hint"]?.stringValue == "run `mage-agent login`")
    try assistant.world.signInMageAgent()
    #expect(try await assistant.data("sync_project_to_local").texts("pulled").count == 3)
  }

  @Test func `a look at a folder of another program says that it records nothing`() async throws {
    let assistant = try await assistant()
    let folder = assistant.world.folder
    for name in ["a", "b", "c"] { try folder.write("one\n", to: Self.standard + "/\(name).py") }
    try folder.write(
      #"{"version": 1, "files": {"a.py": {}}}"#,
      to: Self.standard + "/.mage-agent-sync-state.json")
    let data = try await assistant.data("sync_status")
    #expect(data.texts("notices").first?.contains("recorded nothing") == true, "\(data)")
    _ = try await assistant.data("sync_project_to_local")
    #expect(try await assistant.data("sync_status").texts("notices").isEmpty)
  }

  @Test func `the way past a brake is one that the program has`() async throws {
    let assistant = try await assistant()
    for number in 1...16 { try assistant.world.write("\(number)\n", to: "f\(number).py") }
    await assistant.world.run("push")
    _ = try await assistant.data("sync_project_to_local")
    for number in 1...15 {
      try assistant.world.folder.removeFile(Self.standard + "/f\(number).py")
    }
    let error = try await assistant.error("sync_local_to_remote")
    #expect(error["code"]?.stringValue == "SYNC_STOPPED")
    #expect(error["hint"]?.stringValue?.contains("mage-agent") == true)
    #expect(error["hint"]?.stringValue?.contains("syncline") == false)
  }
}
