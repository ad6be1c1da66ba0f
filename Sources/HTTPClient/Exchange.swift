import CCurl

/// The most bytes of all headers of a response together.
private let headerLimit = 256 << 10

/// One request on its way and what came back so far; used by the sending thread alone.
final class Exchange {
  /// What curl knows when a transfer has ended.
  struct Facts {
    let isConnected: Bool
    /// Seconds that the transfer took.
    let elapsed: Double
    let requestWasSent: Bool
  }

  /// Why a callback of ours stopped the transfer.
  private enum Stop {
    case tooLarge
    case callback(any Error)
  }

  /// The most bytes for which room is made because a peer announces them.
  private static let reservedBytes = 64 << 20

  let request: HTTPClientRequest
  private let cancellation: CancellationFlag?
  private let onBody: ((UnsafeRawBufferPointer) throws -> Void)?
  private var status = 0
  private var headers = HTTPFields()
  private var headerBytes = 0
  private var headersEnded = false
  private var body: [UInt8] = []
  private var bytesReceived = 0
  private var supplied = 0
  private var stop: Stop?

  init(
    request: HTTPClientRequest, cancellation: CancellationFlag?,
    onBody: ((UnsafeRawBufferPointer) throws -> Void)?
  ) {
    self.request = request
    self.cancellation = cancellation
    self.onBody = onBody
  }

  var isCancelled: Bool { cancellation?.isCancelled ?? false }

  /// The number of bytes that the request's body has.
  var bodyLength: Int {
    switch request.body {
    case .none: 0
    case .bytes(let bytes): bytes.count
    case .stream(let length, _): length
    }
  }

  private var isSuccess: Bool { (200..<300).contains(status) }

  /// The most bytes of the body: a refusal is always gathered, so it has a limit of its own.
  private var bodyLimit: Int {
    isSuccess
      ? request.maxResponseBytes : min(request.maxRefusalBytes, request.maxResponseBytes)
  }

  /// Takes one line of a response's head; false stops the transfer.
  func receiveHeader(_ line: UnsafeRawBufferPointer) -> Bool {
    headerBytes += line.count
    if headerBytes > headerLimit {
      stop = .tooLarge
      return false
    }
    let text = String(decoding: line, as: UTF8.self)
    if text.hasPrefix("HTTP/"), status < 200 {
      // An interim response (1xx) is followed by another head.
      status = text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
      headers = HTTPFields()
      return true
    }
    // Lines after the head are trailers, which nobody asked for.
    if headersEnded { return true }
    if line.allSatisfy({ $0 == 13 || $0 == 10 }) {
      headersEnded = status >= 200
      // An answer to HEAD and a 304 announce the length of a body that does not follow.
      guard headersEnded, request.method != "HEAD", status != 304,
        let length = headers["Content-Length"].flatMap({ Int($0) })
      else { return true }
      if length > bodyLimit {
        stop = .tooLarge
        return false
      }
      // A body that grows by doubling would be in memory twice; a peer that lies gets no more.
      if onBody == nil { body.reserveCapacity(min(max(length, 0), Exchange.reservedBytes)) }
      return true
    }
    guard let colon = text.utf8.firstIndex(of: UInt8(ascii: ":")) else { return true }
    headers.add(
      name: String(text[..<colon]), value: trimmed(text[text.utf8.index(after: colon)...]))
    return true
  }

  /// Takes a piece of a response's body; false stops the transfer.
  func receiveBody(_ piece: UnsafeRawBufferPointer) -> Bool {
    if piece.isEmpty { return true }
    bytesReceived += piece.count
    if bytesReceived > bodyLimit {
      stop = .tooLarge
      return false
    }
    guard let onBody, isSuccess else {
      body.append(contentsOf: piece)
      return true
    }
    do {
      try onBody(piece)
      return true
    } catch {
      stop = .callback(error)
      return false
    }
  }

  /// Gives the next bytes of the request's body; nil stops the transfer.
  func supply(into buffer: UnsafeMutableRawBufferPointer) -> Int? {
    guard case .stream(let length, let reader) = request.body else { return nil }
    let room = UnsafeMutableRawBufferPointer(
      rebasing: buffer[..<min(buffer.count, length - supplied)])
    if room.isEmpty { return 0 }
    do {
      let count = try reader.read(into: room)
      guard count > 0, count <= room.count else { throw ShortUpload() }
      supplied += count
      return count
    } catch {
      stop = .callback(error)
      return nil
    }
  }

  /// Goes back to the first byte of the request's body.
  func rewind() -> Bool {
    guard case .stream(_, let reader) = request.body else { return false }
    do {
      try reader.rewind()
      supplied = 0
      return true
    } catch {
      stop = .callback(error)
      return false
    }
  }

  /// The response, or why there is none, from curl's result.
  func outcome(_ result: Int32, facts: Facts) throws(HTTPClientError) -> HTTPClientResponse {
    let sent = facts.requestWasSent
    switch stop {
    case .tooLarge: throw HTTPClientError(.tooLarge, requestWasSent: sent)
    case .callback(let cause):
      throw HTTPClientError(.callbackFailed, requestWasSent: sent, cause: cause)
    case nil: break
    }
    let code = CURLcode(rawValue: UInt32(bitPattern: result))
    if code != CURLE_OK {
      throw HTTPClientError(failure(code, result, facts), requestWasSent: sent)
    }
    return HTTPClientResponse(
      status: status, headers: headers, body: body, bytesReceived: bytesReceived,
      requestWasSent: sent)
  }

  private func failure(
    _ code: CURLcode, _ result: Int32, _ facts: Facts
  ) -> HTTPClientError.Code {
    switch code {
    case CURLE_ABORTED_BY_CALLBACK: isCancelled ? .cancelled : .other(curl: result)
    case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY: .couldNotResolve
    case CURLE_COULDNT_CONNECT: .couldNotConnect
    case CURLE_OPERATION_TIMEDOUT:
      .timedOut(facts.isConnected ? runningPhase(facts) : .connect)
    case CURLE_PARTIAL_FILE: .cut
    case CURLE_RECV_ERROR, CURLE_SEND_ERROR, CURLE_GOT_NOTHING:
      headersEnded ? .cut : .connectionLost
    case CURLE_WEIRD_SERVER_REPLY, CURLE_UNSUPPORTED_PROTOCOL, CURLE_BAD_CONTENT_ENCODING:
      .badResponse
    case CURLE_URL_MALFORMAT: .badURL
    case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CERTPROBLEM,
      CURLE_SSL_CIPHER, CURLE_SSL_CACERT_BADFILE, CURLE_SSL_ISSUER_ERROR:
      .tls(String(cString: curl_easy_strerror(code)))
    default: .other(curl: result)
    }
  }

  /// The limit that a running transfer met: of the two, the one that was reached.
  private func runningPhase(_ facts: Facts) -> HTTPClientError.Phase {
    guard let total = request.totalTimeout else { return .stall }
    return facts.elapsed + 0.01 < total ? .stall : .total
  }
}

/// The caller's reader ended before the length that it announced.
package struct ShortUpload: Error {}

private func trimmed(_ text: Substring) -> String {
  let isSpace: (UInt8) -> Bool = { $0 == 32 || $0 == 9 || $0 == 13 || $0 == 10 }
  let bytes = text.utf8.drop(while: isSpace)
  let end = bytes.lastIndex { !isSpace($0) }
  return end.map { String(Substring(bytes[...$0])) } ?? ""
}
