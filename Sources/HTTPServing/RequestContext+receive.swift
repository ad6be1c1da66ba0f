import Platform
import CMicroHTTPD

/// The most bytes that are read and thrown away so that a client gets to see a refusal.
///
/// A connection closed with bytes unread is reset, and many clients then never read the answer.
/// Nothing is kept of these bytes, and the time limits for receiving bound them as well.
private let discardLimit = 64 << 20

extension RequestContext {
  /// Takes one call of the daemon's: headers first, then pieces of the body, then the end.
  func receive(
    method: String, upload: UnsafeRawBufferPointer, consumed: () -> Void
  ) -> MHD_Result {
    if !upload.isEmpty {
      core.connections.receive(
        upload.count, from: connection, now: WallClock.system.monotonic())
    }
    switch phase {
    case .headers:
      return receiveHeaders(method: method)
    case .body(let limit, let expected):
      if upload.isEmpty { return complete(method: method) }
      if buffer.count + upload.count > limit {
        startDiscarding(status: 413, bytesLeft: discardLimit)
      } else if !buffer.append(upload, expected: expected) {
        startDiscarding(status: 503, bytesLeft: discardLimit)
      }
      consumed()
      return .YES
    case .discarding(let status, let bytesLeft):
      if upload.isEmpty { return answer(core.refusal(status)) }
      guard upload.count <= bytesLeft else { return .NO }
      phase = .discarding(status: status, bytesLeft: bytesLeft - upload.count)
      consumed()
      return .YES
    case .dispatched:
      guard let response = takeResponse() else { return .YES }
      return answer(response)
    case .answered:
      return .YES
    }
  }

  private func receiveHeaders(method: String) -> MHD_Result {
    core.state.update { $0.requests[ObjectIdentifier(self)] = self }
    collectHeaders()
    guard let target = HTTPTarget(rawTarget) else { return refuse(400, length: contentLength()) }
    self.target = target
    let size = headers.fields.reduce(method.utf8.count + rawTarget.utf8.count + 12) {
      $0 + $1.name.utf8.count + $1.value.utf8.count + 4
    }
    let limits = core.configuration.limits
    let length = contentLength()
    if size > limits.headerBytes { return refuse(431, length: length) }
    if hasAmbiguousLength() { return answer(core.refusal(400)) }
    if core.isStopping { return refuse(503, length: length) }
    let limit = limits.bodyBytes(method, target.rawPath)
    if let length {
      if length > limit { return refuse(413, length: length) }
      if !core.budget.hasRoom(for: length) { return refuse(503, length: length) }
    }
    phase = .body(limit: limit, expected: length)
    core.connections.expect(connection, by: core.bodyDeadline())
    return .YES
  }

  /// Answers without the handler; a short body is read first, so that the client sees the answer.
  private func refuse(_ status: Int, length: Int?) -> MHD_Result {
    let isChunked = headers["Transfer-Encoding"] != nil
    let waits = headers["Expect"] != nil
    let isShort = length.map { $0 <= discardLimit } ?? true
    if waits || !isShort || (length == nil && !isChunked) {
      return answer(core.refusal(status))
    }
    startDiscarding(status: status, bytesLeft: length ?? discardLimit)
    core.connections.expect(connection, by: core.bodyDeadline())
    return .YES
  }

  private func startDiscarding(status: Int, bytesLeft: Int) {
    buffer.discard()
    phase = .discarding(status: status, bytesLeft: bytesLeft)
  }

  private func complete(method: String) -> MHD_Result {
    core.connections.expect(connection, by: nil)
    guard let target else { return answer(core.refusal(400)) }
    let request = HTTPRequest(
      method: method, target: target, headers: headers, body: buffer.takeBody(),
      peer: numericAddress(syncline_mhd_peer(connection.pointer)),
      isTLS: core.configuration.tls != nil)
    return dispatch(request) ? .YES : answer(core.refusal(503))
  }

  private func collectHeaders() {
    let context = Unmanaged.passUnretained(self).toOpaque()
    MHD_get_connection_values_n(
      connection.pointer, .HEADER_KIND,
      { context, _, name, nameCount, value, valueCount in
        guard let context, let name else { return .YES }
        let request = Unmanaged<RequestContext>.fromOpaque(context).takeUnretainedValue()
        request.headers.add(text(name, nameCount), value.map { text($0, valueCount) } ?? "")
        return .YES
      }, context)
  }

  /// The announced length; one that is no number or too large to count is larger than any limit.
  private func contentLength() -> Int? {
    headers["Content-Length"].map { value in
      value.utf8.allSatisfy { $0 >= 0x30 && $0 <= 0x39 } ? Int(value) ?? .max : .max
    }
  }

  /// Whether two readers of these headers could see two different ends of the body.
  private func hasAmbiguousLength() -> Bool {
    let lengths = headers.all("Content-Length").count
    let encodings = headers.all("Transfer-Encoding")
    if lengths + encodings.count > 1 { return true }
    return encodings.contains { !asciiEqual($0, "chunked") }
  }
}

private func text(_ bytes: UnsafePointer<CChar>, _ count: Int) -> String {
  String(decoding: UnsafeRawBufferPointer(start: bytes, count: count), as: UTF8.self)
}
