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

/// A hub in a process of its own; it is killed when its last reference goes.
final class HubProcess: Sendable {
  /// Its data folder.
  let data: String
  /// The home folder of the person who keeps it.
  let home: String
  /// Its address, which a restart keeps.
  let url: String
  private let log: String
  private let running: Locked<ChildProcess>

  private let options: [String]

  /// Starts a hub on a free port and waits until it listens.
  init(data: String, home: String, options: [String] = []) throws {
    self.data = data
    self.home = home
    self.options = options
    log = data + ".log"
    let (child, url) = try HubProcess.start(
      data: data, home: home, log: log, port: "0", options: options)
    running = Locked(child)
    self.url = url
  }

  deinit { process.kill() }

  /// The process that serves now, or that served last.
  var process: ChildProcess { running.withLock { $0 } }

  /// Its port.
  var port: String { String(url[url.index(after: url.lastIndex(of: ":") ?? url.startIndex)...]) }

  private static func start(
    data: String, home: String, log: String, port: String, options: [String]
  ) throws -> (ChildProcess, url: String) {
    // The shell gives its own process to the hub, so that the id is the hub's.
    let child = try ChildProcess(
      "/bin/sh",
      [
        "-c", "log=$1; shift; exec \"$@\" 2>>\"$log\"", "sh", log, try Syncline.binary(), "hub",
        "serve", "--data", data, "--listen", "127.0.0.1:" + port,
      ] + options, environment: Syncline.environment(home: home))
    let line = child.firstLine() ?? ""
    guard
      ["http", "https"].contains(where: { line.hasPrefix("listening on \($0)://127.0.0.1:") })
    else {
      _ = child.wait(seconds: 5)
      let said = (try? POSIXFileSystem().readFile(path: log)) ?? []
      throw HubDidNotStart(words: line + String(decoding: said.suffix(2000), as: UTF8.self))
    }
    return (child, String(line.dropFirst("listening on ".count)))
  }

  /// Ends the hub as an operator does, and expects it to end well.
  func stop(sourceLocation: SourceLocation = #_sourceLocation) {
    process.kill(SIGTERM)
    let outcome = process.wait(seconds: 30)
    #expect(!outcome.timedOut && outcome.exitCode == 0, sourceLocation: sourceLocation)
  }

  /// Ends the hub at once, wherever it is.
  func kill() {
    process.kill()
    _ = process.wait()
  }

  /// Starts the hub again, on the same data and the same port, after it was stopped or killed.
  func restart() throws {
    let (child, _) = try HubProcess.start(
      data: data, home: home, log: log, port: port, options: options)
    running.withLock { $0 = child }
  }

  /// Makes a project.
  func createProject(_ name: String) throws {
    try run("project", "create", "--data", data, name).require(0)
  }

  /// Re-hashes everything in the data folder and expects to find nothing wrong.
  func expectClean(sourceLocation: SourceLocation = #_sourceLocation) throws {
    try run("check", "--data", data, seconds: 120).expect(0, sourceLocation: sourceLocation)
  }

  /// Runs a verb of `syncline hub` as the keeper.
  func run(_ arguments: String..., seconds: Int = 60) throws -> CommandResult {
    try Syncline.run(
      ["hub"] + arguments, environment: Syncline.environment(home: home), seconds: seconds)
  }

  /// Everything that the hub said, over all its starts.
  func logText() throws -> String {
    String(decoding: try POSIXFileSystem().readFile(path: log), as: UTF8.self)
  }

  /// The requests that the hub answered, as `METHOD path status`, oldest first.
  ///
  /// A line may come a moment after its answer: stop the hub before where every request counts.
  func requests() throws -> [Request] {
    try logText().split(separator: "\n").compactMap { Request(line: $0) }
  }

  /// A line of the access log.
  struct Request: CustomStringConvertible {
    let method: String
    let path: String
    let status: Int

    /// Reads `TIME PEER ACTOR METHOD PATH STATUS DURATION`, or nothing from any other line.
    init?(line: Substring) {
      let parts = line.split(separator: " ")
      guard parts.count >= 7, let status = Int(parts[5]), parts[4].hasPrefix("/") else {
        return nil
      }
      method = String(parts[3])
      path = String(parts[4])
      self.status = status
    }

    var description: String { "\(method) \(path) \(status)" }
  }
}

/// A hub that ended, or said something else, before it listened.
struct HubDidNotStart: Error, CustomStringConvertible {
  let words: String
  var description: String { "the hub did not start: \(words)" }
}
