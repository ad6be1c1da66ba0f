import JSON
import Platform

/// What one client says over time: on stdio the whole process, over HTTP one session.
///
/// Only handshakes and cancellations need it; a stateless request brings its own terms.
package final class Conversation: Sendable {
  let server: Server
  let calls = RunningCalls()
  private let settled = Locked<Terms?>(nil)

  package init(_ server: Server) {
    self.server = server
  }

  /// Takes one message; answers go to `send`, from any thread and in any order.
  package func take(_ message: Message, send: @escaping @Sendable (Outgoing) -> Void) {
    switch message {
    case .response: break
    case .notification(let notification): take(notification)
    case .request(let request):
      do throws(RPCError) {
        if request.method == Method.initialize.rawValue {
          return send(.result(request.id, greet(request)))
        }
        if try isEarlyPing(request) { return send(.result(request.id, [:])) }
        try start(request, on: try terms(of: request), send: send)
      } catch {
        send(.failure(request.id, error))
      }
    }
  }

  /// Starts to answer a request on terms that are known; `ended` is called when that is over.
  func start(
    _ request: Request, on terms: Terms, send: @escaping @Sendable (Outgoing) -> Void,
    ended: @escaping @Sendable () -> Void = {}
  ) throws(RPCError) {
    let isEndless = request.method == Method.listen.rawValue
    try calls.start(request.id, isEndless: isEndless) { [server, calls] in
      await server.perform(request, on: terms, isEnding: { calls.isEnding(request.id) }, send: send)
      ended()
    }
  }

  /// Whether a request is the one that may come before the handshake.
  private func isEarlyPing(_ request: Request) throws(RPCError) -> Bool {
    guard request.method == Method.ping.rawValue, settled.withLock({ $0 }) == nil else {
      return false
    }
    return try Terms(of: request) == nil
  }

  /// Takes a message that nobody answers.
  func take(_ notification: Notification) {
    guard notification.method == "notifications/cancelled",
      let id = RequestID(notification.params["requestId"])
    else { return }
    calls.cancel(id)
  }

  /// Settles the terms of the conversation and says what is offered.
  func greet(_ request: Request) -> JSONObject {
    let terms = Terms(handshake: request)
    settled.withLock { $0 = terms }
    return server.greeting(on: terms)
  }

  /// The terms of a request: its own, else those of the handshake.
  func terms(of request: Request) throws(RPCError) -> Terms {
    if let own = try Terms(of: request) { return own }
    guard let terms = settled.withLock({ $0 }) else {
      throw RPCError(
        .invalidParams,
        "begin with 'initialize', or name the revision in _meta '\(Terms.Key.revision)'",
        data: ["supported": Terms.supported])
    }
    return terms
  }
}
