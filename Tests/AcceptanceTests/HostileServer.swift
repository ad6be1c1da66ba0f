import Platform
import HTTPClient
import HTTPServing
import TestSupport
import Testing

/// Stands between people and a hub, and spoils the answers that a test names.
final class HostileServer: Sendable {
  /// A request as it came.
  struct Asked: Sendable {
    /// Its place since the last ``spoil(_:)``, from 0.
    let number: Int
    let method: String
    /// The path with its query.
    let path: String
    let authorization: String?

    /// Whether it asks for the listing of a project.
    var isListing: Bool { path.contains("/changes") }
    /// Whether it asks for small contents.
    var isPack: Bool { path.hasSuffix("/contents") }
    /// Whether it asks for one large content.
    var isLarge: Bool { path.contains("/contents/") }
    /// Whether it is a commit.
    var isCommit: Bool { path.hasSuffix("/commits") }
  }

  /// What a request gets in place of the hub's own answer.
  enum Spoiled: Sendable {
    /// This answer; the hub is not asked.
    case instead(HTTPResponse)
    /// The hub's answer, changed; the hub has done what was asked.
    case changed(@Sendable (Answer) -> HTTPResponse)
  }

  /// An answer of the hub.
  struct Answer: Sendable {
    let status: Int
    let headers: HTTPHeaders
    let body: [UInt8]

    /// The answer as it came.
    var response: HTTPResponse {
      HTTPResponse(status: status, headers: headers, body: .bytes(body))
    }

    /// The answer with another body.
    func with(_ body: [UInt8]) -> HTTPResponse {
      HTTPResponse(status: status, headers: headers, body: .bytes(body))
    }

    /// The answer cut in its body: fewer bytes than were announced.
    var cut: HTTPResponse {
      HTTPResponse(
        status: status, headers: headers,
        body: .stream(length: body.count + 100, CutBody(body)))
    }
  }

  typealias Script = @Sendable (Asked) -> Spoiled?

  private struct State: Sendable {
    var hub: String
    var script: Script?
    var asked: [Asked] = []
  }

  private final class Core: Sendable {
    let state: Locked<State>
    let client = HTTPClient()

    init(_ hub: String) { state = Locked(State(hub: hub)) }

    func answer(_ request: HTTPRequest) -> HTTPResponse {
      let query = request.target.query.map { "\($0.name)=\($0.value)" }.joined(separator: "&")
      let path = request.rawPath + (query.isEmpty ? "" : "?" + query)
      let (hub, script, asked) = state.withLock { state in
        let asked = Asked(
          number: state.asked.count, method: request.method, path: path,
          authorization: request.headers["Authorization"])
        state.asked.append(asked)
        return (state.hub, state.script, asked)
      }
      switch script?(asked) {
      case .instead(let response): return response
      case .changed(let change): return forward(request, hub + path).map(change) ?? unreachable
      case nil: return forward(request, hub + path)?.response ?? unreachable
      }
    }

    private var unreachable: HTTPResponse { HTTPResponse(status: 599) }

    private func forward(_ request: HTTPRequest, _ url: String) -> Answer? {
      let dropped = [
        "host", "connection", "content-length", "transfer-encoding", "accept-encoding",
      ]
      let headers = request.headers.fields.filter { !dropped.contains($0.name.lowercased()) }
      var outgoing = HTTPClientRequest(
        method: request.method, url: url, headers: headers.map { ($0.name, $0.value) },
        body: request.body.count > 0 || request.method != "GET"
          ? .bytes(request.body.bytes) : .none)
      outgoing.maxResponseBytes = 256 << 20
      guard let response = try? client.send(outgoing) else { return nil }
      var kept = HTTPHeaders()
      for field in response.headers.fields
      where !["content-length", "transfer-encoding", "connection", "date"].contains(field.name) {
        kept.add(field.name, field.value)
      }
      return Answer(status: response.status, headers: kept, body: response.body)
    }
  }

  private let core: Core
  private let server: HTTPServer
  /// The address that people are given.
  let url: String

  /// Stands before a hub, or before nothing where all answers are the script's.
  init(before hub: String = "http://127.0.0.1:1") throws {
    let core = Core(hub)
    self.core = core
    var configuration = HTTPServerConfiguration()
    configuration.limits.bodyBytes = { _, _ in 256 << 20 }
    server = try HTTPServer(configuration: configuration) { core.answer($0) }
    url = "http://127.0.0.1:\(server.port)"
  }

  /// Spoils from now on what the script names, and forgets what was asked so far.
  func spoil(_ script: Script?) {
    core.state.withLock {
      $0.script = script
      $0.asked = []
    }
  }

  /// Passes everything on to another hub from now on.
  func stand(before hub: String) { core.state.withLock { $0.hub = hub } }

  /// What was asked since the last ``spoil(_:)``.
  var asked: [Asked] { core.state.withLock { $0.asked } }
}

extension HTTPHeaders {
  /// What every answer of a hub carries.
  static let hub: HTTPHeaders = ["Syncline-Protocol": "1", "Content-Type": "application/json"]
}

extension HTTPResponse {
  /// An answer with the marks of a hub.
  static func hub(_ status: Int, _ body: String, retryAfter: Int? = nil) -> HTTPResponse {
    var headers = HTTPHeaders.hub
    if let retryAfter { headers.add("Retry-After", "\(retryAfter)") }
    return HTTPResponse(status: status, headers: headers, body: .bytes(Array(body.utf8)))
  }

  /// A hub's refusal, with words that would steer a terminal.
  static func refusal(_ status: Int, _ code: String, retryAfter: Int? = nil) -> HTTPResponse {
    hub(
      status, #"{"error":{"code":"\#(code)","message":"no\u001b[31m\u0007\nreally"}}"#,
      retryAfter: retryAfter)
  }

  /// What a login page or a portal answers.
  static let page = HTTPResponse(
    status: 200, headers: ["Content-Type": "text/html"],
    body: .bytes(Array("<!DOCTYPE html><title>Sign in</title>".utf8)))
}

/// A body that ends before its announced length, so that the server cuts the connection.
private final class CutBody: HTTPBodyReader {
  private struct Ended: Error {}
  private let rest: Locked<ArraySlice<UInt8>>

  init(_ body: [UInt8]) { rest = Locked(body[...]) }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    let piece = rest.withLock { rest in
      let piece = rest.prefix(buffer.count)
      rest = rest.dropFirst(piece.count)
      return Array(piece)
    }
    guard !piece.isEmpty else { throw Ended() }
    buffer.copyBytes(from: piece)
    return piece.count
  }
}
