import JSON
import Platform
import TestSupport
import Testing

/// `mage-agent` against a real Mage server: every command, as its users know it.
@Suite(
  .enabled(if: MageServer.program != nil, MageServer.absence), .mageServer, .serialized,
  .timeLimit(.minutes(10)))
struct MageAgentTests {
  private func stage() throws -> MageAgentStage {
    try MageAgentStage(signedInTo: try #require(MageServer.current))
  }

  @Test func `login keeps the address and asks nobody whom the server does not ask`() throws {
    let server = try #require(MageServer.current)
    let mage = try MageAgentStage()
    #expect(try mage.failure("sync-status") == "CONFIG_INVALID")
    let login = try mage.run("login", "--cluster-url", server.url).require(0).document()
    let path = mage.person.home + "/.mage-agent/config.json"
    #expect(login["data"]?["config_path"]?.stringValue == path)
    #expect(try mage.configuration()["cluster_url"]?.stringValue == server.url)
    #expect(try mage.configuration()["oauth_token"] == .null)
    let folder = try POSIXFileSystem().openDirectory(path: mage.person.home + "/.mage-agent")
    #expect(try folder.status(of: "config.json").mode & 0o777 == 0o600)

    let again = try mage.run("login", "--cluster-url", server.url).require(1)
    #expect(try again.envelope().message.contains("--force"))
    try mage.run("login", "--cluster-url", server.url + "/", "--force").require(0)
    #expect(try mage.configuration()["cluster_url"]?.stringValue == server.url + "/")
    let kept = try mage.atTerminal(["login"], in: mage.stage.path, typing: [""])
    kept.expect(0)
    #expect(kept.outputText.contains("Config exists. Overwrite? (y/N) [N]: "))
    #expect(kept.outputText.contains("Login cancelled. Existing config kept."))
    let asked = try mage.atTerminal(["login"], in: mage.stage.path, typing: ["y", server.url])
    asked.expect(0)
    #expect(asked.outputText.contains("Cluster URL (required): "))
    #expect(try mage.configuration()["cluster_url"]?.stringValue == server.url)
  }

  @Test func `every command answers with the documented members`() throws {
    let mage = try stage()
    let frame = ["local_project_dir", "repo_path", "state_file"]
    let lists = ["remote_to_local", "local_to_remote", "conflicts"]
    func expect(_ data: JSONValue, _ names: [String], source: SourceLocation = #_sourceLocation) {
      let members = data.objectValue?.members.map(\.key) ?? []
      #expect(Array(members.prefix(names.count)) == names, sourceLocation: source)
      #expect(data["local_project_dir"]?.stringValue == mage.folder.path, sourceLocation: source)
      #expect(
        data["repo_path"]?.stringValue == MageServer.current?.project, sourceLocation: source)
      #expect(
        data["state_file"]?.stringValue == mage.folder.path + "/.mage-agent-sync-state.json",
        sourceLocation: source)
      let scan = data["remote_scan_stats"]?.objectValue?.members ?? []
      #expect(
        scan.map(\.key) == [
          "files_scanned", "files_skipped_outside_repo", "files_skipped_hidden",
          "files_skipped_extension",
        ], sourceLocation: source)
      #expect((scan.first?.value.intValue ?? 0) > 5, sourceLocation: source)
    }
    let pull = try mage.data("sync-project-to-local")
    expect(pull, frame + ["files_written"] + lists)
    #expect(pull["files_written"]?.intValue == pull["remote_to_local"]?.texts.count)
    let status = try mage.data("sync-status")
    expect(status, frame + lists + ["in_sync", "remote_scan_stats", "local_files_count"])
    #expect(status["in_sync"]?.texts == pull["remote_to_local"]?.texts)
    #expect(status["local_files_count"]?.intValue == status["in_sync"]?.texts.count)
    try mage.folder.write("a = 1\n", to: "utils/members.py")
    let push = try mage.data("sync-local-to-remote")
    expect(push, frame + ["files_pushed"] + lists)
    #expect(push["files_pushed"] == 1 && push["local_to_remote"]?.texts == ["utils/members.py"])
    #expect(MageServer.current?.text("utils/members.py") == "a = 1\n")
    let sync = try mage.data("sync")
    expect(sync, frame + ["pulled_files", "pushed_files", "conflicts"])
    for name in ["resolved_remote", "resolved_local", "skipped"] {
      #expect(sync["conflicts_" + name]?.texts == [], "\(name)")
    }
  }

  @Test func `human is a table, and an error in words`() throws {
    let mage = try stage()
    let human = ["--format-output", "human", "--local-project-dir", mage.folder.path]
    func lines(_ verb: String) throws -> [[Substring]] {
      try mage.atTerminal([verb] + human, in: mage.stage.path, typing: []).expect(0)
        .shownLines.map { $0.split(separator: " ") }
    }
    let status = try lines("sync-status")
    #expect(status.first == ["status", "file", "what"])
    #expect(status.contains(["remote_to_local", "metadata.yaml", "added"]))
    #expect(try lines("sync-project-to-local").contains(["pulled", "metadata.yaml"]))
    #expect(try lines("sync-status").contains(["in_sync", "metadata.yaml"]))
    let error = try mage.run(
      "sync-status", "--format-output", "human", "--local-project-dir", "/dev/null/x")
    error.expect(1)
    #expect(error.errorText.hasPrefix("Error [CONFIG_INVALID]: The folder '/dev/null/x'"))
  }

  @Test func `the folder is asked for at a terminal, inside of another project too`() throws {
    let mage = try stage()
    _ = try mage.stage.folder.folder("outer/.syncline")
    try mage.stage.folder.write("targets: {}\n", to: "outer/syncline.yaml")
    let outer = mage.stage.path + "/outer"
    try mage.run("sync-status", in: outer).require(1)
    let asked = try mage.atTerminal(["sync-project-to-local"], in: outer, typing: [""])
    asked.expect(0)
    #expect(
      asked.outputText.contains("Local project directory [.mage-agent/local_sync]: "),
      "\(asked.words)")
    #expect(mage.stage.folder.exists("outer/.mage-agent/local_sync/metadata.yaml"))
    #expect(mage.stage.folder.exists("outer/.mage-agent/local_sync/.syncline/state.db"))
    #expect(try mage.stage.folder.everything().filter { $0.hasSuffix("syncline.yaml") }.count == 1)
    let slip = try mage.atTerminal(["sync-status"], in: outer, typing: ["~/elsewhere"])
    slip.expect(1)
    #expect(slip.outputText.contains("sync-project-to-local makes"))
    #expect(!mage.stage.folder.exists("home/ada/elsewhere"))
    try mage.atTerminal(["sync-project-to-local"], in: outer, typing: ["~/elsewhere"]).expect(0)
    #expect(mage.stage.folder.exists("home/ada/elsewhere/metadata.yaml"))
  }

  @Test func `the documented kinds are carried, hidden folders and __pycache__ are not`() throws {
    let mage = try stage()
    _ = try mage.data("sync-project-to-local")
    let carried = ["py", "sql", "r", "yaml", "yml", "md", "txt", "SQL"].map { "kinds/a.\($0)" }
    let left = [
      "kinds/a.png", "kinds/a.json", "kinds/noending", ".venv/lib.py", "kinds/.hidden.py",
      "kinds/__pycache__/a.py", ".git/config.txt",
    ]
    for name in carried + left { try mage.folder.write("x: 1\n", to: name) }
    let push = try mage.data("sync-local-to-remote")
    #expect(push["local_to_remote"]?.texts == carried.sorted())
    for name in left { #expect(MageServer.current?.bytes(name) == nil, "\(name)") }
  }

  @Test func `the state file says after each sync how both sides stand`() throws {
    let mage = try stage()
    let server = try #require(MageServer.current)
    func entry(_ path: String) throws -> (local: JSONValue?, remote: JSONValue?) {
      let state = try JSONValue.parse(
        try #require(mage.folder.bytes(".mage-agent-sync-state.json")))
      #expect(state["version"] == 1 && state["repo_path"]?.stringValue == server.project)
      let file = state["files"]?[path]
      return (
        file?["last_synced_local_modified_timestamp"],
        file?["last_synced_remote_modified_timestamp"]
      )
    }
    func modified(_ path: String) throws -> JSONValue {
      let parent = try POSIXFileSystem().openDirectory(path: mage.folder.path + "/state")
      return .integer(try parent.status(of: path).modified / 1_000_000_000)
    }
    try mage.agree("state/a.py", "one\n")
    let first = try entry("state/a.py")
    #expect(try first.local == modified("a.py") && first.remote?.intValue != nil)
    // What differs is not marked as synced, whatever ran.
    try mage.folder.write("two\n", to: "state/a.py")
    try mage.folder.setModified("state/a.py", to: 1_700_000_000)
    _ = try mage.data("sync-project-to-local")
    #expect(try entry("state/a.py") == first)
    _ = try mage.data("sync")
    #expect(try entry("state/a.py").local == 1_700_000_000)
    try mage.folder.remove("state/a.py")
    _ = try mage.data("sync")
    #expect(try entry("state/a.py") == (nil, nil))
  }

  @Test func `an assistant is served the tools that it knows, on the standard folder`() throws {
    let mage = try stage()
    let requests = [
      #"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18","#
        + #""capabilities":{},"clientInfo":{"name":"t","version":"1"}}}"#,
      #"{"jsonrpc":"2.0","method":"notifications/initialized"}"#,
      #"{"jsonrpc":"2.0","id":2,"method":"tools/list"}"#,
      #"{"jsonrpc":"2.0","id":3,"method":"tools/call","params":{"name":"sync_project_to_local","#
        + #""arguments":{}}}"#,
    ]
    let outcome = try ChildProcess.run(
      mage.program, ["mcp"], environment: mage.person.environment, directory: mage.stage.path,
      input: Array((requests.joined(separator: "\n") + "\n").utf8))
    let answers = try outcome.output.split(separator: UInt8(ascii: "\n")).map {
      try JSONValue.parse(Array($0))
    }
    let tools = answers.first { $0["id"] == 2 }?["result"]?["tools"]?.arrayValue ?? []
    let names = tools.compactMap { $0["name"]?.stringValue }
    for name in ["sync_project_to_local", "sync_status", "sync_local_to_remote"] {
      #expect(names.contains(name))
    }
    let text = answers.first { $0["id"] == 3 }?["result"]?["content"]?[0]?["text"]?.stringValue
    let result = try JSONValue.parse(Array((text ?? "").utf8))
    #expect(result["status"] == "ok", "\(outcome.outputText) \(outcome.errorText)")
    #expect(mage.stage.folder.exists(".mage-agent/local_sync/metadata.yaml"))
  }
}

extension Clone {
  /// Sets the time at which a file was modified, in seconds since 1970.
  func setModified(_ name: String, to seconds: Int) throws {
    let outcome = try ChildProcess.run("touch", ["-d", "@\(seconds)", path + "/" + name])
    try #require(outcome.exitCode == 0)
  }
}
