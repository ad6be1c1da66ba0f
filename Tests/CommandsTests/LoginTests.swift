import JSON
import HTTPClient
import Platform
import ProjectConfig
import TestSupport
import Testing

@testable import Commands

@Suite struct LoginTests {
  private func settings(_ home: TemporaryFolder) -> [String: String] { ["HOME": home.path] }

  private func mode(_ home: TemporaryFolder, _ folder: String, _ name: String) throws -> UInt32 {
    try home.folder(folder).status(of: name).mode & 0o777
  }

  private func write(_ text: String, _ home: TemporaryFolder, mode: UInt32) throws {
    _ = try home.folder(".config/syncline")
    try home.setMode(0o700, of: ".config/syncline")
    try home.write(text, to: ".config/syncline/credentials", mode: 0o600)
    try home.setMode(mode, of: ".config/syncline/credentials")
  }

  private func source(
    _ url: String, _ home: TemporaryFolder, _ environment: [String: String] = [:]
  ) throws -> String? {
    let surroundings = Surroundings(
      arguments: [], environment: environment.merging(settings(home)) { $1 },
      currentFolder: home.path)
    return try CredentialFile(surroundings).token(for: try #require(Origin(url: url)))
  }

  @Test func `a token is verified, kept for its origin alone, and forgotten again`() async throws {
    let hub = try ServedHub()
    let home = try TemporaryFolder()
    let token = try hub.token()
    let login = try await CommandRun.run(
      ["login", hub.url + "/site", "--token-stdin"], in: home.path, environment: settings(home),
      input: token + "\n")
    #expect(login.code == .success)
    #expect(login.output == "signed in to \(hub.url) as ann (write, all projects)\n")
    #expect(login.errors.hasPrefix("note: there is no project 'site'"))
    #expect(try mode(home, ".config", "syncline") == 0o700)
    #expect(try mode(home, ".config/syncline", "credentials") == 0o600)

    let whoami = try await CommandRun.run(
      ["whoami", hub.url, "--json"], in: home.path, environment: settings(home))
    #expect(try whoami.document["schema"]?.stringValue == "syncline/whoami/1")
    #expect(try whoami.document["name"]?.stringValue == "ann")
    #expect(try source(hub.url, home) == token)
    #expect(try source("https://elsewhere.example", home) == nil)

    let logout = try await CommandRun.run(
      ["logout", hub.url], in: home.path, environment: settings(home))
    #expect(logout.output == "signed out of \(hub.url)\n")
    #expect(try source(hub.url, home) == nil)
    let again = try await CommandRun.run(
      ["whoami", hub.url], in: home.path, environment: settings(home))
    #expect(again.code == .notAllowed)
    for run in [login, whoami, logout, again] {
      #expect(!run.output.contains(token) && !run.errors.contains(token))
    }
    hub.stop()
  }

  @Test func `a token that the hub does not know is not kept and not shown`() async throws {
    let hub = try ServedHub()
    let home = try TemporaryFolder()
    let run = try await CommandRun.run(
      ["login", hub.url, "--token-stdin", "--json"], in: home.path, environment: settings(home),
      input: "made-up-secret")
    #expect(run.code == .notAllowed)
    #expect(try run.document["error"]?["code"]?.stringValue == "token_refused")
    #expect(!run.output.contains("made-up-secret") && !run.errors.contains("made-up-secret"))
    #expect(try home.everything().isEmpty)
    hub.stop()
  }

  @Test func `without a terminal the needed flag is named, and nothing is sent`() async throws {
    let home = try TemporaryFolder()
    let run = try await CommandRun.run(
      ["login", "http://127.0.0.1:1"], in: home.path, environment: settings(home))
    #expect(
      run.transcript(hiding: home.path) == """
        exit 2
        stderr:
        error: A token is needed, and nobody can be asked for it here.
        hint: give it on standard input with --token-stdin

        """)
  }

  @Test(arguments: [
    "https://user:secret@hub.example.com", "https://hub.example.com/a/b",
    "https://hub.example.com/?token=secret", "ftp://secret.example.com", "secret",
    "https://hub.example.com/a#secret",
  ])
  func `an address that is none is refused without repeating it`(url: String) async throws {
    let home = try TemporaryFolder()
    let run = try await CommandRun.run(
      ["login", url, "--token-stdin"], in: home.path, environment: settings(home), input: "t")
    #expect(run.code == .usage)
    #expect(!run.errors.contains("secret"))
  }

  @Test func `a token is not sent in the clear`() async throws {
    let home = try TemporaryFolder()
    let run = try await CommandRun.run(
      ["login", "http://hub.example.com", "--token-stdin"], in: home.path,
      environment: settings(home), input: "t")
    #expect(run.code == .usage)
    #expect(run.errors.contains("--allow-plain-http"))
  }

  @Test func `the environment's token goes to its own origin, or to this machine`() throws {
    let home = try TemporaryFolder()
    let token = ["SYNCLINE_TOKEN": "t"]
    let bound = ["SYNCLINE_TOKEN": "t", "SYNCLINE_ORIGIN": "https://hub.example.com"]
    #expect(try source("http://127.0.0.1:5", home, token) == "t")
    #expect(try source("https://hub.example.com", home, token) == nil)
    #expect(try source("https://hub.example.com", home, bound) == "t")
    #expect(try source("https://other.example.com", home, bound) == nil)
    #expect(try source("http://127.0.0.1:5", home, bound) == nil)
    #expect(throws: CommandFailure.self) {
      try source("http://127.0.0.1:5", home, ["SYNCLINE_TOKEN": "t", "SYNCLINE_ORIGIN": "x"])
    }
  }

  @Test(arguments: [0o640, 0o604, 0o660] as [UInt32])
  func `a file that others may read is refused`(mode: UInt32) throws {
    let home = try TemporaryFolder()
    try write(Credentials.header + "\n", home, mode: mode)
    let failure = #expect(throws: CommandFailure.self) {
      try source("https://hub.example.com", home)
    }
    #expect(failure?.code == "open_credentials")
    #expect(failure?.exit == .stopped)
  }

  @Test func `a folder that others may change is refused`() throws {
    let home = try TemporaryFolder()
    try write(Credentials.header + "\n", home, mode: 0o600)
    try home.setMode(0o770, of: ".config/syncline")
    let failure = #expect(throws: CommandFailure.self) {
      try source("https://hub.example.com", home)
    }
    #expect(failure?.code == "open_credentials")
  }

  @Test func `a link is refused, and what it leads to stays`() async throws {
    let home = try TemporaryFolder()
    try home.write(Credentials.header + "\n", to: "elsewhere", mode: 0o600)
    _ = try home.folder(".config/syncline")
    try home.setMode(0o700, of: ".config/syncline")
    try home.link(".config/syncline/credentials", to: home.path + "/elsewhere")
    let failure = #expect(throws: CommandFailure.self) {
      try source("https://hub.example.com", home)
    }
    #expect(failure?.code == "linked_credentials")
    let run = try await CommandRun.run(
      ["logout", "https://hub.example.com"], in: home.path, environment: settings(home))
    #expect(run.code == .stopped)
    #expect(try home.text("elsewhere") == Credentials.header + "\n")
  }

  @Test func `a damaged file is refused without showing its contents`() throws {
    let home = try TemporaryFolder()
    try write("syncline-credentials 1\nhttps://a.example\tsecret\n", home, mode: 0o600)
    let failure = #expect(throws: CommandFailure.self) {
      try source("https://hub.example.com", home)
    }
    #expect(failure?.code == "bad_credentials")
    #expect(failure?.message.contains("secret") == false)
  }

  @Test func `tokens that are kept at the same time are all kept`() async throws {
    let home = try TemporaryFolder()
    let file = CredentialFile(
      Surroundings(arguments: [], environment: settings(home), currentFolder: home.path))
    let origins = try (1...12).map { try #require(Origin(url: "https://hub\($0).example")) }
    try await withThrowingTaskGroup(of: Void.self) { group in
      for origin in origins {
        group.addTask {
          let token = try #require(AccessToken("token-of-\(origin.host)"))
          try await file.keep(token, name: "ann", for: origin)
        }
      }
      try await group.waitForAll()
    }
    for origin in origins { #expect(try file.token(for: origin) == "token-of-\(origin.host)") }
    try await withThrowingTaskGroup(of: Void.self) { group in
      for origin in origins {
        group.addTask {
          let wasKept = try await file.forget(origin)
          #expect(wasKept)
        }
      }
      try await group.waitForAll()
    }
    #expect(try file.read() == Credentials())
  }

  @Test func `a file that another program is about to change is waited for, and not forever`()
    async throws
  {
    let home = try TemporaryFolder()
    let seconds = Locked<Int64>(0)
    let file = CredentialFile(
      Surroundings(
        arguments: [], environment: settings(home), currentFolder: home.path,
        clock: WallClock(
          now: { 0 },
          monotonic: {
            seconds.withLock { seconds in
              seconds += 1; return seconds * 1_000_000_000
            }
          }
        )))
    let lock = try home.folder(".config/syncline").lock("credentials.lock")
    let origin = try #require(Origin(url: "https://hub.example"))
    let token = try #require(AccessToken("secret"))
    let failure = await #expect(throws: CommandFailure.self) {
      try await file.keep(token, name: "ann", for: origin)
    }
    #expect(failure?.exit == .locked)
    withExtendedLifetime(lock) {}
  }
}
