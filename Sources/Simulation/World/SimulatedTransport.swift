import HTTPClient
import HTTPServing
import Hub
import HubProtocol
import HubReplica
import Platform

/// Carries requests to a hub in the same process, over a network that fails as it is told to.
struct SimulatedTransport: HubTransport {
  let hub: Locked<Hub>
  let process: SimulatedProcess
  let network: Network
  let teammate: @Sendable (Edit) -> Void
  let restart: @Sendable () -> Void

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
    switch fault {
    case .dropRequest?: throw HTTPClientError(.couldNotConnect)
    case .status(let status)?: return SimulatedTransport.refusal(status)
    case .page?: return SimulatedTransport.page
    case .teammate(let edit)?: teammate(edit)
    case .delay?: network.wait(90_000_000_000)
    case .repeated?: _ = answer(request, path)
    case .restart?:
      restart()
      throw HTTPClientError(.connectionLost)
    case .dropAnswer?, .cut?, .truncated?, nil: break
    }
    let (status, headers, body) = answer(request, path)
    do throws(Errno) { try process.leave() } catch { throw HTTPClientError(.connectionLost) }
    switch fault {
    case .dropAnswer?: throw HTTPClientError(.connectionLost, requestWasSent: true)
    case .cut?:
      try deliver(Array(body.prefix(body.count / 2)), onBody, status)
      throw HTTPClientError(.cut, requestWasSent: true)
    case .truncated?:
      return try complete(status, headers, Array(body.prefix(body.count * 2 / 3)), onBody)
    default: return try complete(status, headers, body, onBody)
    }
  }

  private func complete(
    _ status: Int, _ headers: HTTPHeaders, _ body: [UInt8],
    _ onBody: ((UnsafeRawBufferPointer) throws -> Void)?
  ) throws(HTTPClientError) -> HTTPClientResponse {
    var fields = HTTPFields()
    for field in headers.fields { fields.add(name: field.name, value: field.value) }
    let isHandedOn = try deliver(body, onBody, status)
    return HTTPClientResponse(
      status: status, headers: fields, body: isHandedOn ? [] : body, bytesReceived: body.count)
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

  private func answer(
    _ request: HTTPClientRequest, _ path: String
  ) -> (status: Int, headers: HTTPHeaders, body: [UInt8]) {
    guard let target = HTTPTarget(path) else { return (400, [:], []) }
    var headers = HTTPHeaders()
    for (name, value) in request.headers { headers.add(name, value) }
    headers.set("Host", "127.0.0.1:80")
    let body = SimulatedTransport.bytes(of: request.body)
    if path.hasSuffix("/contents") || path.contains("/packs") { network.count(contents: 1) }
    let hub = hub.withLock { $0 }
    let response = hub.handle(
      HTTPRequest(method: request.method, target: target, headers: headers, body: HTTPBody(body)))
    return (response.status, response.headers, SimulatedTransport.bytes(of: response.body))
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

  private static func refusal(_ status: Int) -> HTTPClientResponse {
    var fields = HTTPFields()
    fields.add(name: Wire.Header.version, value: "\(Wire.version)")
    if status == 429 || status == 503 { fields.add(name: Wire.Header.retryAfter, value: "1") }
    let body = Array("{\"error\":{\"code\":\"malformed\",\"message\":\"simulated\"}}".utf8)
    return HTTPClientResponse(
      status: status, headers: fields, body: body, bytesReceived: body.count)
  }

  private static var page: HTTPClientResponse {
    var fields = HTTPFields()
    fields.add(name: "Content-Type", value: "text/html")
    let body = Array("<html><body>Please sign in</body></html>".utf8)
    return HTTPClientResponse(status: 200, headers: fields, body: body, bytesReceived: body.count)
  }
}
