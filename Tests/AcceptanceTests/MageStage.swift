import Platform
import TestSupport
import Testing

/// Somebody who works with the suite's Mage server, from an empty folder.
struct MageStage {
  let server: MageServer
  let stage: Stage
  let person: Person

  /// Takes the suite's server.
  init() throws {
    let server = try #require(MageServer.current)
    try self.init(server)
  }

  /// Takes a server of the test's own.
  init(_ server: MageServer) throws {
    self.server = server
    stage = try Stage()
    _ = try stage.folder.folder("home/ada")
    person = Person(
      name: "ada", home: stage.path + "/home/ada", token: nil, stage: stage.path)
  }

  /// The address of the server as a target.
  var url: String { "mage+" + server.url }

  /// Clones the server's project, by its own address or by that of a proxy before it.
  func clone(_ name: String = "ada", through proxy: FaultProxy? = nil) throws -> Clone {
    let url = proxy.map { "mage+" + $0.url } ?? url
    try person.run(["clone", url, name], seconds: 120).require(0)
    return Clone(path: stage.path + "/" + name, person: person)
  }

  /// Writes a file on both sides and lets them agree on it.
  func agree(_ clone: Clone, _ path: String, _ text: String) throws {
    try clone.write(text, to: path)
    try clone.run("push", path).require(0)
  }
}

extension Clone {
  /// Runs a verb at a terminal, with a person who types these lines.
  func runAtTerminal(_ arguments: [String], typing lines: [String]) throws -> CommandResult {
    let words = ([try Syncline.binary()] + arguments).map { "'\($0)'" }.joined(separator: " ")
    var environment = person.environment
    environment["TERM"] = "xterm"
    return CommandResult(
      arguments: arguments,
      outcome: try ChildProcess.run(
        "script", ["-q", "-e", "-c", words, "/dev/null"], environment: environment,
        directory: path, input: Array(lines.map { $0 + "\n" }.joined().utf8)))
  }

  /// Removes an empty folder.
  func removeFolder(_ name: String) throws {
    let slash = try #require(name.lastIndex(of: "/"))
    try POSIXFileSystem().openDirectory(path: path + "/" + name[..<slash])
      .removeDirectory(name[name.index(after: slash)...])
  }

  /// The bytes of a file; nothing where there is none.
  func bytes(_ name: String) -> [UInt8]? {
    try? POSIXFileSystem().readFile(path: path + "/" + name)
  }
}
