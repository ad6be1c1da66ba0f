import HTTPClient
import Commands
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

/// A hub that is served by the program itself, and a folder `p` that is bound to its project.
final class HistoryWorld {
  /// Holds everything: the hub's data in `hub`, the project in `p`.
  let folder: TemporaryFolder
  private var hub: ChildProcess
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
    let program = try HistoryWorld.program()
    let data = folder.path + "/hub"
    token = try HistoryWorld.oneLine(
      program, ["hub", "token", "create", "--data", data, "--name", "ann", "--scope", "admin"])
    _ = try HistoryWorld.oneLine(program, ["hub", "project", "create", "--data", data, "shop"])
    (hub, url) = try HistoryWorld.serve(program, data)
    _ = try folder.folder("p")
    _ = try folder.folder("home")
    let bound = await run("init", url)
    try #require(bound.exit == 0, "\(bound.errors)")
  }

  deinit {
    hub.kill(SIGTERM)
    _ = hub.wait(seconds: 10)
  }

  /// Stops the hub: nothing answers any more.
  func stopHub() {
    hub.kill(SIGTERM)
    _ = hub.wait(seconds: 10)
  }

  /// Copies the hub's data while it runs.
  func backUpHub(to name: String) throws {
    _ = try HistoryWorld.oneLine(
      try HistoryWorld.program(),
      ["hub", "backup", "--data", folder.path + "/hub", folder.path + "/" + name])
  }

  /// Makes another project on the hub.
  func createProject(_ name: String) throws {
    _ = try HistoryWorld.oneLine(
      try HistoryWorld.program(),
      ["hub", "project", "create", "--data", folder.path + "/hub", name])
  }

  /// Goes on with the data of a backup, at another address.
  func serveBackup(_ name: String) throws {
    stopHub()
    (hub, url) = try HistoryWorld.serve(
      try HistoryWorld.program(), folder.path + "/" + name)
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

  /// Makes another token.
  func token(_ options: [String]) throws -> String {
    try HistoryWorld.oneLine(
      try HistoryWorld.program(),
      ["hub", "token", "create", "--data", folder.path + "/hub", "--name", "ben"] + options)
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
    let program = try HistoryWorld.program()
    return try commands.map {
      try ChildProcess(
        program, $0, environment: environment, directory: folder.path + "/" + place)
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

  private static func oneLine(_ program: String, _ words: [String]) throws -> String {
    let outcome = try ChildProcess.run(program, words, environment: [:])
    try #require(outcome.exitCode == 0, "\(outcome.errorText)")
    return String(outcome.outputText.prefix { $0 != "\n" })
  }

  private static func serve(_ program: String, _ data: String) throws -> (ChildProcess, String) {
    let process = try ChildProcess(
      program, ["hub", "serve", "--data", data, "--listen", "127.0.0.1:0"], environment: [:])
    let line = try #require(process.firstLine())
    let origin = try #require(line.split(separator: " ").last)
    return (process, origin + "/shop")
  }

  /// The program, which is built beside the tests.
  private static func program() throws -> String {
    for word in CommandLine.arguments.reversed() where word.hasPrefix("/") {
      var folder = word[...]
      for _ in 0..<5 {
        guard let slash = folder.lastIndex(of: "/") else { break }
        folder = folder[..<slash]
        let candidate = folder + "/syncline"
        if access(String(candidate), X_OK) == 0 { return String(candidate) }
      }
    }
    throw Errno.notFound
  }
}
