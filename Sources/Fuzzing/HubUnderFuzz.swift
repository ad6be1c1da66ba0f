import Crypto
import HTTPServing
import Hub
import HubProtocol
import HubStore
import JSON
import Platform
import SyncModel
import TestSupport

/// A hub in a temporary folder, with one project and one content, and how bytes become requests.
final class HubUnderFuzz: Sendable {
  private static let shared = Locked<HubUnderFuzz?>(nil)

  /// The hub of this process.
  static func current() throws -> HubUnderFuzz {
    try shared.withLock { shared in
      if let made = shared {
        try made.makeProject()
        return made
      }
      let made = try HubUnderFuzz()
      shared = made
      return made
    }
  }

  let hub: Hub
  private let folder: TemporaryFolder
  private let token: String
  /// What no answer may hold any more: the token of all requests, and those that were given out.
  private let secrets: Locked<[[UInt8]]>

  private init() throws {
    folder = try TemporaryFolder()
    let environment = HubEnvironment(clock: .system, randomness: .system)
    let store = try HubStore(
      DataFolder(folder.path + "/data"), for: .serve, environment: environment)
    var limits = HubInfo.Limits()
    limits.requestsPerMinute = .max >> 16
    hub = Hub(
      store: store,
      configuration: HubConfiguration(hostNames: ["hub.test"], version: "1", limits: limits),
      environment: environment)
    token = try store.createToken(
      named: "fuzz", scope: .admin, project: nil, expires: nil, by: "fuzz"
    ).text
    secrets = Locked([Array(token.utf8)])
    try makeProject()
  }

  /// Makes the project, which an earlier input may have deleted or renamed.
  private func makeProject() throws {
    guard try hub.store.project(named: "demo") == nil else { return }
    _ = try hub.store.createProject(named: "demo", by: "fuzz")
  }

  /// Tells whether bytes hold a token that was given out before.
  func tells(_ bytes: [UInt8]) -> Bool {
    let start = Array(Wire.tokenPrefix.utf8)
    let known = secrets.withLock { $0 }
    for place in bytes.indices where bytes[place] == start[0] {
      let rest = bytes[place...]
      if rest.starts(with: start), known.contains(where: { rest.starts(with: $0) }) { return true }
    }
    return false
  }

  /// Notes the token that an answer gives out, which is the one time that it may be told.
  func note(_ body: [UInt8]) {
    guard let token = (try? JSONValue.parse(body))?["token"]?.stringValue else { return }
    secrets.withLock { secrets in
      if secrets.count > 50 { secrets.remove(at: 1) }
      secrets.append(Array(token.utf8))
    }
  }

  /// A request, or nothing where the server itself would refuse its target.
  func request(_ input: inout FuzzInput) -> HTTPRequest? {
    var segments = input.pick(Self.paths)
    if input.byte() % 4 == 0, !segments.isEmpty {
      segments[input.number(below: segments.count)] = input.text(atMost: 40)
    }
    var path = "/" + segments.map(APIPath.encode).joined(separator: "/")
    if input.byte() % 8 == 0 { path = "/" + input.text(atMost: 60) }
    if input.byte() % 2 == 0 {
      let value =
        input.byte() % 2 == 0 ? "\(input.byte())" : APIPath.encode(input.text(atMost: 20))
      path += "?" + input.pick(Self.queries) + "=" + value
    }
    guard let target = HTTPTarget(path) else { return nil }
    var headers: HTTPHeaders = ["Host": "127.0.0.1:80"]
    if input.byte() % 16 != 0 { headers.set("Authorization", "Bearer " + token) }
    if input.byte() % 4 == 0 {
      headers.set(input.pick(Self.headers), input.text(atMost: 60))
    }
    return HTTPRequest(
      method: input.pick(Self.methods), target: target, headers: headers,
      body: HTTPBody(body(&input)))
  }

  private func body(_ input: inout FuzzInput) -> [UInt8] {
    switch input.byte() % 4 {
    case 0: return []
    case 1: return input.bytes(atMost: 400)
    case 2:
      let text = input.text(atMost: 20)
      return Array(input.pick(Self.bodies).replacing("TEXT", with: text).utf8)
    default:
      let content = input.bytes(atMost: 50)
      var writer = PackWriter()
      let isWritten: Void? = try? content.withUnsafeBytes {
        try writer.append(SHA256.hash($0), $0)
      }
      return isWritten == nil ? [] : (try? writer.finish()) ?? []
    }
  }

  private static let digest = SHA256.hash([]).description

  private static let methods = [
    "GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "get", "TRACE", "",
  ]

  private static let paths: [[String]] =
    [
      [], ["healthz"], ["api", "v1", "openapi.json"], ["api", "v1", "hub"],
      ["api", "v1", "whoami"], ["api", "v1", "projects"], ["api", "v1", "tokens"],
      ["api", "v1", "tokens", "1"], ["api", "v1", "audit"], ["api", "v1", "projects", "demo"],
    ]
    + [
      ["changes"], ["commits"], ["restore"], ["events"], ["missing"], ["packs"], ["contents"],
      ["contents", digest], ["uploads", digest], ["history"], ["tree"], ["files", "a.txt"],
      ["files", "a.txt", "versions"], ["diff"], ["drafts"], ["drafts", "a.txt"],
      ["drafts", "a.txt", "publish"], ["current", "a.txt"],
    ].map { ["api", "v1", "projects", "demo"] + $0 }

  private static let queries = [
    "since", "path", "from", "to", "revision", "limit", "before", "after", "offset", "digest",
    "prefix", "at", "cursor",
  ]

  private static let headers = [
    "Host", "Authorization", "Syncline-Protocol", "If-None-Match", "Range", "Content-Range",
    "Last-Event-ID", "Content-Type", "X-Forwarded-For", "Origin",
  ]

  private static let bodies = [
    #"{"commit":"TEXT","message":null,"changes":[]}"#,
    #"{"commit":"TEXT","message":"m","changes":[{"path":"TEXT","expected":null,"new":"#
      + #"{"kind":"link","target":"x"}}]}"#,
    #"{"commit":"c.TEXT","changes":[{"path":"a.txt","expected":null,"new":{"kind":"file","#
      + #""digest":"\#(digest)","size":0,"executable":false},"content":""}]}"#,
    #"{"name":"TEXT"}"#, #"{"name":"TEXT","scope":"read","project":null,"expires":null}"#,
    #"{"digests":["TEXT"]}"#, #"{"digests":["\#(digest)"]}"#,
    #"{"path":"a.txt","revision":1,"commit":"TEXT","expected":null}"#, "TEXT", "[TEXT]",
  ]
}
