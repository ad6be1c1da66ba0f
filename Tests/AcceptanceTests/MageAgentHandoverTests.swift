import HTTPClient
import JSON
import Platform
import TestSupport
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The shipped mage-agent 0.2.0 and ours, in turns on one folder or side by side.
///
/// The shipped program speaks to the commercial server only; `bench/mage-stand-in` stands in for it.
@Suite(.enabled(if: Shipped.program != nil, Shipped.absence), .timeLimit(.minutes(5)))
struct MageAgentHandoverTests {
  private let server: ProStandIn
  private let mage: MageAgentStage

  init() throws {
    server = try ProStandIn(files: 30)
    mage = try MageAgentStage()
    // The shipped program wants a token, whatever the server asks for.
    try mage.configure(server.url, token: "none")
  }

  /// Runs the shipped program on the local folder, and answers its data.
  private func shipped(_ verb: String) throws -> JSONValue {
    let outcome = try ChildProcess.run(
      try #require(Shipped.program), [verb, "--local-project-dir", mage.folder.path],
      environment: mage.person.environment, directory: mage.stage.path, seconds: 60)
    try #require(outcome.exitCode == 0, "\(outcome.errorText.suffix(2000))")
    return try #require(try JSONValue.parse(outcome.output)["data"])
  }

  /// Edits a file here, in a later second: the shipped program sees no edit within one.
  private func edit(_ path: String, _ text: String) throws {
    try mage.folder.write(text, to: path)
    try mage.folder.setModified(path, to: 1_800_000_000)
  }

  private func expectQuiet(
    _ status: JSONValue, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    for group in ["remote_to_local", "local_to_remote", "conflicts"] {
      #expect(status[group]?.texts == [], "\(group)", sourceLocation: sourceLocation)
    }
  }

  private static let first = "pipelines/team_00/stage_000/block_00000.py"
  private static let second = "pipelines/team_00/stage_000/block_00001.sql"

  @Test func `either program goes on where the other one stopped`() throws {
    #expect(try shipped("sync-project-to-local")["files_written"] == 30)
    let taken = try mage.data("sync-status")
    expectQuiet(taken)
    #expect(taken["in_sync"]?.texts.count == 30)

    expectQuiet(try mage.data("sync-project-to-local"))

    try edit(Self.first, "mine = 1\n")
    #expect(try mage.data("sync")["pushed_files"]?.texts == [Self.first])
    #expect(try server.text(Self.first) == "mine = 1\n")
    expectQuiet(try shipped("sync-status"))

    try server.save("theirs\n", to: Self.second)
    #expect(try shipped("sync-project-to-local")["remote_to_local"]?.texts == [Self.second])
    expectQuiet(try mage.data("sync-status"))
    #expect(try mage.data("sync")["pulled_files"]?.texts == [])
    expectQuiet(try shipped("sync-status"))
  }

  @Test func `what ours leaves, the shipped program sees as it is`() throws {
    _ = try mage.data("sync-project-to-local")
    try edit(Self.first, "mine\n")
    try edit(Self.second, "mine\n")
    try server.save("theirs\n", to: Self.second)
    let third = "pipelines/team_00/stage_000/block_00002.yaml"
    _ = try mage.data("sync-project-to-local")
    try server.save("theirs: 1\n", to: third)
    let ours = try mage.data("sync-status")
    let theirs = try shipped("sync-status")
    for (group, paths) in [
      ("local_to_remote", [Self.first]), ("conflicts", [Self.second]), ("remote_to_local", [third]),
    ] {
      #expect(ours[group]?.texts == paths, "\(group)")
      #expect(theirs[group]?.texts == paths, "\(group)")
    }
  }

  @Test func `the fault that loses an edit is the shipped program's, and ends with ours`() throws {
    _ = try shipped("sync-project-to-local")
    try edit(Self.first, "mine\n")
    try server.save("theirs\n", to: Self.second)
    _ = try shipped("sync-project-to-local")
    // It has forgotten the edit; the next edit there would overwrite it.
    expectQuiet(try shipped("sync-status"))
    try server.save("theirs too\n", to: Self.first)
    #expect(try shipped("sync-status")["remote_to_local"]?.texts == [Self.first])
    #expect(try mage.data("sync-project-to-local")["conflicts"]?.texts == [Self.first])
    #expect(try mage.folder.text(Self.first) == "mine\n")
    #expect(try mage.data("sync-status")["conflicts"]?.texts == [Self.first])
  }

  @Test func `the conflict that the shipped program forgot is one again`() throws {
    _ = try shipped("sync-project-to-local")
    try edit(Self.first, "mine\n")
    try server.save("theirs\n", to: Self.first)
    #expect(try shipped("sync-status")["conflicts"]?.texts == [Self.first])
    _ = try shipped("sync-project-to-local")
    expectQuiet(try shipped("sync-status"))
    #expect(try mage.data("sync-status")["conflicts"]?.texts == [Self.first])
    #expect(try mage.data("sync")["conflicts_skipped"]?.texts == [Self.first])
    #expect(try mage.folder.text(Self.first) == "mine\n")
    #expect(try server.text(Self.first) == "theirs\n")
  }

  @Test func `a file that the shipped program deleted and forgot is a conflict, no deletion`()
    throws
  {
    try server.save("kept\n", to: "other/kept.py")
    _ = try mage.data("sync-project-to-local")
    // One batch of its listing fails; it takes what lies there for deleted.
    try server.withoutListing("pipelines/team_00") { _ = try shipped("sync-project-to-local") }
    let lost = try mage.data("sync-status")["conflicts"]?.texts ?? []
    #expect(lost.count == 30 && lost.allSatisfy { !mage.folder.has($0) })
    let synced = try mage.data("sync")
    #expect(synced["conflicts_skipped"]?.texts == lost)
    #expect(synced["pushed_files"] == [])
    for path in lost { #expect(try server.text(path) != nil, "\(path)") }
    _ = try mage.atTerminal("sync", typing: lost.map { _ in "r" }).require(0)
    for path in lost {
      #expect(try mage.folder.text(path) == server.text(path), "\(path)")
    }
  }

  @Test func `a file that the shipped program could not read and deleted there is a conflict`()
    throws
  {
    _ = try mage.data("sync-project-to-local")
    let text = try mage.folder.text(Self.first)
    // Bytes that are no UTF-8 count as no file for it.
    try mage.folder.write([0x66, 0xFC], to: Self.first)
    _ = try shipped("sync-local-to-remote")
    try #require(try server.text(Self.first) == nil)
    try mage.folder.write(text, to: Self.first)
    #expect(try mage.data("sync-status")["conflicts"]?.texts == [Self.first])
    #expect(try mage.data("sync")["conflicts_skipped"]?.texts == [Self.first])
    #expect(try mage.folder.text(Self.first) == text)
  }
}

/// The program that Mage's makers ship.
enum Shipped {
  /// What `scripts/mage-agent` installed; nothing where it could not.
  static let program: String? = getenv("SYNCLINE_MAGE_AGENT").map { String(cString: $0) }
  static let absence: Comment =
    "no mage-agent: set SYNCLINE_MAGE_AGENT to what scripts/mage-agent prints"
}

/// The stand-in for the commercial server, in a process of its own that ends with the last reference.
final class ProStandIn: Sendable {
  /// Whether it can be run here.
  static let isThere = (try? ChildProcess.run("python3", ["--version"]))?.exitCode == 0

  let url: String
  private let process: ChildProcess
  private let client = HTTPClient()

  init(files: Int) throws {
    var root = Substring(#filePath)
    for _ in 0..<3 { root = root[..<(root.lastIndex(of: "/") ?? root.startIndex)] }
    process = try ChildProcess(
      "python3", ["\(root)/bench/mage-stand-in", "--files", "\(files)", "--dialect", "pro"])
    url = try #require(process.firstLine())
  }

  deinit {
    process.kill(SIGTERM)
    _ = process.wait(seconds: 10)
  }

  /// Saves a file as a teammate does.
  func save(_ text: String, to path: String) throws {
    _ = try send("PUT", path, .bytes(Array(text.utf8)))
  }

  /// The text of a file on the server; nothing where there is none.
  func text(_ path: String) throws -> String? {
    try JSONValue.parse(try send("GET", path, .none))["text"]?.stringValue
  }

  /// Does something while the files of a folder cannot be listed.
  func withoutListing(_ folder: String, _ body: () throws -> Void) throws {
    _ = try send("PUT", folder, .none, of: "unlisted")
    try body()
    _ = try send("DELETE", folder, .none, of: "unlisted")
  }

  private func send(
    _ method: String, _ path: String, _ body: HTTPClientRequest.Body, of kind: String = "files"
  ) throws -> [UInt8] {
    var request = HTTPClientRequest(method: method, url: "\(url)/\(kind)/\(path)", body: body)
    request.totalTimeout = 30
    return try client.send(request).body
  }
}
