import HTTPServing
import JSON

extension HTTPEndpoint {
  /// Takes a message.
  func post(_ http: HTTPRequest) -> HTTPResponse {
    guard let type = http.headers["Content-Type"], HTTPEndpoint.isJSON(type) else {
      return refuse(415, "a message is 'Content-Type: application/json'")
    }
    let message: Message
    do throws(Message.Problem) { message = try Message.parse(http.body.bytes) } catch {
      return answer(.failure(error.id, error.error), status: 400)
    }
    switch message {
    case .response: return take(nil, http)
    case .notification(let notification): return take(notification, http)
    case .request(let request): return take(request, http)
    }
  }

  private static func isJSON(_ type: String) -> Bool {
    let name = type.prefix { $0 != ";" }.lowercased()
    return name.split(separator: " ").joined() == "application/json"
  }

  /// Takes what nobody answers; a response means nothing, since this server never asks.
  private func take(_ notification: Notification?, _ http: HTTPRequest) -> HTTPResponse {
    let named = http.headers[Header.revision]
    let revision = named.flatMap(ProtocolRevision.init(rawValue:))
    guard named == nil || revision != nil else {
      return answer(.failure(nil, Terms.unsupported(String((named ?? "").prefix(64)))), status: 400)
    }
    guard let id = http.headers[Header.session] else {
      // A stateless request is cancelled by closing its stream: there is nothing to be told of.
      if revision?.isStateless == true { return HTTPResponse(status: 202) }
      return refuse(400, "\(Header.session) is missing; begin with 'initialize'")
    }
    guard let conversation = sessions.find(id) else {
      return refuse(404, "the session has ended; begin with 'initialize'")
    }
    if let notification { conversation.take(notification) }
    return HTTPResponse(status: 202)
  }

  private func take(_ request: Request, _ http: HTTPRequest) -> HTTPResponse {
    do throws(RPCError) {
      if let terms = try Terms(of: request) { return try take(request, on: terms, http) }
      try checkRevision(http)
    } catch {
      let status = error.code == .methodNotFound ? 404 : 400
      return answer(.failure(request.id, error), status: status)
    }
    return request.method == Method.initialize.rawValue
      ? greet(request) : takeInSession(request, http)
  }

  /// Takes a request that stands for itself.
  private func take(
    _ request: Request, on terms: Terms, _ http: HTTPRequest
  ) throws(RPCError) -> HTTPResponse {
    try MirroredHeaders.check(request, terms, http.headers)
    guard Method(rawValue: request.method)?.isKnown(in: terms.revision) == true else {
      throw RPCError(.methodNotFound, "there is no method '\(request.method)'")
    }
    return answer(request, terms, http, in: Conversation(server), isStateless: true)
  }

  /// Fails where the header names a revision that a request without one in its body cannot speak.
  private func checkRevision(_ http: HTTPRequest) throws(RPCError) {
    guard let named = http.headers[Header.revision] else { return }
    guard let revision = ProtocolRevision(rawValue: named) else {
      throw Terms.unsupported(String(named.prefix(64)))
    }
    if revision.isStateless {
      throw RPCError(.invalidParams, "_meta lacks '\(Terms.Key.revision)'")
    }
  }

  /// Takes a request that relies on the handshake of its session.
  private func takeInSession(_ request: Request, _ http: HTTPRequest) -> HTTPResponse {
    guard let id = http.headers[Header.session] else {
      // The one request that may come before the handshake.
      if request.method == Method.ping.rawValue { return answer(.result(request.id, [:])) }
      let error = RPCError(
        .invalidParams, "begin with 'initialize', or name the revision in _meta",
        data: ["supported": Terms.supported])
      return answer(.failure(request.id, error), status: 400)
    }
    guard let conversation = sessions.find(id) else {
      let error = RPCError(.invalidRequest, "the session has ended; begin with 'initialize'")
      return answer(.failure(request.id, error), status: 404)
    }
    do throws(RPCError) {
      let terms = try conversation.terms(of: request)
      return answer(request, terms, http, in: conversation, isStateless: false)
    } catch {
      return answer(.failure(request.id, error), status: 400)
    }
  }

  /// Begins a session.
  private func greet(_ request: Request) -> HTTPResponse {
    guard let (id, conversation) = sessions.begin() else {
      return refuse(503, "\(SessionTable.limit) sessions are busy; try again when one ends")
    }
    var response = answer(.result(request.id, conversation.greet(request)))
    response.headers.set(Header.session, id)
    return response
  }
}
