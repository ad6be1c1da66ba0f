import Crypto
import HTTPServing
import HubProtocol
import JSON
import Platform
import SyncModel
import TestSupport
import Testing
import Zstd

@testable import Hub
@testable import HubStore

/// A hub in a temporary folder that is asked without a socket, with a clock of its own.
final class HubWorld: Sendable {
  /// An answer with its body read to the end.
  struct Answer {
    let status: Int
    let headers: HTTPHeaders
    let bytes: [UInt8]

    var json: JSONValue? {
      do throws(JSONError) { return try JSONValue.parse(bytes) } catch { return nil }
    }
    var code: String? { json?["error"]?["code"]?.stringValue }
    var error: JSONValue? { json?["error"] }
  }

  let folder: TemporaryFolder
  let clock: HubTestClock
  let store: HubStore
  let hub: Hub
  let admin: String

  init(limits: HubInfo.Limits = HubInfo.Limits(), behindProxy: Bool = false) throws {
    folder = try TemporaryFolder()
    let clock = HubTestClock()
    self.clock = clock
    let environment = HubWorld.environment(clock)
    store = try HubStore(DataFolder(folder.path + "/data"), for: .serve, environment: environment)
    var configuration = HubConfiguration(
      behindProxy: behindProxy, hostNames: ["hub.test"], version: "1.2.3", limits: limits)
    let box = LogBox()
    configuration.log = { box.add($0) }
    self.box = box
    hub = Hub(store: store, configuration: configuration, environment: environment)
    admin = try store.createToken(
      named: "root", scope: .admin, project: nil, expires: nil, by: "test"
    ).text
    _ = try store.createProject(named: "demo", by: "test")
  }

  private let box: LogBox
  var lines: [AccessLine] { box.lines }

  static func environment(_ clock: HubTestClock) -> HubEnvironment {
    HubEnvironment(now: { clock.now }, randomBytes: { Randomness.system.bytes($0) })
  }

  func token(_ scope: TokenScope, project: String? = nil, name: String = "ann") throws -> String {
    let bound = try project.flatMap { try store.project(named: $0) }
    return try store.createToken(
      named: name, scope: scope, project: bound, expires: nil, by: "test"
    ).text
  }

  /// Asks for a path below `/api/v1`, or for one that starts with two slashes as it is.
  func ask(
    _ method: String, _ path: String, token: String? = "admin", body: [UInt8] = [],
    headers: HTTPHeaders = [:], peer: String = "10.0.0.1"
  ) throws -> Answer {
    let full = path.hasPrefix("//") ? String(path.dropFirst()) : "/api/v1" + path
    let target = try #require(HTTPTarget(full))
    var headers = headers
    if headers["Host"] == nil { headers.set("Host", "127.0.0.1:8080") }
    if let token { headers.set("Authorization", "Bearer " + (token == "admin" ? admin : token)) }
    let response = hub.handle(
      HTTPRequest(
        method: method, target: target, headers: headers, body: HTTPBody(body), peer: peer))
    return Answer(
      status: response.status, headers: response.headers, bytes: try HubWorld.read(response.body))
  }

  func ask(_ method: String, _ path: String, token: String? = "admin", json: JSONValue) throws
    -> Answer
  {
    try ask(method, path, token: token, body: json.bytes())
  }

  private static func read(_ body: HTTPResponse.Body) throws -> [UInt8] {
    switch body {
    case .bytes(let bytes): return bytes
    case .events(let source):
      source.close()
      return []
    case .stream(_, let reader):
      var bytes: [UInt8] = []
      var buffer = [UInt8](repeating: 0, count: 70_000)
      while true {
        let count = try buffer.withUnsafeMutableBytes { try reader.read(into: $0) }
        if count == 0 { return bytes }
        bytes += buffer[..<count]
      }
    }
  }

  var project: HubProject {
    get throws { try #require(try store.project(named: "demo")) }
  }

  /// Commits files given by their texts, where nothing deletes.
  ///
  /// What is expected is looked up.
  @discardableResult
  func commit(
    _ files: [(String, String?)], id: String = "run.\(UInt64.random(in: 0 ... .max))",
    token: String = "admin"
  ) throws -> Answer {
    let changes = try files.map { path, text -> JSONValue in
      let before = try ask("GET", "/projects/demo/files/\(APIPath.encode(path))").json?["node"]
      var object: JSONObject = [
        "path": .string(path), "expected": before ?? .null,
        "new": text.map { HubWorld.node($0) } ?? .null,
      ]
      if let text { object["content"] = .string(Base64.encode(Array(text.utf8))) }
      return .object(object)
    }
    return try ask(
      "POST", "/projects/demo/commits", token: token,
      json: ["commit": .string(id), "message": "a message", "changes": .array(changes)])
  }

  /// Commits new links of these names, without a look at what is there.
  func commitBlindly(_ paths: [String]) throws {
    let answer = try send(
      paths.map {
        HubWorld.change($0, expected: nil, new: ["kind": "link", "target": "x"])
      }, id: "run.\(UInt64.random(in: 0 ... .max))")
    #expect(answer.status == 200)
  }

  static func node(_ text: String, executable: Bool = false) -> JSONValue {
    [
      "kind": "file", "digest": .string(SHA256.hash(Array(text.utf8)).description),
      "size": .integer(Int64(text.utf8.count)), "executable": .bool(executable),
    ]
  }

  static func change(
    _ path: String, expected: JSONValue, new: JSONValue, content: String? = nil
  ) -> JSONValue {
    var object: JSONObject = ["path": .string(path), "expected": expected, "new": new]
    if let content { object["content"] = .string(Base64.encode(Array(content.utf8))) }
    return .object(object)
  }

  /// Sends one commit with changes as they are.
  func send(_ changes: [JSONValue], id: String = "run.1", token: String = "admin") throws
    -> Answer
  {
    try ask(
      "POST", "/projects/demo/commits", token: token,
      json: ["commit": .string(id), "message": nil, "changes": .array(changes)])
  }

  static func pack(_ contents: [[UInt8]]) throws -> [UInt8] {
    var writer = PackWriter()
    for content in contents {
      try content.withUnsafeBytes { try writer.append(SHA256.hash($0), $0) }
    }
    return try writer.finish()
  }

  /// The contents of a pack.
  static func unpack(_ bytes: [UInt8]) throws -> [Digest: [UInt8]] {
    var reader = PackReader(limits: .upload)
    var contents: [Digest: [UInt8]] = [:]
    try bytes.withUnsafeBytes { buffer in
      try reader.pushContents(buffer) { contents[$0] = Array($1) }
    }
    try reader.finish()
    return contents
  }
}

/// Collects log lines.
final class LogBox: Sendable {
  private let kept = Locked<[AccessLine]>([])
  var lines: [AccessLine] { kept.withLock { $0 } }
  func add(_ line: AccessLine) { kept.withLock { $0.append(line) } }
}

/// A clock that goes only when it is told to.
final class HubTestClock: Sendable {
  private let time = Locked<Int64>(1_790_000_000_000_000_000)
  var now: Timestamp { Timestamp(nanoseconds: time.withLock { $0 }) }
  func advance(seconds: Int64) { time.withLock { $0 += seconds * 1_000_000_000 } }
}

extension String {
  var digest: Digest { SHA256.hash(Array(utf8)) }
}
