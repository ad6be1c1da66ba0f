package import HTTPServing
import HubProtocol
package import HubStore
import JSON
import Synchronization
import SyncModel

/// Answers the hub's requests: finds the route, checks who asks, runs the handler.
///
/// It needs no socket: ``handle(_:)`` takes a request and returns the answer.
package final class Hub: Sendable {
  /// What the hub keeps.
  package let store: HubStore
  let configuration: HubConfiguration
  let environment: HubEnvironment
  let events = EventHub()
  private let limiter: RateLimiter
  private let backOff = FailureBackOff()
  private let daily: DailyTurn
  private let isStopping = Atomic<Bool>(false)

  /// Makes a hub over an open store.
  package init(store: HubStore, configuration: HubConfiguration, environment: HubEnvironment) {
    self.store = store
    self.configuration = configuration
    self.environment = environment
    limiter = RateLimiter(perMinute: configuration.limits.requestsPerMinute)
    daily = DailyTurn(now: environment.now().nanoseconds)
  }

  /// Refuses everything from now on.
  func beginStopping() { isStopping.store(true, ordering: .releasing) }

  /// Answers one request.
  package func handle(_ request: HTTPRequest) -> HTTPResponse {
    let start = environment.now()
    var actor: String?
    var failure: String?
    var response: HTTPResponse
    do {
      response = try answer(request, &actor)
    } catch {
      let refusal = Refusal(error)
      if refusal.status >= 500 { failure = "\(error)" }
      response = Hub.response(refusal)
    }
    addHeaders(to: &response)
    keepHouse(&failure)
    let end = environment.now()
    configuration.log(
      AccessLine(
        time: start, peer: address(of: request), method: request.method, path: request.rawPath,
        status: response.status, duration: end.nanoseconds - start.nanoseconds, actor: actor,
        failure: failure))
    return response
  }

  /// Does, with the first request of a day, what nobody asks for; the log tells where it fails.
  private func keepHouse(_ failure: inout String?) {
    guard daily.take(now: environment.now().nanoseconds) else { return }
    do {
      try store.expireUploads()
    } catch {
      failure = [failure, "expiring uploads: \(error)"].compactMap(\.self).joined(separator: "; ")
    }
  }

  /// The answer that a refusal travels as.
  static func response(_ refusal: Refusal) -> HTTPResponse {
    var response = HTTPResponse.json(refusal.status, refusal.error.json)
    if let seconds = refusal.retryAfter {
      response.headers.set(Wire.Header.retryAfter, String(seconds))
    }
    if refusal.status == 401 { response.headers.set("WWW-Authenticate", "Bearer") }
    return response
  }

  /// The body of an answer that the server gives by itself.
  static func errorBody(status: Int) -> [UInt8] {
    let error =
      switch status {
      case 413, 431, 414: WireError(.tooLarge, message: "larger than the limit")
      case 503: WireError(.stopping, message: "busy or stopping; try again later")
      default: WireError(.malformed, message: "not a request that is understood")
      }
    return error.json
  }

  private func addHeaders(to response: inout HTTPResponse) {
    response.headers.set(Wire.Header.version, String(Wire.version))
    response.headers.set(Wire.Header.time, String(environment.now().nanoseconds))
    response.headers.set("X-Content-Type-Options", "nosniff")
    response.headers.set(
      "Content-Security-Policy",
      "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
    response.headers.set("Referrer-Policy", "no-referrer")
    response.headers.set("Cache-Control", "no-store")
    if configuration.tls != nil || configuration.behindProxy {
      response.headers.set("Strict-Transport-Security", "max-age=31536000")
    }
  }

  private func answer(_ request: HTTPRequest, _ actor: inout String?) throws -> HTTPResponse {
    if isStopping.load(ordering: .acquiring) {
      throw Refusal(503, WireError(.stopping, message: "the hub is stopping"), retryAfter: 5)
    }
    try checkHost(of: request)
    try checkProtocol(of: request)
    let (route, parameters) = try Routes.find(request)
    let limit = route.bodyLimit.bytes(configuration.limits)
    if request.body.count > limit { throw Refusal.tooLarge(limit: limit) }
    if case .open = route.access {
      return try route.handler(
        self, Call(request: request, parameters: parameters, token: nil, found: nil))
    }
    let token = try authenticate(request)
    actor = token.name
    let project = try authorize(token, route.access, parameters)
    return try route.handler(
      self, Call(request: request, parameters: parameters, token: token, found: project))
  }

  /// Keeps pages of other sites, whose names lead to this machine, from speaking to the hub.
  private func checkHost(of request: HTTPRequest) throws {
    guard configuration.isLoopback, !configuration.behindProxy else { return }
    let hosts = request.headers.all("Host")
    guard hosts.count == 1 else { throw Refusal.malformed("one Host header is needed") }
    let host = HostName.bare(hosts[0])
    guard
      HostName.isLoopback(host)
        || configuration.hostNames.contains(where: { HostName.bare($0) == host })
    else { throw Refusal.malformed("this hub does not answer to that host name") }
  }

  private func checkProtocol(of request: HTTPRequest) throws {
    guard let text = request.headers[Wire.Header.version] else { return }
    let versions = Wire.minimumVersion...Wire.version
    if let version = Int(text), versions.contains(version) { return }
    throw Refusal(
      426,
      WireError(
        .unsupportedProtocol, message: "this hub speaks other versions of the protocol",
        versions: versions))
  }

  private func authenticate(_ request: HTTPRequest) throws -> HubToken {
    let address = address(of: request)
    let now = environment.now().nanoseconds
    // Looked up first: one who shows wrong tokens must not lock out others behind his address.
    guard let token = try bearer(of: request).flatMap({ try store.verify(token: $0) }) else {
      if let seconds = backOff.wait(address, now: now) { throw Refusal.slowDown(seconds: seconds) }
      backOff.fail(address, now: now)
      throw Refusal.noToken
    }
    if let seconds = limiter.take(token.id, now: now) { throw Refusal.slowDown(seconds: seconds) }
    return token
  }

  private func bearer(of request: HTTPRequest) -> String? {
    let values = request.headers.all(Wire.Header.authorization)
    guard values.count == 1 else { return nil }
    let parts = values[0].split(separator: " ", maxSplits: 1)
    guard parts.count == 2, parts[0].lowercased() == "bearer", parts[1].utf8.count <= 128 else {
      return nil
    }
    return String(parts[1])
  }

  /// Finds the project that the path names, if the token may see it, and checks the scope.
  private func authorize(
    _ token: HubToken, _ access: Route.Access, _ parameters: [String: String]
  ) throws -> HubProject? {
    switch access {
    case .open, .token: return nil
    case .hub(let scope):
      guard token.scope >= scope else { throw Refusal.scope(scope) }
      guard token.project == nil else { throw Refusal.bound }
      return nil
    case .project(let scope):
      // Looked up whatever the token may see, so that the time tells nothing.
      let project = try store.project(named: parameters["project"] ?? "")
      guard let project, token.project == nil || token.project?.id == project.id else {
        throw Refusal.noProject
      }
      guard token.scope >= scope else { throw Refusal.scope(scope) }
      return project
    }
  }

  /// The client's address: behind a proxy the one that the proxy itself has seen.
  private func address(of request: HTTPRequest) -> String {
    guard configuration.behindProxy, let last = request.headers.all("X-Forwarded-For").last,
      let address = last.split(separator: ",").last
    else { return request.peer }
    return String(address.drop { $0 == " " }.prefix(64))
  }
}
