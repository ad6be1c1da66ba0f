import JSON
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

  /// Why the clients cannot be had; nothing where they can.
  static let absence: String? = {
    do {
      let made = try ChildProcess.run(root + "/scripts/mcp-clients", seconds: 300)
      return made.exitCode == 0 ? nil : made.errorText.trimmed
    } catch {
      return "scripts/mcp-clients cannot be run: \(error)"
    }
  }()

  /// Takes steps with a server; see `scripts/mcp-drive` for both ends of it.
  func drive(
    _ server: [String], _ steps: [JSONValue], environment: [String: String]
  ) throws -> [JSONValue] {
    let outcome = try ChildProcess.run(
      MCPClient.root + "/.cache/mcp/\(rawValue)/bin/python",
      [MCPClient.root + "/scripts/mcp-drive"] + server, environment: environment,
      input: JSONValue.array(steps).bytes(), seconds: 120)
    try #require(outcome.exitCode == 0, "\(outcome.errorText.suffix(4000))")
    let outcomes = try #require(try JSONValue.parse(outcome.output).arrayValue)
    try #require(outcomes.count == steps.count)
    return outcomes
  }

  /// The root of the package, three levels above this file.
  private static var root: String {
    var root = Substring(#filePath)
    for _ in 0..<3 { root = root[..<(root.lastIndex(of: "/") ?? root.startIndex)] }
    return String(root)
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
