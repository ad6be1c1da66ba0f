import Commands
import JSON
import Platform
import TestSupport
import Testing

@Suite struct HubVerbTests {
  /// A clock that stands still: 2026-11-20 12:00 UTC.
  static let clock = WallClock(now: { 1_795_176_000_000_000_000 }, monotonic: { 0 })

  private func run(_ words: [String], _ folder: TemporaryFolder) async throws -> CommandRun {
    try await CommandRun.run(
      ["hub"] + words + ["--data", "data"], in: folder.path, environment: ["USER": "ann"],
      clock: HubVerbTests.clock)
  }

  struct Failure: CustomTestStringConvertible {
    var words: [String]
    var transcript: String
    var testDescription: String { words.joined(separator: " ") }
  }

  static let failures = [
    Failure(
      words: ["project", "create", "site"],
      transcript: """
        exit 2
        stderr:
        error: The hub has a project of that name already.
        hint: choose another name; see 'syncline hub project list'

        """),
    Failure(
      words: ["project", "create", "a/b"],
      transcript: """
        exit 2
        stderr:
        error: That cannot be a name here.
        hint: projects take up to 100 letters, digits, '.', '_' and '-', a letter or digit first; \
        tokens take up to 100 bytes of printable text

        """),
    Failure(
      words: ["project", "delete", "nothing"],
      transcript: """
        exit 6
        stderr:
        error: The hub has no project of that name.
        hint: see 'syncline hub project list', or make it with 'syncline hub project create'

        """),
    Failure(
      words: ["token", "revoke", "nothing"],
      transcript: """
        exit 2
        stderr:
        error: The hub has no token with that id.
        hint: see 'syncline hub token list'

        """),
    Failure(
      words: ["token", "create", "--project", "nothing"],
      transcript: """
        exit 6
        stderr:
        error: The hub has no project of that name.
        hint: see 'syncline hub project list', or make it with 'syncline hub project create'

        """),
    Failure(
      words: ["purge", "site", "abc"],
      transcript: """
        exit 2
        stderr:
        error: 'abc' is no digest.
        hint: it is sha256: and 64 hexadecimal digits; 'syncline log --json' tells it

        """),
    Failure(
      words: ["backup", "data"],
      transcript: """
        exit 2
        stderr:
        error: 'DIR/data' lies in the folder that is to be copied.
        hint: name a folder outside of it, at best on another disk

        """),
    Failure(
      words: ["backup", "."],
      transcript: """
        exit 2
        stderr:
        error: 'DIR/.' holds something already.
        hint: name a folder that is empty or does not exist yet

        """),
    Failure(
      words: ["restore", "."],
      transcript: """
        exit 5
        stderr:
        error: 'DIR/.' is not what a hub writes, or it is damaged.
        hint: name the hub's own folder with --data; 'syncline hub restore' makes one of a backup

        """),
  ]

  @Test func `a backup of a damaged hub is made, and told as damaged`() async throws {
    let world = try await HistoryWorld()
    try world.write("one\n", to: "a.txt")
    await world.run("push")
    try await world.backUpHub(to: "whole")
    let pack = try #require(
      world.folder.everything().first { $0.hasPrefix("hub/") && $0.hasSuffix(".pack") })
    var bytes = try world.folder.read(pack)
    bytes[bytes.count - 1] ^= 0xFF
    try world.folder.write(bytes, to: pack)
    for words in [
      ["hub", "backup", "--data", "../hub", "../damaged"],
      ["hub", "restore", "--data", "../restored", "../damaged"],
    ] {
      let run = await world.run(words + ["--json"], in: "p")
      #expect(run.exit == 4, "\(words)")
      #expect(try run.json["findings"]?.arrayValue?.isEmpty == false)
      #expect(run.errors.contains("damaged: "), "\(run.errors)")
    }
    let whole = await world.run("hub", "restore", "--data", "../again", "../whole", "--json")
    #expect(whole.exit == 0)
    #expect(try whole.json["findings"]?.arrayValue?.isEmpty == true)
  }

  @Test(arguments: failures)
  func `a refusal says what happened and what to do`(failure: Failure) async throws {
    let folder = try TemporaryFolder()
    #expect(try await run(["project", "create", "site"], folder).code == .success)
    let outcome = try await run(failure.words, folder)
    #expect(outcome.transcript(hiding: folder.path) == failure.transcript)
  }

  @Test(arguments: [
    ["project", "list"], ["token", "list"], ["check"], ["backup", "x"], ["migrate"],
    ["project", "rename", "a", "b"], ["token", "revoke", "x"], ["project", "create", "x", "-n"],
    ["token", "create", "-n"], ["token", "create", "--project", "site"],
  ])
  func `only what begins a hub makes its folder`(words: [String]) async throws {
    let folder = try TemporaryFolder()
    let outcome = try await run(words, folder)
    #expect(outcome.code == (words.last == "-n" ? .success : .usage))
    #expect(try folder.everything().isEmpty)
  }

  @Test func `a folder of something else is not taken for a hub`() async throws {
    let folder = try TemporaryFolder()
    try folder.write("mine", to: "data/notes.txt")
    let outcome = try await run(["project", "create", "site"], folder)
    #expect(outcome.code == .stopped)
    #expect(try folder.everything() == ["data/notes.txt"])
  }

  @Test func `projects are listed, renamed and deleted`() async throws {
    let folder = try TemporaryFolder()
    #expect(
      try await run(["project", "create", "site"], folder).output == "created project site\n")
    #expect(try await run(["project", "rename", "site", "web", "-n"], folder).code == .success)
    #expect(
      try await run(["project", "rename", "site", "web"], folder).output
        == "renamed project site to web\n")
    #expect(
      try await run(["project", "list"], folder).output == """
        NAME  REVISION  ENTRIES  CREATED
        web          0        0  2026-11-20 12:00

        """)
    let document = try await run(["project", "list", "--json"], folder).document
    #expect(document["schema"]?.stringValue == "syncline/hub-projects/1")
    #expect(document["projects"]?[0]?["created"]?.stringValue == "2026-11-20T12:00:00Z")
    #expect(try await run(["project", "delete", "web", "-n"], folder).code == .success)
    #expect(try await run(["project", "list"], folder).output.contains("web"))
    #expect(
      try await run(["project", "delete", "web"], folder).output
        == "deleted project web with 0 entries; its data is kept for 30 days\n")
    #expect(
      try await run(["project", "list", "--json"], folder).document["projects"]?.arrayValue?.isEmpty
        == true)
  }

  @Test func `a token is printed alone and once, and its end is counted from now`() async throws {
    let folder = try TemporaryFolder()
    let made = try await run(["token", "create", "--name", "bob", "--expires", "30d"], folder)
    #expect(made.code == .success)
    #expect(made.output.hasSuffix("\n"))
    let secret = String(made.output.dropLast())
    #expect(secret.utf8.count > 40)
    #expect(!secret.contains(" "))
    #expect(!made.errors.contains(secret))
    #expect(
      made.errors.hasSuffix(
        "for bob: write, all projects, until 2026-12-20 12:00; it is shown once\n"))
    let list = try await run(["token", "list", "--json"], folder)
    #expect(!list.output.contains(secret))
    let token = try #require(try list.document["tokens"]?[0])
    #expect(token["expires"]?.stringValue == "2026-12-20T12:00:00Z")
    #expect(token["state"]?.stringValue == "active")
    let id = try #require(token["id"]?.stringValue)
    #expect(
      try await run(["token", "revoke", id], folder).output == "revoked token \(id) of bob\n")
    let after = try await run(["token", "list", "--json"], folder).document
    #expect(after["tokens"]?[0]?["state"]?.stringValue == "revoked")
  }

  @Test func `a token's document holds what scripts need`() async throws {
    let folder = try TemporaryFolder()
    let made = try await run(["token", "create", "--scope", "admin", "--json"], folder).document
    #expect(made["schema"]?.stringValue == "syncline/hub-token/1")
    #expect(made["name"]?.stringValue == "ann")
    #expect(made["scope"]?.stringValue == "admin")
    #expect(made["token"]?.stringValue?.isEmpty == false)
    #expect(made["expires"]?.isNull == true)
  }

  @Test func `an impossible expiry is refused`() async throws {
    let folder = try TemporaryFolder()
    for text in ["0d", "30", "99999999999d", "-1d"] {
      #expect(try await run(["token", "create", "--expires=\(text)"], folder).code == .usage)
    }
    #expect(try folder.everything().isEmpty)
  }

  @Test func `a backup restores to a hub that checks clean`() async throws {
    let folder = try TemporaryFolder()
    #expect(try await run(["project", "create", "site"], folder).code == .success)
    #expect(
      try await run(["backup", "copy"], folder).output
        == "backed up 1 project to \(folder.path)/copy\n")
    let restored = try await CommandRun.run(
      ["hub", "restore", "copy", "--data", "second"], in: folder.path)
    #expect(restored.code == .success)
    let check = try await CommandRun.run(
      ["hub", "check", "--data", "second", "--json"], in: folder.path)
    #expect(check.code == .success)
    #expect(try check.document["clean"]?.boolValue == true)
    #expect(try check.document["projects"]?.intValue == 1)
  }

  @Test func `what is up to date needs no migration, and what is newer is refused`() async throws {
    let folder = try TemporaryFolder()
    #expect(try await run(["project", "create", "site"], folder).code == .success)
    #expect(try await run(["migrate"], folder).output == "the data folder has format 1 already\n")
    try folder.write("syncline-hub 99\n", to: "data/format")
    for words in [["migrate"], ["migrate", "-n"], ["check"], ["project", "list"]] {
      let outcome = try await run(words, folder)
      #expect(outcome.code == .stopped)
      #expect(outcome.errors.hasPrefix("error: The data folder has format 99"))
    }
  }

  @Test func `errors are documents with --json`() async throws {
    let folder = try TemporaryFolder()
    let outcome = try await run(["project", "list", "--json"], folder)
    #expect(outcome.code == .usage)
    #expect(try outcome.document["schema"]?.stringValue == "syncline/error/1")
    #expect(try outcome.document["error"]?["code"]?.stringValue == "no_hub")
  }
}
