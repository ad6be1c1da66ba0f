import Platform
import CMicroHTTPD

/// What the server's threads share: limits, the requests in work, and the event streams.
final class ServerCore: Sendable {
  struct State {
    /// Every request whose headers have arrived and that is not completed yet.
    var requests: [ObjectIdentifier: RequestContext] = [:]
    var events: [ObjectIdentifier: EventSource] = [:]
    /// New requests are answered 503.
    var isStopping = false
    /// No request may be suspended any more, since nobody would resume it.
    var refusesWork = false
    var isEnded = false
  }

  let configuration: HTTPServerConfiguration
  let handler: @Sendable (HTTPRequest) -> HTTPResponse
  let budget: ByteBudget
  let connections = ConnectionTable()
  let pool: WorkerPool
  let state = Monitor(State())

  init(
    configuration: HTTPServerConfiguration, pool: WorkerPool,
    handler: @escaping @Sendable (HTTPRequest) -> HTTPResponse
  ) {
    self.configuration = configuration
    self.handler = handler
    self.pool = pool
    budget = ByteBudget(limit: configuration.limits.bodyBudget)
  }

  /// Whether the server is on its way to its end.
  var isStopping: Bool { state.update { $0.isStopping } }

  /// By when the head of a request must have arrived that begins so many seconds from now.
  func headDeadline(after seconds: Int = 0) -> ReceiveDeadline {
    ReceiveDeadline(
      fixed: WallClock.system.monotonic()
        + Int64(configuration.limits.headSeconds + seconds) * 1_000_000_000)
  }

  /// By when more of a body must have arrived that begins now.
  func bodyDeadline() -> ReceiveDeadline {
    ReceiveDeadline(ofBodyFrom: WallClock.system.monotonic(), configuration.limits)
  }

  /// An answer that the server gives by itself.
  func refusal(_ status: Int) -> HTTPResponse {
    var headers: HTTPHeaders = ["Content-Type": configuration.errorContentType]
    if status == 503 { headers.set("Retry-After", "1") }
    return HTTPResponse(
      status: status, headers: headers, body: .bytes(configuration.errorBody(status)))
  }

  /// Keeps an event stream alive by heartbeats until it ends.
  func register(_ source: EventSource) {
    let isStopping = state.update { state in
      if !state.isStopping { state.events[ObjectIdentifier(source)] = source }
      return state.isStopping
    }
    if isStopping { source.close() }
  }

  /// Ends an event stream whose connection is gone.
  func unregister(_ source: EventSource) {
    state.update { _ = $0.events.removeValue(forKey: ObjectIdentifier(source)) }
    source.close()
  }

  /// Sends heartbeats and cuts late connections until the server has ended.
  func keepHouse() {
    while true {
      let next = WallClock.system.monotonic() + 500_000_000
      if state.wait(until: next, for: { $0.isEnded }) { return }
      let now = WallClock.system.monotonic()
      let limits = configuration.limits
      connections.cutExpired(
        now: now, crowd: limits.connections / 2,
        hurry: Int64(max(limits.headSeconds - limits.crowdedHeadSeconds, 0)) * 1_000_000_000)
      for source in state.update({ Array($0.events.values) }) { source.beat(now: now) }
    }
  }
}
