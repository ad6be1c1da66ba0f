import JSON
import Platform
import Testing
import TestSupport

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The official Python client in one of its releases, as `scripts/mcp-clients` installs it.
enum MCPClient: String, CaseIterable, Sendable {
  /// The newest 1.x: begins with a handshake.
  case v1
  /// The newest of all: stateless where the server is.
  case v2

  /// The revision that it settles on with this server.
  var revision: String {
    switch self {
    case .v1: "2025-11-25"
    case .v2: "2026-07-28"
    }
  }

  /// Both clients, as one script installs them.
  static let installed = InstalledTool(script: "scripts/mcp-clients")

  /// Takes steps with a server; see `scripts/mcp-drive` for both ends of it.
  func drive(
    _ server: [String], _ steps: [JSONValue], environment: [String: String]
  ) throws -> [JSONValue] {
    let outcome = try ChildProcess.run(
      InstalledTool.root + "/.cache/mcp/\(rawValue)/bin/python",
      [InstalledTool.root + "/scripts/mcp-drive"] + server, environment: environment,
      input: JSONValue.array(steps).bytes(), seconds: 120)
    try #require(outcome.exitCode == 0, "\(outcome.errorText.suffix(4000))")
    let outcomes = try #require(try JSONValue.parse(outcome.output).arrayValue)
    try #require(outcomes.count == steps.count)
    return outcomes
  }
}

/// How a client reaches the server.
enum MCPWay: String, CaseIterable, Sendable {
  /// The client starts the server.
  case stdio
  /// The server listens already.
  case http
}

/// A server that listens, in a process of its own; it is killed when its last reference goes.
final class MCPListener: Sendable {
  private let process: ChildProcess
  /// Where messages go.
  let url: String

  /// Starts a server for a clone, with the token of a file that it makes.
  init(_ clone: Clone, tokenFile: String) throws {
    process = try clone.start("mcp", "--http", "127.0.0.1:0", "--token-file", tokenFile)
    let line = process.firstLine() ?? ""
    try #require(line.hasPrefix("listening on "), "\(line)")
    url = String(line.dropFirst("listening on ".count))
  }

  deinit { process.kill() }

  /// Ends the server as an operator does, and returns what it said.
  func stop() -> ChildProcess.Outcome {
    process.kill(SIGTERM)
    return process.wait(seconds: 30)
  }
}

/// The server for assistants in a clone, and the way in.
struct MCPDoor {
  /// The server that listens, where the way is that.
  let listener: MCPListener?
  private let clone: Clone
  private let tokenFile: String

  /// Opens the way to a clone; over HTTP the server is started here.
  init(_ clone: Clone, _ way: MCPWay) throws {
    self.clone = clone
    tokenFile = clone.person.home + "/token"
    listener = way == .http ? try MCPListener(clone, tokenFile: tokenFile) : nil
  }

  /// Takes steps with the server and returns their outcomes; `mode` is how the client begins.
  func drive(
    _ client: MCPClient, mode: String = "auto", _ steps: [JSONValue]
  ) throws -> [JSONValue] {
    var server = ["--stdio", clone.path, try Syncline.binary(), "mcp"]
    if let listener {
      let token = try POSIXFileSystem().readFile(path: tokenFile)
      server = ["--http", listener.url, String(decoding: token, as: UTF8.self).trimmed]
    }
    return try client.drive(
      ["--mode", mode] + server, steps, environment: clone.person.environment)
  }

  /// A step that calls a tool.
  static func call(_ name: String, _ arguments: JSONValue = [:]) -> JSONValue {
    ["do": "call", "name": .string(name), "arguments": arguments]
  }

  /// What a tool answered.
  static func data(_ outcome: JSONValue) -> JSONValue? {
    outcome["result"]?["structuredContent"]?["data"]
  }

  /// Why a tool refused.
  static func error(_ outcome: JSONValue) -> JSONValue? {
    outcome["result"]?["structuredContent"]?["error"]
  }
}
