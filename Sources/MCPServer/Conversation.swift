import JSON
import Platform

/// What one client says over time: on stdio the whole process, over HTTP one session.
///
/// Only handshakes and cancellations need it; a stateless request brings its own terms.
final class Conversation: Sendable {
  let server: Server
  let calls = RunningCalls()
  private let settled = Locked<Terms?>(nil)

  init(_ server: Server) {
    self.server = server
  }

  /// Takes one message; answers go to `send`, from any thread and in any order.
  func take(_ message: Message, send: @escaping @Sendable (Outgoing) -> Void) {
    switch message {
    case .response: break
    case .notification(let notification): take(notification)
    case .request(let request):
      do throws(RPCError) {
        if request.method == Method.initialize.rawValue {
          return send(.result(request.id, greet(request)))
        }
        let terms = try terms(of: request)
        try calls.start(request.id) { [server] in
          await server.perform(request, on: terms, send: send)
        }
      } catch {
        send(.failure(request.id, error))
      }
    }
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
