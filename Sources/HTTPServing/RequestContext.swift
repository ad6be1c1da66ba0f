import Platform
import CMicroHTTPD

/// One request from its first line to its completion.
///
/// Everything but `outcome` is used by the one thread of the daemon's that has its connection.
final class RequestContext: @unchecked Sendable {
  // Safe because other threads reach only `outcome`, which is locked, and constants.

  /// How far the daemon's thread is.
  enum Phase {
    case headers
    /// The body arrives; `expected` is its announced length.
    case body(limit: Int, expected: Int?)
    /// The body arrives and is thrown away before this status is answered.
    case discarding(status: Int, bytesLeft: Int)
    case dispatched
    case answered
  }

  private enum Outcome {
    case none
    case running
    case ready(HTTPResponse)
    case taken
  }

  let core: ServerCore
  let connection: ConnectionPointer
  let rawTarget: String
  var phase = Phase.headers
  var target: HTTPTarget?
  var headers = HTTPHeaders()
  var buffer: BodyBuffer
  private let outcome = Monitor(Outcome.none)

  init(core: ServerCore, connection: ConnectionPointer, rawTarget: String) {
    self.core = core
    self.connection = connection
    self.rawTarget = rawTarget
    buffer = BodyBuffer(budget: core.budget)
  }

  /// Suspends the connection and has a worker run the handler; false where the server has ended.
  func dispatch(_ request: HTTPRequest) -> Bool {
    phase = .dispatched
    // Under the server's lock: after `refusesWork` no connection is suspended any more.
    let isSuspended = core.state.update { state in
      if state.refusesWork { return false }
      outcome.withLock { $0 = .running }
      MHD_suspend_connection(connection.pointer)
      return true
    }
    guard isSuspended else { return false }
    let isQueued = core.pool.submit { [self] in finish(core.handler(request)) }
    if !isQueued { finish(core.refusal(503)) }
    return true
  }

  /// Hands over a response and wakes the connection; what comes second is dropped.
  func finish(_ response: HTTPResponse) {
    let isFirst = outcome.withLock { outcome in
      guard case .running = outcome else { return false }
      outcome = .ready(response)
      MHD_resume_connection(connection.pointer)
      return true
    }
    if !isFirst { response.abandon() }
  }

  /// The response, once, as soon as it is there.
  func takeResponse() -> HTTPResponse? {
    outcome.withLock { outcome in
      guard case .ready(let response) = outcome else { return nil }
      outcome = .taken
      return response
    }
  }
}
