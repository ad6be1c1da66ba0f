import HTTPClient
import HTTPServing
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

/// A real Mage server with a project of its own; nothing of it is left when it was stopped.
final class MageServer: Sendable {
  /// The server of the suite that runs.
  @TaskLocal static var current: MageServer?

  /// The program that `scripts/mage` installed; nothing where it could not.
  static let program: String? = getenv("SYNCLINE_MAGE").map { String(cString: $0) }
  /// Why the tests are skipped where there is none.
  static let absence: Comment =
    "no Mage server: set SYNCLINE_MAGE to what scripts/mage prints, as scripts/acceptance does"

  /// Its address, which a restart keeps.
  let url: String
  /// The project's folder on this machine's disk.
  let project: String
  /// Its port.
  let port: UInt16
  private let work: String
  private let wantsSignIn: Bool
  private let folder: TemporaryFolder
  private let running = Locked<ChildProcess?>(nil)
  private let client = HTTPClient()

  /// Makes a project with Mage's own example in it, and serves it on a free port.
  init(wantsSignIn: Bool = false) throws {
    folder = try TemporaryFolder()
    for name in ["home", "data"] { _ = try folder.folder(name) }
    work = folder.path
    project = folder.path + "/demo"
    self.wantsSignIn = wantsSignIn
    let free = try HTTPServer { _ in HTTPResponse(status: 503) }
    port = free.port
    free.stop(graceSeconds: 0)
    url = "http://127.0.0.1:\(port)"
    try start()
  }

  deinit { stop() }

  /// Starts the server and waits until it says that it serves our project on our port.
  ///
  /// It takes the next port where its own is taken.
  func start() throws {
    let program = try #require(MageServer.program)
    let path = program[..<(program.lastIndex(of: "/") ?? program.startIndex)]
    let process = try ChildProcess(
      "/bin/sh",
      [
        "-c", "exec \"$@\" 2>&1", "sh", program, "start", "demo", "--host",
        "127.0.0.1", "--port", "\(port)", "--instance-type", "web_server",
      ],
      environment: [
        "PATH": "\(path):/usr/bin:/bin", "HOME": work + "/home", "LANG": "C.UTF-8",
        "MAGE_DATA_DIR": work + "/data", "DISABLE_AUTO_BROWSER_OPEN": "1",
        "DISABLE_AUTORELOAD": "1", "REQUIRE_USER_AUTHENTICATION": wantsSignIn ? "1" : "0",
        // It would report home otherwise.
        "HTTP_PROXY": "http://127.0.0.1:9", "HTTPS_PROXY": "http://127.0.0.1:9",
        "NO_PROXY": "127.0.0.1,localhost",
      ], directory: work)
    running.withLock { $0 = process }
    guard process.shows("running at \(url) and serving project \(project)", seconds: 120),
      try get("/api/status")["statuses"]?[0]?["repo_path"]?.stringValue == project
    else { throw MageDidNotStart(words: String(end(SIGTERM).suffix(2000))) }
  }

  /// Ends the server and the helpers that it would leave behind.
  func stop() { end(SIGTERM) }

  /// Ends the server at once, wherever it is.
  func kill() { end(SIGKILL) }

  /// Ends the server with its helpers, and returns what it said.
  @discardableResult
  private func end(_ signal: Int32) -> String {
    guard let process = running.withLock({ $0.take() }) else { return "" }
    let family = MageServer.descendants(of: process.id)
    process.kill(signal)
    for id in family { _ = sendSignal(id, SIGTERM) }
    // What it writes to stays open until the last of them has ended.
    let outcome = process.wait(seconds: 30)
    if outcome.timedOut { for id in family { _ = sendSignal(id, SIGKILL) } }
    return outcome.outputText
  }

  private static func descendants(of id: Int32) -> [Int32] {
    let found = try? ChildProcess.run("pgrep", ["-P", "\(id)"]).outputText
    let children = (found ?? "").split(separator: "\n").compactMap { Int32($0) }
    return children + children.flatMap { descendants(of: $0) }
  }
}

/// A server that ended before it answered.
struct MageDidNotStart: Error, CustomStringConvertible {
  let words: String
  var description: String { "the Mage server did not start: \(words)" }
}

/// What a teammate does in Mage meanwhile, through its own interface and past it.
extension MageServer {
  /// Saves a file as Mage's pages do.
  func save(_ path: String, _ text: String) throws {
    let body: JSONValue = ["file_content": ["content": .string(text)]]
    _ = try send("PUT", "/api/file_contents/" + encoded(path), body)
  }

  /// The text of a file as one read shows it, believed at once; empty where nothing stands.
  func glance(_ path: String) throws -> String {
    try get("/api/file_contents/" + encoded(path))["file_content"]?["content"]?.stringValue ?? ""
  }

  /// When a file was written, in nanoseconds since 1970 by the server's disk.
  func modified(_ path: String) throws -> Int64 {
    let outcome = try ChildProcess.run("stat", ["-c", "%.9Y", project + "/" + path])
    let digits = outcome.outputText.filter { $0.isNumber }
    return try #require(Int64(digits), "\(outcome.errorText)")
  }

  /// Deletes a file as Mage's pages do.
  func delete(_ path: String) throws { _ = try send("DELETE", "/api/files/" + encoded(path)) }

  /// The project on the server's disk, past Mage.
  var disk: Clone {
    Clone(path: project, person: Person(name: "", home: work, token: nil, stage: work))
  }

  /// The bytes on the server's disk; nothing where there is no file.
  func bytes(_ path: String) -> [UInt8]? {
    try? POSIXFileSystem().readFile(path: project + "/" + path)
  }

  /// The text on the server's disk; nothing where there is no file.
  func text(_ path: String) -> String? {
    bytes(path).map { String(decoding: $0, as: UTF8.self) }
  }

  private func encoded(_ path: String) -> String {
    percentEncode(segment: percentEncode(segment: "demo/" + path))
  }

  private func get(_ path: String) throws -> JSONValue { try send("GET", path) }

  @discardableResult
  private func send(_ method: String, _ path: String, _ body: JSONValue? = nil) throws -> JSONValue
  {
    var request = HTTPClientRequest(
      method: method, url: url + path, headers: [("Content-Type", "application/json")],
      body: body.map { .bytes($0.bytes()) } ?? .none)
    request.totalTimeout = 30
    let answer = try JSONValue.parse(try client.send(request).body)
    if let error = answer["error"] {
      throw MageDidNotStart(words: "\(method) \(path): \(error["message"]?.stringValue ?? "")")
    }
    return answer
  }
}

/// Gives the tests of a suite one server to share, and ends it after them.
struct MageServing: SuiteTrait, TestScoping {
  /// The scope is the whole suite's, not each test's.
  var isRecursive: Bool { false }

  @concurrent
  func provideScope(
    for test: Test, testCase: Test.Case?,
    performing function: @concurrent @Sendable () async throws -> Void
  ) async throws {
    let server = try MageServer()
    defer { server.stop() }
    try await MageServer.$current.withValue(server) { try await function() }
  }
}

extension Trait where Self == MageServing {
  /// One real Mage server for all tests of the suite.
  static var mageServer: MageServing { MageServing() }
}

/// `kill(2)`, under a name that the methods of that name do not hide.
private func sendSignal(_ process: Int32, _ signal: Int32) -> Int32 {
  #if canImport(Glibc)
    Glibc.kill(process, signal)
  #elseif canImport(Musl)
    Musl.kill(process, signal)
  #else
    Darwin.kill(process, signal)
  #endif
}
