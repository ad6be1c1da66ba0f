import JSON
import Platform
import TestSupport
import Testing

@testable import Commands

@Suite struct MageAgentConfigTests {
  /// As the shipped program writes it.
  private static let written = """
    {
      "cluster_url": "https://cluster.example.com/team/",
      "api_key": null,
      "oauth_token": "a.b.c",
      "management_cluster_url": "https://cluster.example.com/team",
      "workspace_name": "blue"
    }

    """

  @Test func `the file of the shipped program is understood, and what is not ours is kept`() throws
  {
    let config = try MageAgentConfig(parsing: Array(Self.written.utf8))
    #expect(config.clusterURL == "https://cluster.example.com/team/")
    #expect(config.apiKey == nil)
    #expect(config.token == "a.b.c")
    #expect(config.kind == .mage)
    #expect(!config.allowsPlainHTTP)
    #expect(String(decoding: config.rendered, as: UTF8.self) == Self.written)
  }

  @Test(arguments: ["null", #""""#, #""  ""#])
  func `a token that is none means that nobody signed in`(token: String) throws {
    let config = try MageAgentConfig(
      parsing: Array(#"{"cluster_url": "http://localhost:6789", "oauth_token": \#(token)}"#.utf8))
    #expect(config.token == nil)
  }

  @Test(arguments: [
    ("https://m.example.com", "mage+https://m.example.com"),
    ("https://m.example.com/base/", "mage+https://m.example.com/base"),
    ("localhost:6789", "mage+http://localhost:6789"),
    ("127.0.0.1:6789/base", "mage+http://127.0.0.1:6789/base"),
    ("localhost", "mage+http://localhost"),
    ("localhost.example.com", "mage+https://localhost.example.com"),
    ("m.example.com:8443", "mage+https://m.example.com:8443"),
  ])
  func `an address without a scheme is by TLS, and on this machine without`(
    url: String, target: String
  ) {
    let config = MageAgentConfig(clusterURL: url, token: nil, kind: .mage)
    #expect(config.targetURL == target)
  }

  @Test func `a hub keeps its kind, and plain HTTP that was allowed stays so`() throws {
    let hub = MageAgentConfig(
      clusterURL: "http://hub.lan/site", token: "t", kind: .hub, allowsPlainHTTP: true)
    let again = try MageAgentConfig(parsing: hub.rendered)
    #expect(again == hub)
    #expect(again.targetURL == "http://hub.lan/site")
  }

  @Test(arguments: [
    ("", "is not JSON"), ("[]", "is not JSON: it is no object"), ("{", "is not JSON"),
    ("{}", "names no `cluster_url`"), (#"{"cluster_url": null}"#, "names no `cluster_url`"),
    (#"{"cluster_url": "ftp://x"}"#, "is not the address of a server"),
  ])
  func `a file that cannot be used is told with the way out`(
    text: String, words: String
  ) async throws {
    let home = try TemporaryFolder()
    try write(text, in: home)
    let run = try await status(home)
    #expect(run.code == .differences)
    let error = try JSONValue.parse(Array(run.errors.utf8))["error"]
    #expect(error?["code"] == "CONFIG_INVALID")
    let message = error?["message"]?.stringValue ?? ""
    #expect(message.contains(words) && message.contains("mage-agent login --force"), "\(message)")
  }

  @Test func `a file that others can read is used, and that is said`() async throws {
    let home = try TemporaryFolder()
    try write(#"{"cluster_url": "http://127.0.0.1:1", "oauth_token": null}"#, in: home, mode: 0o644)
    _ = try home.folder("p")
    let run = try await status(home)
    #expect(run.errors.contains("is open to others; close it with chmod go-rwx"))
    #expect(run.errors.contains("API_ERROR"))
  }

  @Test func `a link in place of the file is refused`() async throws {
    let home = try TemporaryFolder()
    try home.write(#"{"cluster_url": "http://127.0.0.1:1"}"#, to: "elsewhere", mode: 0o600)
    _ = try home.folder(".mage-agent")
    try home.link(".mage-agent/config.json", to: "../elsewhere")
    #expect(try await status(home).errors.contains("is a link"))
  }

  private func write(_ text: String, in home: TemporaryFolder, mode: UInt32 = 0o600) throws {
    try home.write(text, to: ".mage-agent/config.json", mode: mode)
  }

  private func status(_ home: TemporaryFolder) async throws -> CommandRun {
    try await CommandRun.run(
      ["sync-status", "--local-project-dir", "p"], in: home.path,
      environment: ["HOME": home.path], program: "mage-agent")
  }
}
