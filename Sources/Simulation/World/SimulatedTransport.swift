import HTTPClient
import HTTPServing
import Hub
import HubProtocol
import Platform

/// A server in the same process, as a network that fails sees it.
protocol SimulatedServer: Sendable {
  /// Answers a request; nothing where it dies of that.
  func answer(_ request: HTTPRequest) -> HTTPResponse?
  /// Answers a request with a part of what it asks for that looks like the whole; nothing where
  /// the server would never do that.
  func partialAnswer(_ request: HTTPRequest) -> HTTPResponse?
  /// Answers a request with a hostile path in the place of one that is true, or beside those.
  func hostileAnswer(_ request: HTTPRequest, _ path: String) -> HTTPResponse?
  /// Refuses a request, which it may do halfway.
  func refusal(_ status: Int) -> HTTPResponse
  /// Ends while a request is on its way, and starts again.
  func restart(during request: HTTPRequest)
  /// Says what shall become of it, from the next request on.
  func expect(_ fate: HubDevice.Fate)
  /// Lets a teammate change something just before a request is handled.
  func teammate(_ edit: Edit, before request: HTTPRequest)
}

extension SimulatedServer {
  // Only a hub has a device that it may lose.
  func expect(_ fate: HubDevice.Fate) {}
}

/// Paths that no client may follow.
enum HostilePaths {
  private static let all = [
    "../outside/secret", "/outside/secret", "d/../../outside/secret", ".syncline/stamp",
    ".syncline/trash/a", "..", "d//x", "./a",
  ]

  static func path(_ number: Int) -> String { all[number % all.count] }
}

/// Carries requests to a server in the same process, over a network that fails as it is told to.
struct SimulatedTransport: HTTPCarrier {
  let server: any SimulatedServer
  let process: SimulatedProcess
  let network: Network

  func send(
    _ request: HTTPClientRequest, cancellation: CancellationFlag?,
    onBody: ((UnsafeRawBufferPointer) throws -> Void)?
  ) throws(HTTPClientError) -> HTTPClientResponse {
    let path = SimulatedTransport.path(of: request.url)
    let fault: NetworkFault?
    do throws(Errno) {
      fault = try network.begin(request.method + " " + path, process)
    } catch {
      throw HTTPClientError(.couldNotConnect)
    }
    guard let incoming = SimulatedTransport.incoming(request, path) else {
      return try complete(HTTPResponse(status: 400), [], nil)
    }
    switch fault {
    case .dropRequest?: throw HTTPClientError(.couldNotConnect)
    case .status(let status)?:
      let refusal = server.refusal(status)
      return try complete(refusal, SimulatedTransport.bytes(of: refusal.body), nil)
    case .page?: return try complete(SimulatedTransport.page, SimulatedTransport.login, nil)
    case .teammate(let edit)?: server.teammate(edit, before: incoming)
    case .delay?: network.wait(90_000_000_000)
    case .repeated?: _ = server.answer(incoming)
    case .restart?:
      server.restart(during: incoming)
      throw HTTPClientError(.connectionLost, requestWasSent: true)
    case .hubEnds(let fate)?: server.expect(fate)
    case .dropAnswer?, .cut?, .truncated?, .otherProject?, .hostile?, nil: break
    }
    let partial: HTTPResponse? =
      switch fault {
      case .truncated?: server.partialAnswer(incoming)
      case .hostile(let number)?: server.hostileAnswer(incoming, HostilePaths.path(number))
      default: nil
      }
    guard let response = partial ?? server.answer(incoming) else {
      throw HTTPClientError(.connectionLost, requestWasSent: true)
    }
    let body = SimulatedTransport.bytes(of: response.body)
    do throws(Errno) { try process.leave() } catch { throw HTTPClientError(.connectionLost) }
    switch fault {
    case .dropAnswer?: throw HTTPClientError(.connectionLost, requestWasSent: true)
    case .cut?:
      try deliver(Array(body.prefix(body.count / 2)), onBody, response.status)
      throw HTTPClientError(.cut, requestWasSent: true)
    case .truncated? where partial == nil:
      return try complete(response, Array(body.prefix(body.count * 2 / 3)), onBody)
    default: return try complete(response, body, onBody)
    }
  }

  private func complete(
    _ response: HTTPResponse, _ body: [UInt8], _ onBody: ((UnsafeRawBufferPointer) throws -> Void)?
  ) throws(HTTPClientError) -> HTTPClientResponse {
    var fields = HTTPFields()
    for field in response.headers.fields { fields.add(name: field.name, value: field.value) }
    let isHandedOn = try deliver(body, onBody, response.status)
    return HTTPClientResponse(
      status: response.status, headers: fields, body: isHandedOn ? [] : body,
      bytesReceived: body.count)
  }

  @discardableResult
  private func deliver(
    _ body: [UInt8], _ onBody: ((UnsafeRawBufferPointer) throws -> Void)?, _ status: Int
  ) throws(HTTPClientError) -> Bool {
    guard let onBody, (200..<300).contains(status) else { return false }
    do { try body.withUnsafeBytes { try onBody($0) } } catch {
      throw HTTPClientError(.callbackFailed, requestWasSent: true, cause: error)
    }
    return true
  }

  /// The request as the server gets it; nothing where no server would understand it.
  private static func incoming(_ request: HTTPClientRequest, _ path: String) -> HTTPRequest? {
    guard let target = HTTPTarget(path) else { return nil }
    var headers = HTTPHeaders()
    for (name, value) in request.headers { headers.add(name, value) }
    headers.set("Host", "127.0.0.1:80")
    return HTTPRequest(
      method: request.method, target: target, headers: headers,
      body: HTTPBody(SimulatedTransport.bytes(of: request.body)))
  }

  private static func bytes(of body: HTTPClientRequest.Body) -> [UInt8] {
    switch body {
    case .none: return []
    case .bytes(let bytes): return bytes
    case .stream(let length, let reader):
      var bytes: [UInt8] = []
      var buffer = [UInt8](repeating: 0, count: 1 << 16)
      do {
        try reader.rewind()
        while bytes.count < length {
          let count = try buffer.withUnsafeMutableBytes { try reader.read(into: $0) }
          if count == 0 { break }
          bytes += buffer[..<count]
        }
      } catch {
        // The server sees what came until then.
      }
      return bytes
    }
  }

  private static func bytes(of body: HTTPResponse.Body) -> [UInt8] {
    switch body {
    case .bytes(let bytes): return bytes
    case .events(let source):
      source.close()
      return []
    case .stream(_, let reader):
      var bytes: [UInt8] = []
      var buffer = [UInt8](repeating: 0, count: 1 << 16)
      do {
        while true {
          let count = try buffer.withUnsafeMutableBytes { try reader.read(into: $0) }
          if count == 0 { return bytes }
          bytes += buffer[..<count]
        }
      } catch {
        return bytes
      }
    }
  }

  private static func path(of url: String) -> String {
    var slashes = 0
    for index in url.indices where url[index] == "/" {
      slashes += 1
      if slashes == 3 { return String(url[index...]) }
    }
    return "/"
  }

  private static let login = Array("<html><body>Please sign in</body></html>".utf8)
  private static let page = HTTPResponse(
    status: 200, headers: ["Content-Type": "text/html"], body: .bytes(login))
}
