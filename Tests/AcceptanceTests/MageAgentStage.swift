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

/// Somebody who knows Mage's own `mage-agent`, and has ours under that name.
struct MageAgentStage {
  let stage: Stage
  let person: Person
  /// The program, under the name that they type.
  let program: String
  /// The local folder that they name.
  let folder: Clone

  /// Makes a home without a configuration.
  init() throws {
    stage = try Stage()
    for name in ["home/ada", "bin", "local"] { _ = try stage.folder.folder(name) }
    person = Person(name: "ada", home: stage.path + "/home/ada", token: nil, stage: stage.path)
    program = stage.path + "/bin/mage-agent"
    try #require(symlink(try Syncline.binary(), program) == 0)
    folder = Clone(path: stage.path + "/local", person: person)
  }

  /// Makes a home that is signed in to a server that asks nobody.
  init(signedInTo server: MageServer) throws {
    try self.init()
    try configure(server.url)
  }

  /// Writes the configuration as Mage's own tool does.
  func configure(_ url: String, token: String? = nil) throws {
    let text: JSONValue = [
      "cluster_url": .string(url), "api_key": .null,
      "oauth_token": token.map { .string($0) } ?? .null,
      "management_cluster_url": .string(url),
    ]
    try stage.folder.write(
      String(decoding: text.bytes(.pretty), as: UTF8.self), to: "home/ada/.mage-agent/config.json",
      mode: 0o600)
  }

  /// The configuration as it is now.
  func configuration() throws -> JSONValue {
    try JSONValue.parse(try stage.folder.read("home/ada/.mage-agent/config.json"))
  }

  /// Runs a command in the stage's folder, without a terminal.
  func run(_ words: String..., in directory: String? = nil) throws -> CommandResult {
    try run(words, in: directory)
  }

  /// Runs a command on the local folder and requires that it is done; answers its data.
  func data(_ words: String..., sourceLocation: SourceLocation = #_sourceLocation) throws
    -> JSONValue
  {
    let result = try run(words + ["--local-project-dir", folder.path])
      .require(0, sourceLocation: sourceLocation)
    let document = try result.document()
    #expect(document["status"] == "ok", "\(result.words)", sourceLocation: sourceLocation)
    return try #require(document["data"], sourceLocation: sourceLocation)
  }

  /// Runs a command on the local folder that must fail; answers the error's code.
  func failure(_ words: String..., sourceLocation: SourceLocation = #_sourceLocation) throws
    -> String
  {
    let result = try run(words + ["--local-project-dir", folder.path])
      .require(1, sourceLocation: sourceLocation)
    return try result.envelope(sourceLocation: sourceLocation).code
  }

  /// Runs a command on the local folder with a person who types these lines at a terminal.
  func atTerminal(_ words: String..., typing lines: [String]) throws -> CommandResult {
    try atTerminal(words + ["--local-project-dir", folder.path], in: stage.path, typing: lines)
  }

  /// Runs a command in a folder with a person who types these lines at a terminal.
  func atTerminal(
    _ words: [String], in directory: String, typing lines: [String]
  ) throws -> CommandResult {
    let process = try terminal(words, in: directory, input: lines.map { $0 + "\n" }.joined())
    return CommandResult(arguments: words, outcome: process.wait(seconds: 60))
  }

  /// Runs a command with a person who waits for each question before answering it.
  func converse(
    _ words: [String], _ exchange: [(question: String, answer: String)]
  ) throws -> CommandResult {
    let process = try terminal(words, in: stage.path, input: nil)
    for (question, answer) in exchange {
      guard process.shows(question) else { break }
      try process.write(answer + "\n")
    }
    return CommandResult(arguments: words, outcome: process.wait(seconds: 60))
  }

  private func terminal(
    _ words: [String], in directory: String, input: String?
  ) throws -> ChildProcess {
    let line = ([program] + words).map { "'\($0)'" }.joined(separator: " ")
    var environment = person.environment
    (environment["TERM"], environment["TZ"]) = ("xterm", "UTC")
    return try ChildProcess(
      "script", ["-q", "-e", "-c", line, "/dev/null"], environment: environment,
      directory: directory, input: Array((input ?? "").utf8), keepsInputOpen: input == nil)
  }

  private func run(_ words: [String], in directory: String? = nil) throws -> CommandResult {
    CommandResult(
      arguments: words,
      outcome: try ChildProcess.run(
        program, words, environment: person.environment, directory: directory ?? stage.path,
        seconds: 120))
  }

  /// Writes a file here and lets both sides agree on it.
  func agree(_ path: String, _ text: String) throws {
    try folder.write(text, to: path)
    let pushed = try data("sync-local-to-remote")["local_to_remote"]?.texts ?? []
    try #require(pushed.contains(path))
  }
}

extension CommandResult {
  /// The lines that stayed on a terminal, without those of progress that were erased again.
  var shownLines: [String] {
    outputText.split(separator: "\r\n").map { line in
      String(line.split(separator: "\r\u{1B}[K", omittingEmptySubsequences: false).last ?? "")
    }
  }

  /// The error envelope, which is the last line on standard error.
  func envelope(
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> (code: String, message: String) {
    let line = errorText.split(separator: "\n").last ?? ""
    let document = try #require(
      try? JSONValue.parse(Array(line.utf8)), "\(words)", sourceLocation: sourceLocation)
    #expect(document["status"] == "error", "\(words)", sourceLocation: sourceLocation)
    return (
      try #require(document["error"]?["code"]?.stringValue, sourceLocation: sourceLocation),
      try #require(document["error"]?["message"]?.stringValue, sourceLocation: sourceLocation)
    )
  }
}

extension JSONValue {
  /// The texts of a list.
  var texts: [String] { arrayValue?.compactMap(\.stringValue) ?? [] }
}
