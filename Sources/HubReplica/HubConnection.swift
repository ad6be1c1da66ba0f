package import HTTPClient
import HubProtocol
package import Platform
package import Replica
package import SyncModel

/// The way to one hub: builds requests, sends them again where that helps, and reads refusals.
///
/// The token goes to its own origin only, redirects are errors, and plain HTTP is for loopback.
package final class HubConnection: Sendable {
  /// What a connection is given from outside.
  package struct Environment: Sendable {
    /// Carries requests.
    package var transport: any HTTPCarrier
    /// Tells the time.
    package var clock: WallClock
    /// Waits between attempts.
    package var sleeper: Sleeper
    /// Spreads the pauses.
    package var randomness: Randomness
    /// How often a request is sent again.
    package var retry: RetryPolicy
    /// Runs what blocks.
    package var pool: BlockingPool
    /// Whether a hub on another machine may be reached without TLS.
    package var allowsPlainHTTP: Bool

    /// Describes what a connection is given.
    package init(
      transport: any HTTPCarrier, clock: WallClock = .system, sleeper: Sleeper = .system,
      randomness: Randomness = .system, retry: RetryPolicy = RetryPolicy(),
      pool: BlockingPool = .shared, allowsPlainHTTP: Bool = false
    ) {
      self.transport = transport
      self.clock = clock
      self.sleeper = sleeper
      self.randomness = randomness
      self.retry = retry
      self.pool = pool
      self.allowsPlainHTTP = allowsPlainHTTP
    }
  }

  /// Where the hub is.
  package let origin: Origin
  let environment: Environment
  private let credential: HubCredential?
  private let hubTime = Locked<Timestamp?>(nil)

  /// Prepares the way to a hub; sends nothing yet.
  ///
  /// Refuses a credential of another origin, and plain HTTP to another machine.
  package init(
    origin: Origin, credential: HubCredential?, environment: Environment
  ) throws(ReplicaError) {
    if let credential, credential.origin != origin {
      throw ReplicaError(.notAllowed, detail: "the token is for \(credential.origin)")
    }
    guard origin.scheme == .https || origin.isLoopback || environment.allowsPlainHTTP else {
      throw ReplicaError(.refused, detail: "plain HTTP to \(origin)")
    }
    self.origin = origin
    self.credential = credential
    self.environment = environment
  }

  /// The hub's clock when it last answered, where it told.
  package var lastTime: Timestamp? { hubTime.withLock { $0 } }

  /// Sends a request, again where that may help, and decodes the answer.
  func message<Message: WireMessage>(
    _ type: Message.Type, _ request: HubRequest, _ cancellation: CancellationFlag
  ) throws -> Message {
    let answer = try send(request, cancellation)
    do throws(MessageError) {
      return try Message.decode(answer.body)
    } catch {
      throw notUnderstood("\(request.path): \(error)")
    }
  }

  /// Sends a request, again where that may help; throws a ``HubRefusal`` or a `ReplicaError`.
  func send(_ request: HubRequest, _ cancellation: CancellationFlag) throws -> HubAnswer {
    var backoff = startBackoff()
    while true {
      do {
        return try sendOnce(request, cancellation)
      } catch let failure as HubTrouble {
        try wait(&backoff, failure, cancellation)
      }
    }
  }

  /// Begins to count the attempts of one request.
  func startBackoff() -> Backoff {
    Backoff(
      environment.retry, randomness: environment.randomness,
      start: environment.clock.monotonic())
  }

  /// Begins to count anew, because an attempt got further before it failed.
  func progressed(_ backoff: inout Backoff) {
    backoff.progressed(at: environment.clock.monotonic())
  }

  /// Waits before the next attempt, or throws what the trouble is in the end.
  func wait(
    _ backoff: inout Backoff, _ trouble: HubTrouble, _ cancellation: CancellationFlag
  ) throws {
    let asked = trouble.retryAfter.map { $0.multipliedReportingOverflow(by: 1_000_000_000) }
    guard
      let pause = backoff.pause(
        after: environment.clock.monotonic(),
        askedFor: asked.map { $0.overflow ? .max / 4 : min($0.partialValue, .max / 4) })
    else { throw trouble.final }
    environment.sleeper.sleep(pause) { cancellation.isCancelled }
    if cancellation.isCancelled { throw ReplicaError(.cancelled, detail: "\(origin)") }
  }

  /// Sends a request once.
  ///
  /// Throws ``HubTrouble`` for what may go away by itself, a ``HubRefusal`` for what the hub
  /// refuses, a `ReplicaError` for the rest, or what the receiver of the body throws.
  func sendOnce(
    _ request: HubRequest, _ cancellation: CancellationFlag,
    onBody: ((UnsafeRawBufferPointer) throws -> Void)? = nil
  ) throws -> HubAnswer {
    let response: HTTPClientResponse
    do throws(HTTPClientError) {
      response = try environment.transport.send(
        outgoing(request), cancellation: cancellation, onBody: onBody)
    } catch {
      throw failure(error)
    }
    if let text = response.headers[Wire.Header.time], let time = Int64(text), time > 0 {
      hubTime.withLock { $0 = Timestamp(nanoseconds: time) }
    }
    return try judge(response, request)
  }

  private func outgoing(_ request: HubRequest) -> HTTPClientRequest {
    var headers = request.headers
    headers.append((Wire.Header.version, "\(Wire.version)"))
    if let credential {
      headers.append((Wire.Header.authorization, "Bearer " + credential.token))
    }
    if request.body != nil { headers.append((Wire.Header.contentType, request.contentType)) }
    var outgoing = HTTPClientRequest(
      method: request.method, url: "\(origin)\(request.path)", headers: headers,
      body: request.body.map { .bytes($0) } ?? .none)
    outgoing.maxResponseBytes = request.maximumAnswer
    outgoing.maxRefusalBytes = request.maximumRefusal
    outgoing.totalTimeout = request.timeout
    return outgoing
  }

  private func judge(_ response: HTTPClientResponse, _ request: HubRequest) throws -> HubAnswer {
    switch response.status {
    case 200..<300, 304:
      // A portal or a proxy that answers in the hub's place does not know this header.
      guard let version = response.headers[Wire.Header.version].flatMap({ Int($0) }),
        Wire.neighboringVersions.contains(version)
      else { throw notUnderstood("\(request.path): not a hub's answer (\(response.status))") }
      return HubAnswer(
        status: response.status, headers: response.headers, body: response.body,
        bytesReceived: response.bytesReceived)
    case 300..<400:
      throw notUnderstood("\(request.path): redirected (\(response.status))")
    default:
      break
    }
    let refusal = (try? WireError.decode(response.body)).map {
      HubRefusal(status: response.status, error: $0)
    }
    let isTemporary =
      response.status == 429
      || (response.status >= 500 && ![501, 505, 507].contains(response.status))
    if isTemporary {
      let words = refusal.map { " " + $0.error.message } ?? ""
      let asked = response.headers[Wire.Header.retryAfter].flatMap { Int64($0) }.map { max($0, 0) }
      let wait = asked.map { ", and it asks to wait \($0) s" } ?? ""
      throw HubTrouble(
        final: ReplicaError(
          .unreachable, detail: "\(origin): it answers \(response.status)\(words)\(wait)",
          isRetriable: true),
        retryAfter: asked)
    }
    throw refusal ?? notUnderstood("\(request.path): status \(response.status)")
  }

  private func failure(_ error: HTTPClientError) -> any Error {
    switch error.code {
    case .cancelled: return ReplicaError(.cancelled, detail: "\(origin)")
    case .callbackFailed: return error.cause ?? error
    case .badResponse, .tooLarge: return notUnderstood("\(error.code)")
    case .badURL, .tls, .other:
      return ReplicaError(.unreachable, detail: "\(origin): \(error.code)")
    case .couldNotResolve, .couldNotConnect, .connectionLost, .cut, .timedOut:
      return HubTrouble(
        final: ReplicaError(.unreachable, detail: "\(origin): \(error.code)", isRetriable: true),
        retryAfter: nil)
    }
  }

  /// What answers is not a hub, or not one of our time.
  func notUnderstood(_ detail: String) -> ReplicaError {
    ReplicaError(.notUnderstood, detail: "\(origin): \(detail)")
  }

  /// Runs what blocks on the pool, ends it when the task is cancelled, and translates refusals.
  func blocking<Value: Sendable>(
    _ body: @escaping @Sendable (CancellationFlag) throws -> Value
  ) async throws -> Value {
    let cancellation = CancellationFlag()
    return try await withTaskCancellationHandler {
      try await environment.pool.run { [origin] in
        do {
          return try body(cancellation)
        } catch let refusal as HubRefusal {
          throw refusal.translated(origin)
        }
      }
    } onCancel: {
      cancellation.cancel()
    }
  }
}
