import HTTPServing
import JSON
import Platform

/// Answers the requests for one address, whatever revision they speak.
final class HTTPEndpoint: Sendable {
  /// The path at which messages are taken.
  static let path = "mcp"
  /// For how many seconds an answer without a stream is waited for.
  static let patience: Int64 = 300

  let server: Server
  let sessions: SessionTable
  private let token: [UInt8]
  /// The stateless requests that are being answered; their ids are their clients' own.
  private let stateless = Locked<[ObjectIdentifier: Conversation]>([:])

  init(_ server: Server, token: String, randomness: Randomness) {
    self.server = server
    self.token = Array(token.utf8)
    sessions = SessionTable(server, randomness: randomness)
  }

  /// Answers a request; may block.
  func handle(_ request: HTTPRequest) -> HTTPResponse {
    var response = respond(to: request)
    response.headers.set("X-Content-Type-Options", "nosniff")
    response.headers.set("Cache-Control", "no-store")
    return response
  }

  /// Cancels everything that is being answered; subscriptions are told before it returns.
  func end() {
    sessions.end()
    let conversations = stateless.withLock { Array($0.values) }
    for conversation in conversations { conversation.calls.cancelAll() }
    for conversation in conversations { conversation.calls.waitForEndless() }
  }

  private func respond(to request: HTTPRequest) -> HTTPResponse {
    let hosts = request.headers.all("Host")
    guard hosts.count == 1, Loopback.isAuthority(hosts[0]) else {
      return refuse(403, "this server answers to names of this machine only")
    }
    for origin in request.headers.all("Origin") where !Loopback.isOrigin(origin, of: hosts[0]) {
      return refuse(403, "pages of other origins may not speak to this server")
    }
    guard isAuthorized(request) else {
      var response = refuse(401, "the token is missing or wrong: 'Authorization: Bearer TOKEN'")
      response.headers.set("WWW-Authenticate", "Bearer")
      return response
    }
    guard request.segments == [HTTPEndpoint.path] else {
      return refuse(404, "there is nothing here; messages go to /\(HTTPEndpoint.path)")
    }
    switch request.method {
    case "POST": return post(request)
    case "DELETE" where request.headers[Header.session] != nil: return endSession(request)
    default:
      var response = refuse(405, "messages are sent with POST; there is no stream to GET")
      response.headers.set("Allow", "POST")
      return response
    }
  }

  private func isAuthorized(_ request: HTTPRequest) -> Bool {
    let values = request.headers.all("Authorization")
    guard values.count == 1 else { return false }
    let parts = values[0].split(separator: " ", maxSplits: 1)
    guard parts.count == 2, parts[0].lowercased() == "bearer" else { return false }
    let shown = Array(parts[1].utf8)
    guard shown.count == token.count else { return false }
    // Every byte is looked at, so that the time does not tell how many were right.
    return zip(shown, token).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
  }

  private func endSession(_ request: HTTPRequest) -> HTTPResponse {
    guard sessions.remove(request.headers[Header.session] ?? "") else {
      return refuse(404, "there is no such session")
    }
    return HTTPResponse(status: 200)
  }

  /// Keeps a stateless request where ``end()`` finds it, as long as it is being answered.
  func keep(_ conversation: Conversation) {
    stateless.withLock { $0[ObjectIdentifier(conversation)] = conversation }
  }

  /// Lets go of a stateless request that was answered.
  func release(_ conversation: Conversation) {
    stateless.withLock { _ = $0.removeValue(forKey: ObjectIdentifier(conversation)) }
  }
}

/// The header fields of the protocol.
enum Header {
  static let revision = "MCP-Protocol-Version"
  static let session = "Mcp-Session-Id"
  static let method = "Mcp-Method"
  static let name = "Mcp-Name"
}
