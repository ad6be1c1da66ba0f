import HTTPServing
import HubProtocol
import Platform

/// A hub as the simulated network sees it.
struct HubServer: SimulatedServer {
  // Safe because everything of one world runs on one thread.
  private nonisolated(unsafe) let remote: HubRemote
  private let network: Network
  /// What is still to become of the hub.
  private let fate = Locked<HubDevice.Fate?>(nil)

  init(_ remote: HubRemote, _ network: Network) {
    self.remote = remote
    self.network = network
  }

  func expect(_ fate: HubDevice.Fate) { self.fate.withLock { $0 = fate } }

  func answer(_ request: HTTPRequest) -> HTTPResponse? {
    let path = request.rawPath
    if path.hasSuffix("/contents") || path.contains("/packs") { network.count(contents: 1) }
    return fate.withLock { fate in
      let (response, rest) = remote.answer(request, fate)
      fate = rest
      return response
    }
  }

  // A cut pack or page of a feed shows that it is none.
  func partialAnswer(_ request: HTTPRequest) -> HTTPResponse? { nil }

  /// The first path of the answer is another one.
  func hostileAnswer(_ request: HTTPRequest, _ path: String) -> HTTPResponse? {
    guard var response = answer(request), case .bytes(let bytes) = response.body else { return nil }
    var text = String(decoding: bytes, as: UTF8.self)
    guard let key = text.firstRange(of: "\"path\":\""),
      let end = text[key.upperBound...].firstIndex(of: "\"")
    else { return response }
    text.replaceSubrange(key.upperBound..<end, with: path)
    response.body = .bytes(Array(text.utf8))
    return response
  }

  func refusal(_ status: Int) -> HTTPResponse {
    var headers: HTTPHeaders = [Wire.Header.version: "\(Wire.version)"]
    if status == 429 || status == 503 { headers.set(Wire.Header.retryAfter, "1") }
    let body = Array("{\"error\":{\"code\":\"malformed\",\"message\":\"simulated\"}}".utf8)
    return HTTPResponse(status: status, headers: headers, body: .bytes(body))
  }

  func restart(during request: HTTPRequest) { remote.restart() }

  func teammate(_ edit: Edit, before request: HTTPRequest) {
    do {
      network.note(try remote.make(edit, local: { _ in nil }))
    } catch {
      // A teammate whose edit is refused tries nothing else.
    }
  }
}
