import CommandLineKit
import HTTPClient
import JSON
import SyncCore
import SyncModel
import TestSupport
import Testing

@testable import Commands

/// `mage-agent` without a server to ask: words, codes and what is never asked.
@Suite struct MageAgentCommandTests {
  /// A home that is signed in to a server that does not answer.
  private func home() throws -> TemporaryFolder {
    let home = try TemporaryFolder()
    try home.write(
      #"{"cluster_url": "http://127.0.0.1:1", "oauth_token": null}"#, to: ".mage-agent/config.json",
      mode: 0o600)
    return home
  }

  private func run(
    _ words: [String], in home: TemporaryFolder, environment: [String: String] = [:],
    program: String = "mage-agent"
  ) async throws -> CommandRun {
    try await CommandRun.run(
      words, in: home.path,
      environment: environment.merging(["HOME": home.path]) { mine, _ in mine }, program: program,
      retry: .once)
  }

  @Test(arguments: [
    (["nonsense"], "Unknown subcommand 'nonsense'"),
    (["sync-statu"], "Did you mean 'sync-status'?"),
    (["sync", "--colour"], "--colour"),
    (["sync", "--format-output", "xml"], "xml"),
    (["sync", "--json"], "--json"),
    (["--log-level", "loud", "sync-status"], "'loud' is no log level"),
    (["sync-status", "extra"], "extra"),
    (["undo", "one", "two"], "two"),
    (["sync-status"], "nobody can be asked"),
    (["sync-status", "--local-project-dir", " "], "is empty"),
    (["login", "--force", "--cluster-url", "http://ann:secret@"], "'http://…@'"),
    (["login"], "replace it with --force"),
    (["login", "--force"], "nobody can be asked"),
    (["login", "--force", "--cluster-url", "not an address"], "is not the address of a server"),
    (
      ["login", "--force", "--cluster-url", "http://mage.example.com"],
      "mage-agent login --allow-plain-http"
    ),
  ])
  func `a command line that cannot be meant ends with 1, an envelope and no request`(
    words: [String], part: String
  ) async throws {
    let home = try home()
    let run = try await run(words, in: home)
    #expect(run.code.rawValue == 1)
    #expect(run.output == "")
    let envelope = try JSONValue.parse(Array(run.errors.utf8))
    #expect(envelope["status"] == "error")
    #expect(envelope["error"]?["code"] == "CONFIG_INVALID")
    #expect(envelope["error"]?["message"]?.stringValue?.contains(part) == true, "\(run.errors)")
  }

  @Test func `alone it shows its commands, under both of its names`() async throws {
    let home = try home()
    let alone = try await run([], in: home)
    #expect(alone.code == .success)
    for command in [
      "login", "mcp", "sync-project-to-local", "sync-status", "sync-local-to-remote", "sync",
      "undo", "runs",
    ] {
      #expect(alone.output.contains("\n  \(command) "), "\(command)")
    }
    let verb = try await run(["mage-agent"], in: home, program: "syncline")
    #expect(verb.code == .success)
    #expect(verb.output.contains("sync-project-to-local"))
  }

  @Test(arguments: ["sync-status", "sync-project-to-local", "sync-local-to-remote", "sync", "undo"])
  func `a server that does not answer is an API error, and never an empty project`(
    verb: String
  ) async throws {
    let home = try home()
    try home.write("a = 1\n", to: "p/a.py")
    let words = [verb, "--local-project-dir", "p"]
    let run = try await run(words, in: home)
    #expect(run.code.rawValue == 1)
    if verb != "undo" {
      #expect(try JSONValue.parse(Array(run.errors.utf8))["error"]?["code"] == "API_ERROR")
    }
    #expect(!run.errors.contains("syncline "), "no hint of a program that has no project here")
    #expect(try home.text("p/a.py") == "a = 1\n")
  }

  @Test(arguments: [
    ["sync-status"], ["sync-local-to-remote"], ["undo"], ["runs"], ["show", "a.py"],
  ])
  func `a folder that is not there is a slip, and is not made`(verb: [String]) async throws {
    let home = try home()
    let run = try await run(verb + ["--local-project-dir", "p/q"], in: home)
    #expect(run.code.rawValue == 1)
    let error = try JSONValue.parse(Array(run.errors.utf8))["error"]
    #expect(error?["code"] == "CONFIG_INVALID")
    #expect(error?["message"]?.stringValue?.contains("sync-project-to-local makes") == true)
    #expect(!home.exists("p"))
  }

  @Test(arguments: ["sync-status", "sync-project-to-local"])
  func `a file in the place of the folder is told as that`(verb: String) async throws {
    let home = try home()
    try home.write("a = 1\n", to: "p")
    let run = try await run([verb, "--local-project-dir", "p"], in: home)
    #expect(run.code.rawValue == 1)
    #expect(run.errors.contains("CONFIG_INVALID") && run.errors.contains("/p'"), "\(run.errors)")
    #expect(!run.errors.contains(".syncline"))
  }

  @Test func `a token that no request can carry is told as that`() async throws {
    let home = try home()
    try home.write(
      #"{"cluster_url": "http://127.0.0.1:1", "oauth_token": "sec\nret"}"#,
      to: ".mage-agent/config.json", mode: 0o600)
    _ = try home.folder("p")
    let run = try await run(["sync-status", "--local-project-dir", "p"], in: home)
    #expect(run.errors.contains("CONFIG_INVALID") && run.errors.contains("oauth_token"))
    #expect(!run.errors.contains("ret\"") && !run.errors.contains("address"))
  }

  @Test func `no password of an address is ever shown`() {
    let shown = AddressWords.withoutSecrets
    #expect(shown("https://ann:pw@host:1/x") == "https://…@host:1/x")
    #expect(shown("ann:pw@host") == "…@host")
    #expect(shown("https://ann:p@w@host") == "https://…@host")
    #expect(shown("https://host") == "https://host")
  }

  @Test func `a folder below a link that leads nowhere cannot be made, and that is said`()
    async throws
  {
    let home = try home()
    try home.link("link", to: "nowhere")
    let run = try await run(
      ["sync-project-to-local", "--local-project-dir", "link/p/q"], in: home)
    #expect(run.code.rawValue == 1)
    #expect(run.errors.contains("CONFIG_INVALID") && run.errors.contains("link/p/q"))
  }

  @Test func `an error for people, as it is printed`() async throws {
    let home = try home()
    _ = try home.folder("p")
    let run = try await run(
      ["sync-status", "--format-output", "human", "--local-project-dir", "p"], in: home)
    #expect(
      run.transcript(hiding: home.path) == """
        exit 1
        stderr:
        Error [API_ERROR]: The remote cannot be reached: http://127.0.0.1:1: no connection could be \
        made. Hint: check that the server runs, and `cluster_url` in ~/.mage-agent/config.json; \
        nothing is lost.

        """)
  }

  @Test(arguments: [
    ("DEBUG", MageAgentLogLevel.debug), ("info", .info), ("Warn", .warning), ("ERROR", .warning),
    ("CRITICAL", .warning),
  ])
  func `a log level may be written as in Python`(name: String, level: MageAgentLogLevel) {
    #expect(MageAgentLogLevel(name) == level)
  }

  @Test func `a level of the environment that is none counts as none`() async throws {
    let home = try home()
    _ = try home.folder("p")
    let run = try await run(
      ["runs", "--local-project-dir", "p"], in: home,
      environment: ["MAGE_AGENT_LOG_LEVEL": "loud"])
    #expect(run.code == .success)
    #expect(try run.document["data"]?["runs"] == [])
  }

  @Test func `each way to fail has its code`() {
    func code(_ exit: ExitCode, wasSignedIn: Bool = false) -> MageAgentFailure.Code {
      MageAgentFailure(CommandFailure(exit, "any", "Words."), wasSignedIn: wasSignedIn).code
    }
    #expect(code(.notAllowed) == .signInRequired)
    #expect(code(.notAllowed, wasSignedIn: true) == .signInExpired)
    #expect(code(.unreachable) == .api && code(.partial) == .api)
    #expect(code(.usage) == .configuration)
    #expect(code(.stopped) == .stopped && code(.locked) == .locked)
    #expect(code(.internalError) == .internalError)
    #expect(
      MageAgentFailure(.deletions(side: .local, count: 12, limit: 10, baseCount: 30)).hint
        == "if that is meant: --allow-deletes 12")
  }

  @Test func `completions and the man page are its own`() async throws {
    let home = try home()
    let bash = try await run(["completions", "bash"], in: home)
    #expect(bash.output.contains("complete -F _mage_agent mage-agent"))
    let page = try await run(["man"], in: home)
    #expect(page.output.contains("MAGE_AGENT_LOG_LEVEL"))
    #expect(!page.output.contains("syncline.yaml"))
    #expect(MageAgentTable.root.inconsistencies() == [])
  }
}
