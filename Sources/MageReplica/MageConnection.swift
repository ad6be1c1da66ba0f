package import HTTPClient
import JSON
package import Platform
package import Replica

/// The way to one Mage server: sends requests, again where that helps, and reads what comes.
///
/// The token goes to its own origin only, redirects are errors, and plain HTTP is for loopback.
package final class MageConnection: Sendable {
  /// What a connection is given from outside.
  package struct Environment: Sendable {
    /// Carries requests.
    package var transport: any HTTPCarrier
    /// Tells the time.
    package var clock: WallClock
    /// Waits between attempts and between two looks at a file.
    package var sleeper: Sleeper
    /// Spreads the pauses.
    package var randomness: Randomness
    /// How often a request is sent again.
    package var retry: RetryPolicy
    /// Runs what blocks.
    package var pool: BlockingPool
    /// Whether a server on another machine may be reached without TLS.
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

  /// How many requests are on their way at a time: the server answers one after the other, and
  /// more gain nothing.
  static let width = 4

  /// Where the server is.
  package let address: MageAddress
  let environment: Environment
  /// Tells the server which program asks.
  let apiKey: String
  private let credential: MageCredential?

  /// Prepares the way to a server; sends nothing yet.
  ///
  /// Refuses a credential of another origin, and plain HTTP to another machine. `apiKey` is for
  /// servers that were given a key of their own.
  package init(
    address: MageAddress, credential: MageCredential?, apiKey: String? = nil,
    environment: Environment
  ) throws(ReplicaError) {
    if let credential, credential.origin != address.origin {
      throw ReplicaError(.notAllowed, detail: "the token is for \(credential.origin)")
    }
    guard
      address.origin.scheme == .https || address.origin.isLoopback || environment.allowsPlainHTTP
    else {
      throw ReplicaError(.refused, detail: "plain HTTP to \(address.origin)")
    }
    self.address = address
    self.credential = credential
    self.apiKey = apiKey ?? MageCredential.publicKey
    self.environment = environment
  }

  /// Sends a request; throws a ``MageRefusal``, a ``MageSilence`` or a `ReplicaError`.
  ///
  /// What may go away by itself is tried again. A request that may have been done is not: its
  /// sender gets the silence and looks.
  func send(_ request: MageRequest, _ cancellation: CancellationFlag) throws -> MageAnswer {
    var backoff = Backoff(
      environment.retry, randomness: environment.randomness,
      start: environment.clock.monotonic())
    while true {
      do {
        return try sendOnce(request, cancellation)
      } catch let silence as MageSilence {
        if silence.mayBeDone, case .afterALook = request.repetition { throw silence }
        guard let pause = backoff.pause(after: environment.clock.monotonic()) else {
          throw silence.final
        }
        try wait(pause, cancellation)
      }
    }
  }

  /// Waits so many nanoseconds; throws when the task is cancelled meanwhile.
  func wait(_ nanoseconds: Int64, _ cancellation: CancellationFlag) throws(ReplicaError) {
    environment.sleeper.sleep(nanoseconds) { cancellation.isCancelled }
    if cancellation.isCancelled { throw ReplicaError(.cancelled, detail: "\(address)") }
  }

  private func sendOnce(
    _ request: MageRequest, _ cancellation: CancellationFlag
  ) throws -> MageAnswer {
    let response: HTTPClientResponse
    do throws(HTTPClientError) {
      response = try environment.transport.send(
        outgoing(request), cancellation: cancellation, onBody: nil)
    } catch {
      throw failure(error)
    }
    return try judge(response, request)
  }

  private func outgoing(_ request: MageRequest) -> HTTPClientRequest {
    var headers = request.headers
    headers.append(("X-API-KEY", apiKey))
    headers += credential?.headers ?? []
    if request.body != nil { headers.append(("Content-Type", request.contentType)) }
    var outgoing = HTTPClientRequest(
      method: request.method, url: "\(address)\(request.path)", headers: headers,
      body: request.body.map { .bytes($0) } ?? .none)
    outgoing.connectTimeout = 5
    outgoing.maxResponseBytes = request.maximumAnswer
    outgoing.totalTimeout = request.timeout
    return outgoing
  }

  private func judge(_ response: HTTPClientResponse, _ request: MageRequest) throws -> MageAnswer {
    var answer = MageAnswer(
      tag: response.headers["ETag"],
      time: response.headers["Date"].flatMap { HTTPDate.seconds($0) })
    let status = response.status
    switch status {
    case 304:
      return answer
    case 300..<400:
      throw notUnderstood("it redirects (\(status)) instead of answering")
    case 429, 500...:
      throw MageSilence(
        final: ReplicaError(
          .unreachable, detail: "\(address): it answers \(status)", isRetriable: true),
        mayBeDone: true)
    default: break
    }
    let object = (try? JSONValue.parse(response.body))?.objectValue
    if let object, let refusal = MageRefusal(in: object, status: status) {
      throw [401, 403].contains(refusal.code) || status == 401
        ? notAllowed(refusal.message) as any Error : refusal
    }
    switch status {
    case 200..<300:
      guard let object else {
        throw notUnderstood("it answers \(request.method) with something other than JSON")
      }
      answer.body = object
      return answer
    case 401, 403:
      throw notAllowed("status \(status)")
    case 404, 405:
      throw notUnderstood("it knows no such request (\(status))")
    default:
      // Some refusals are plain text, and a body that is too large has none at all.
      throw MageRefusal(code: status, message: String(decoding: response.body, as: UTF8.self))
    }
  }

  private func failure(_ error: HTTPClientError) -> any Error {
    let detail = "\(address): \(error.code)"
    switch error.code {
    case .cancelled: return ReplicaError(.cancelled, detail: "\(address)")
    case .callbackFailed: return error.cause ?? error
    case .badResponse, .tooLarge: return notUnderstood("\(error.code)")
    case .badURL, .tls, .other: return ReplicaError(.unreachable, detail: detail)
    case .couldNotResolve, .couldNotConnect, .connectionLost, .cut, .timedOut:
      return MageSilence(
        final: ReplicaError(.unreachable, detail: detail, isRetriable: true),
        mayBeDone: error.requestWasSent)
    }
  }

  /// What answers is no Mage server, or none of a kind that we know.
  func notUnderstood(_ detail: String) -> ReplicaError {
    ReplicaError(.notUnderstood, detail: "\(address): \(detail)")
  }

  private func notAllowed(_ words: String) -> ReplicaError {
    ReplicaError(.notAllowed, detail: "\(address): \(words)")
  }

  /// Runs what blocks on the pool and ends it when the task is cancelled.
  ///
  /// A refusal that nobody took care of becomes a `ReplicaError`.
  func blocking<Value: Sendable>(
    _ body: @escaping @Sendable (CancellationFlag) throws -> Value
  ) async throws -> Value {
    let cancellation = CancellationFlag()
    return try await withTaskCancellationHandler {
      try await environment.pool.run { [self] in
        try translating { try body(cancellation) }
      }
    } onCancel: {
      cancellation.cancel()
    }
  }

  /// Calls a closure for each number below a count, several at a time, as ``blocking(_:)`` does.
  func forEach(
    _ count: Int, _ body: @escaping @Sendable (Int, CancellationFlag) throws -> Void
  ) async throws {
    let cancellation = CancellationFlag()
    do {
      try await withTaskCancellationHandler {
        try await environment.pool.forEach(count, workers: MageConnection.width) { [self] number in
          try translating { try body(number, cancellation) }
        }
      } onCancel: {
        cancellation.cancel()
      }
    } catch is CancellationError {
      throw ReplicaError(.cancelled, detail: "\(address)")
    }
  }

  private func translating<Value>(_ body: () throws -> Value) throws -> Value {
    do {
      return try body()
    } catch let refusal as MageRefusal {
      throw ReplicaError(
        .refused, detail: "\(address): error \(refusal.code), \(refusal.message)",
        isRetriable: refusal.isFailure)
    } catch let silence as MageSilence {
      throw silence.final
    }
  }
}

/// A request without an answer: a cut, a timeout, a proxy whose server is away.
struct MageSilence: Error {
  /// What to say when it did not go away.
  var final: ReplicaError
  /// Whether the server may have got the whole request.
  var mayBeDone: Bool
}
