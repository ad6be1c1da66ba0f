import Crypto
import HTTPClient
import HTTPServing
import HubProtocol
import HubReplica
import Platform
import Replica
import SyncModel
import TestSupport

/// A server that answers as a test says, and remembers what it was asked.
final class ScriptedHub: Sendable {
  /// What one request was.
  struct Asked: Sendable {
    var line: String
    var headers: HTTPHeaders
    var body: [UInt8]
  }

  private let server: HTTPServer
  /// The pauses that the client would have made, in nanoseconds.
  let pauses = Locked<[Int64]>([])
  let origin: Origin

  /// Answers each request by its number, from 0.
  init(_ answer: @escaping @Sendable (Int, HTTPRequest) -> HTTPResponse) throws {
    let log = Log()
    var configuration = HTTPServerConfiguration()
    configuration.limits.bodyBytes = { _, _ in 64 << 20 }
    configuration.workers = 3
    server = try HTTPServer(configuration: configuration) { request in
      answer(log.add(request), request)
    }
    self.logged = log
    guard let origin = Origin(url: "http://127.0.0.1:\(server.port)") else { throw Unusable() }
    self.origin = origin
  }

  private struct Unusable: Error {}
  private let deaf = Locked<DeafPort?>(nil)
  private let logged: Log

  private final class Log: Sendable {
    let asked = Locked<[Asked]>([])

    func add(_ request: HTTPRequest) -> Int {
      let query = request.target.query.map { "\($0.name)=\($0.value)" }.joined(separator: "&")
      return asked.withLock {
        $0.append(
          Asked(
            line: "\(request.method) \(request.rawPath)" + (query.isEmpty ? "" : "?" + query),
            headers: request.headers, body: request.body.bytes))
        return $0.count - 1
      }
    }
  }

  /// What was asked so far.
  var asked: [Asked] { logged.asked.withLock { $0 } }

  func stop() {
    let port = server.port
    server.stop(graceSeconds: 0)
    deaf.withLock { $0 = DeafPort(port) }
  }

  /// A connection that never really sleeps.
  func connection(
    retry: RetryPolicy = RetryPolicy(), token: String? = "slt_secret"
  ) throws -> HubConnection {
    let sleeper = Sleeper { [self] nanoseconds, _ in
      pauses.withLock { $0.append(nanoseconds) }
    }
    return try HubConnection(
      origin: origin, credential: token.map { HubCredential(token: $0, origin: origin) },
      environment: .init(
        transport: HTTPClient(), sleeper: sleeper, randomness: .seeded(1), retry: retry,
        pool: BlockingPool(threads: 6)))
  }

  func replica(retry: RetryPolicy = RetryPolicy()) throws -> HubReplica {
    HubReplica(connection: try connection(retry: retry), project: "demo")
  }

  // Answers.

  static func json(_ status: Int, _ body: [UInt8], _ headers: HTTPHeaders = [:]) -> HTTPResponse {
    var response = HTTPResponse(status: status, headers: headers, body: .bytes(body))
    response.headers.set(Wire.Header.version, "1")
    response.headers.set("Content-Type", Wire.MediaType.json)
    return response
  }

  /// An answer of a hub that tells a version of the protocol.
  static func told(_ version: String, _ status: Int, _ body: [UInt8]) -> HTTPResponse {
    var response = json(status, body)
    response.headers.set(Wire.Header.version, version)
    return response
  }

  static func refusal(_ error: WireError, _ headers: HTTPHeaders = [:]) -> HTTPResponse {
    json(error.code.status, error.json, headers)
  }

  static func bytes(_ status: Int, _ body: [UInt8]) -> HTTPResponse {
    HTTPResponse(status: status, headers: [Wire.Header.version: "1"], body: .bytes(body))
  }

  /// Some bytes of an announced body, and then a cut.
  static func cut(_ status: Int, _ body: [UInt8], of length: Int) -> HTTPResponse {
    HTTPResponse(
      status: status, headers: [Wire.Header.version: "1"],
      body: .stream(length: length, CutBody(body)))
  }

  static let page = HTTPResponse(
    status: 200, headers: ["Content-Type": "text/html"],
    body: .bytes(Array("<html><body>Please sign in</body></html>".utf8)))
}

/// A body that ends before its announced length.
private final class CutBody: HTTPBodyReader {
  private struct Cut: Error {}
  private let rest: Locked<[UInt8]>

  init(_ bytes: [UInt8]) { rest = Locked(bytes) }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    try rest.withLock { rest in
      guard !rest.isEmpty else { throw Cut() }
      let count = min(rest.count, buffer.count)
      buffer.copyBytes(from: rest[..<count])
      rest.removeFirst(count)
      return count
    }
  }
}

/// Keeps contents in memory, by path.
final class PartialContents: ContentProvider, ContentSink {
  private struct State {
    var whole: [Digest: [UInt8]] = [:]
    var parts: [Digest: [UInt8]] = [:]
  }

  private let state = Locked(State())

  /// Adds a content that is given under a digest, its own or that of what it was before.
  func put(_ bytes: [UInt8], as digest: Digest) { state.withLock { $0.whole[digest] = bytes } }
  func putPart(_ bytes: [UInt8], of digest: Digest) { state.withLock { $0.parts[digest] = bytes } }
  subscript(digest: Digest) -> [UInt8]? { state.withLock { $0.whole[digest] } }

  func has(_ content: WantedContent) -> Bool { self[content.digest] != nil }

  func open(_ content: WantedContent, from offset: UInt64) throws -> any ContentReader {
    guard let bytes = self[content.digest] else { throw ContentError.missing(content.path) }
    return Reader(bytes.dropFirst(Int(offset)))
  }

  func begin(_ content: WantedContent) throws -> any ContentWriter {
    Writer(self, content, state.withLock { $0.parts[content.digest] ?? [] })
  }

  private final class Reader: ContentReader {
    private var rest: ArraySlice<UInt8>
    init(_ rest: ArraySlice<UInt8>) { self.rest = rest }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
      let count = min(rest.count, buffer.count, 1 << 16)
      buffer.copyBytes(from: rest.prefix(count))
      rest = rest.dropFirst(count)
      return count
    }
  }

  private final class Writer: ContentWriter {
    private let owner: PartialContents
    private let content: WantedContent
    private var bytes: [UInt8]

    init(_ owner: PartialContents, _ content: WantedContent, _ bytes: [UInt8]) {
      self.owner = owner
      self.content = content
      self.bytes = bytes
    }

    var received: UInt64 { UInt64(bytes.count) }
    func write(_ piece: UnsafeRawBufferPointer) throws { bytes += piece }

    func finish() throws {
      let isRight = SHA256.hash(bytes) == content.digest && received == content.size
      owner.state.withLock { state in
        state.parts[content.digest] = nil
        if isRight { state.whole[content.digest] = bytes }
      }
      guard isRight else { throw ContentError.mismatch(content.path) }
    }

    func abandon() { owner.putPart(bytes, of: content.digest) }
  }
}

/// Values that tests of the replica share.
enum Sample {
  static func path(_ text: String) -> SyncPath { SyncPath(trusted: text) }

  static func file(_ bytes: [UInt8]) -> Node {
    .file(Node.File(digest: SHA256.hash(bytes), size: UInt64(bytes.count), isExecutable: false))
  }

  static func wanted(_ name: String, _ bytes: [UInt8]) -> WantedContent {
    WantedContent(path: path(name), digest: SHA256.hash(bytes), size: UInt64(bytes.count))
  }

  static func feed(
    _ files: [String: String], revision: UInt64, since: UInt64? = nil, digest: TreeDigest? = nil,
    id: String = "p1"
  ) -> ChangesFeed {
    let entries = files.map { name, text in
      FeedEntry(
        path: path(name), node: text.isEmpty ? nil : file(Array(text.utf8)), modified: nil,
        author: "ann", revision: revision)
    }.sorted { $0.path < $1.path }
    return ChangesFeed(
      head: .init(
        project: "demo", id: id, revision: revision, since: since,
        treeDigest: digest ?? treeDigest(files)),
      entries: entries)
  }

  static func treeDigest(_ files: [String: String]) -> TreeDigest {
    var digest = TreeDigest()
    for (name, text) in files where !text.isEmpty { digest.add(path(name), file(Array(text.utf8))) }
    return digest
  }

  static func known(_ files: [String: String], revision: UInt64) -> KnownTree {
    KnownTree(
      tree: Tree(
        files.map { TreeEntry(path: path($0), state: .node(file(Array($1.utf8)))) }),
      cursor: Cursor(revision: revision, fingerprint: treeDigest(files).hex))
  }
}
