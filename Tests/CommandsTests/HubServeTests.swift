import JSON
import TestSupport
import Testing

@testable import Commands

@Suite struct HubServeTests {
  @Test func `the first line names the address, and the polite signal ends it with 0`() throws {
    let hub = try RunningHub()
    #expect(hub.url.hasPrefix("http://127.0.0.1:"))
    #expect(!hub.url.hasSuffix(":0"))
    let outcome = hub.stop()
    #expect(outcome.exitCode == 0)
    #expect(outcome.outputText == "listening on \(hub.url)\n")
    #expect(outcome.errorText.hasPrefix("note: nobody has a token yet"))
    #expect(outcome.errorText.hasSuffix("stopping: requests in work may end\nstopped\n"))
    #expect(!outcome.timedOut)
  }

  @Test func `a second hub on the same data is refused with 8`() throws {
    let hub = try RunningHub()
    let second = try ChildProcess.run(
      BuiltProgram.path,
      ["hub", "serve", "--data", hub.folder.path + "/hub", "--listen", "127.0.0.1:0"],
      environment: [:], seconds: 20)
    #expect(second.exitCode == 8)
    #expect(second.outputText == "")
    #expect(second.errorText.hasPrefix("error: Another process serves or maintains"))
    #expect(hub.stop().exitCode == 0)
  }

  @Test func `projects, tokens, check and backup work while the hub runs`() async throws {
    let hub = try RunningHub(["-q"])
    let created = try await hub.manage(["project", "create", "site"])
    #expect(created.code == .success)
    #expect(created.output == "created project site\n")
    let token = try await hub.manage(["token", "create", "--project", "site", "--scope", "read"])
    #expect(token.code == .success)
    #expect(token.output.split(separator: "\n").count == 1)
    #expect(try await hub.manage(["check"]).code == .success)
    let backup = try await hub.manage(["backup", hub.folder.path + "/copy"])
    #expect(backup.code == .success)
    #expect(
      try await hub.manage(["purge", "site", String(repeating: "0", count: 64)]).code == .locked)
    #expect(try await hub.manage(["project", "delete", "site"]).code == .locked)
    let outcome = hub.stop()
    #expect(outcome.exitCode == 0)
    #expect(outcome.errorText == "")
  }

  @Test func `each request is one line on stderr, without the token`() async throws {
    let hub = try RunningHub()
    let token = try await hub.token()
    let run = try await CommandRun.run(
      ["whoami", hub.url], in: hub.folder.path, environment: ["SYNCLINE_TOKEN": token])
    #expect(run.code == .success)
    #expect(run.output == "ann (write, all projects) at \(hub.url)\n")
    let log = hub.stop().errorText
    #expect(log.contains(" ann GET /api/v1/whoami 200 "))
    #expect(!log.contains(token))
  }

  @Test func `what would send tokens in the clear is refused before anything is made`() async throws
  {
    let folder = try TemporaryFolder()
    let run = try await CommandRun.run(
      ["hub", "serve", "--data", "data", "--listen", "0.0.0.0:0"], in: folder.path)
    #expect(
      run.transcript(hiding: folder.path) == """
        exit 2
        stderr:
        error: Without TLS, tokens and contents would cross the network in the clear from '0.0.0.0'.
        hint: give --tls-cert and --tls-key, or --behind-proxy where a proxy provides TLS, or listen \
        on 127.0.0.1

        """)
    #expect(!folder.exists("data"))
  }

  @Test(arguments: [
    ["--listen", "nowhere"], ["--listen", "::1:80"], ["--listen", ":80"],
    ["--listen", "127.0.0.1:65536"], ["--tls-cert", "a.pem"], ["--tls-key", "a.pem"],
    ["--tls-cert", "a.pem", "--tls-key", "b.pem"],
  ])
  func `a way to serve that makes no sense is a usage error`(options: [String]) async throws {
    let folder = try TemporaryFolder()
    let run = try await CommandRun.run(["hub", "serve"] + options, in: folder.path)
    #expect(run.code == .usage)
    #expect(run.errors.contains("hint: "))
    #expect(try folder.everything().isEmpty)
  }

  @Test func `files that are no certificate and key are refused`() async throws {
    let folder = try TemporaryFolder()
    try folder.write("nothing", to: "cert.pem")
    try folder.write("nothing", to: "key.pem")
    let run = try await CommandRun.run(
      [
        "hub", "serve", "--listen", "127.0.0.1:0", "--tls-cert", "cert.pem", "--tls-key", "key.pem",
      ], in: folder.path)
    #expect(run.code == .usage)
    #expect(run.errors.hasPrefix("error: The certificate and the key cannot be used together."))
  }

  @Test func `addresses of both families are read, and written as addresses are`() {
    #expect(ListenAddress("[::1]:0")?.host == "::1")
    #expect(ListenAddress("[::1]:0")?.url(scheme: "http", port: 80) == "http://[::1]:80")
    #expect(ListenAddress("localhost:7")?.url(scheme: "https", port: 8) == "https://localhost:8")
    #expect(ListenAddress("[localhost]:1") == nil)
    #expect(ListenAddress("[::1:1") == nil)
    #expect(ListenAddress("a b:1") == nil)
  }
}
