import Commands
import HTTPClient
import HubProtocol
import JSON
import Platform
import SQLite
import TestSupport
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A hub, and a folder `p` that is bound to its project `shop`.
final class HistoryWorld {
  /// Holds everything: the hub's data in `hub`, the project in `p`.
  let folder: TemporaryFolder
  private var hub: ServedHub?
  /// The address of the project.
  private(set) var url: String
  private let token: String
  private var count = 0

  /// The environment of every command.
  var environment: [String: String] {
    ["HOME": folder.path + "/home", "SYNCLINE_TOKEN": token]
  }

  /// What came of one command.
  struct Outcome {
    var exit: Int32
    var output: String
    var bytes: [UInt8]
    var errors: String

    /// The one document on standard output.
    var json: JSONValue {
      get throws { try JSONValue.parse(bytes) }
    }

    /// The texts of a list in the document.
    func texts(_ key: String) throws -> [String] {
      try json[key]?.arrayValue?.compactMap(\.stringValue) ?? []
    }
  }

  /// Starts a hub with the project `shop` and binds the folder `p` to it.
  init() async throws {
    folder = try TemporaryFolder()
    let hub = try ServedHub(data: folder.path + "/hub")
    self.hub = hub
    token = try hub.token(.admin)
    try hub.createProject("shop")
    url = hub.url + "/shop"
    _ = try folder.folder("p")
    _ = try folder.folder("home")
    let bound = await run("init", url)
    try #require(bound.exit == 0, "\(bound.errors)")
  }

  /// Binds the folder `q` to the project as well, and pulls.
  func bindSecond() async throws {
    _ = try folder.folder("q")
    _ = await run(["init", url], in: "q")
    let pulled = await run(["pull"], in: "q")
    try #require(pulled.exit == 0, "\(pulled.errors)")
  }

  /// Stops the hub: nothing answers any more, and its data is free.
  func stopHub() {
    hub?.stop()
    hub = nil
  }

  /// Copies the hub's data while it runs.
  func backUpHub(to name: String) async throws {
    let backup = await run("hub", "backup", "--data", "../hub", "../" + name)
    try #require(backup.exit == 0, "\(backup.errors)")
  }

  /// Makes another project on the hub.
  func createProject(_ name: String) throws {
    try #require(hub).createProject(name)
  }

  /// Goes on with the data of a backup, at another address.
  func serveBackup(_ name: String) throws {
    stopHub()
    let hub = try ServedHub(data: folder.path + "/" + name)
    self.hub = hub
    url = hub.url + "/shop"
  }

  /// Signs `mage-agent` in to the project: its configuration is in the home folder then.
  func signInMageAgent() throws {
    let config: JSONValue = [
      "cluster_url": .string(url), "oauth_token": .string(token), "kind": "hub",
    ]
    try folder.write(
      String(decoding: config.bytes(), as: UTF8.self), to: "home/.mage-agent/config.json",
      mode: 0o600)
  }

  /// Runs one command in the folder `p`, so many days from now.
  @discardableResult
  func run(_ words: String..., days: Int64 = 0) async -> Outcome {
    await run(words, in: "p", days: days)
  }

  /// Makes another token, for one project or for all.
  func token(_ scope: TokenScope, project: String? = nil) throws -> String {
    try #require(hub).token(name: "ben", scope, project: project)
  }

  /// Runs one command in a folder, with a token of its own where one is given, and at a terminal
  /// where there is one.
  func run(
    _ words: [String], in place: String, days: Int64 = 0, token: String? = nil,
    fileSystem: any FileSystem = POSIXFileSystem(), terminal: Terminal? = nil,
    outputPath: String? = nil
  ) async -> Outcome {
    count += 1
    let names = (folder.path + "/out\(count)", folder.path + "/err\(count)")
    let output = open(outputPath ?? names.0, O_RDWR | O_CREAT | O_TRUNC, 0o600)
    let errors = open(names.1, O_RDWR | O_CREAT | O_TRUNC, 0o600)
    let input = open("/dev/null", O_RDONLY)
    let shift = days * 86_400 * 1_000_000_000
    let code = await Program.run(
      Surroundings(
        arguments: words,
        environment: environment.merging(
          token.map { ["SYNCLINE_TOKEN": $0] } ?? [:], uniquingKeysWith: { $1 }),
        currentFolder: folder.path + "/" + place,
        input: StandardStream(descriptor: terminal?.descriptor ?? input),
        output: StandardStream(descriptor: output),
        error: StandardStream(descriptor: terminal?.descriptor ?? errors),
        clock: WallClock(
          now: { WallClock.system.now() + shift }, monotonic: { WallClock.system.monotonic() }),
        fileSystem: fileSystem, retry: .once))
    for descriptor in [output, errors, input] { close(descriptor) }
    let bytes = (try? folder.read("out\(count)")) ?? []
    return Outcome(
      exit: code.rawValue, output: String(decoding: bytes, as: UTF8.self), bytes: bytes,
      errors: (try? folder.text("err\(count)")) ?? "")
  }

  /// Makes all runs older than they are.
  func age(runsByDays days: Int64) throws {
    let connection = try Connection(path: folder.path + "/p/.syncline/state.db", mode: .readWrite)
    try connection.run(
      "UPDATE runs SET started = started - ?1, finished = finished - ?1",
      days * 86_400 * 1_000_000_000)
    try connection.run("DELETE FROM meta WHERE key = ?", "pruned_at")
  }

  /// Runs commands in a folder at the same time, each as a process of its own.
  func together(_ commands: [[String]], in place: String) throws -> [ChildProcess.Outcome] {
    try commands.map {
      try ChildProcess(
        BuiltProgram.path, $0, environment: environment, directory: folder.path + "/" + place)
    }.map { $0.wait(seconds: 30) }
  }

  /// Writes a file of the project.
  func write(_ text: String, to path: String, mode: UInt32 = 0o644) throws {
    try folder.write(text, to: "p/" + path, mode: mode)
  }

  /// Reads a file of the project; nothing where there is none.
  func text(_ path: String) -> String? {
    folder.exists("p/" + path) ? try? folder.text("p/" + path) : nil
  }

  /// The newest run.
  func newestRun() async throws -> String {
    let runs = await run("runs", "--json", "--limit", "1")
    return try #require(try runs.json["runs"]?[0]?["run"]?.stringValue)
  }
}
