import CCurl

/// One curl handle with its own kept connections, used by one thread at a time.
final class Transfer: @unchecked Sendable {
  // Safe because a transfer is either in the client's pool or with exactly one thread.
  private let easy: UnsafeMutableRawPointer
  private let multi: UnsafeMutableRawPointer

  private static let isStarted: Bool = syncline_curl_start() == CURLE_OK

  init?() {
    guard Self.isStarted, let multi = curl_multi_init() else { return nil }
    guard let easy = curl_easy_init() else {
      curl_multi_cleanup(multi)
      return nil
    }
    self.easy = easy
    self.multi = multi
    syncline_curl_limit_connections(multi, 4)
  }

  deinit {
    curl_easy_cleanup(easy)
    curl_multi_cleanup(multi)
  }

  /// Runs one exchange to its end.
  func perform(
    _ exchange: Exchange, userAgent: String?, roots: TrustedRoots?
  ) throws(HTTPClientError) -> HTTPClientResponse {
    curl_easy_reset(easy)
    set(exchange.request)
    if let userAgent { syncline_curl_set_text(easy, CURLOPT_USERAGENT, userAgent) }
    if let roots {
      roots.bundle.withUnsafeBytes {
        _ = syncline_curl_set_roots(easy, $0.baseAddress, $0.count)
      }
    }
    attach(exchange)
    let headers = headerList(exchange.request)
    defer { curl_slist_free_all(headers) }
    syncline_curl_set_pointer(easy, CURLOPT_HTTPHEADER, headers)
    let result: Int32
    if case .bytes(let bytes) = exchange.request.body {
      result = bytes.withUnsafeBytes { buffer in
        syncline_curl_set_long(easy, CURLOPT_POST, 1)
        syncline_curl_set_size(easy, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(buffer.count))
        if let base = buffer.baseAddress, !buffer.isEmpty {
          // Not copied: the array outlives the transfer.
          let bytes = UnsafeMutableRawPointer(mutating: base)
          syncline_curl_set_pointer(easy, CURLOPT_POSTFIELDS, bytes)
        } else {
          syncline_curl_set_text(easy, CURLOPT_COPYPOSTFIELDS, "")
        }
        return run(exchange)
      }
    } else {
      result = run(exchange)
    }
    return try exchange.outcome(result, facts: facts(exchange))
  }

  private func run(_ exchange: Exchange) -> Int32 {
    guard curl_multi_add_handle(multi, easy) == CURLM_OK else { return 43 }
    defer { curl_multi_remove_handle(multi, easy) }
    var running: Int32 = 1
    while true {
      if curl_multi_perform(multi, &running) != CURLM_OK { return 43 }
      if running == 0 { return syncline_curl_result(multi) }
      // curl's own progress calls come once a second while nothing moves: look here as well.
      if exchange.isCancelled { return 42 }
      if curl_multi_poll(multi, nil, 0, 100, nil) != CURLM_OK { return 43 }
    }
  }

  private func facts(_ exchange: Exchange) -> Exchange.Facts {
    let sent = syncline_curl_get_size(easy, CURLINFO_SIZE_UPLOAD_T)
    let requestSize = syncline_curl_get_long(easy, CURLINFO_REQUEST_SIZE)
    let secure = exchange.request.url.prefix(6).lowercased() == "https:"
    let ready = syncline_curl_get_size(
      easy, secure ? CURLINFO_APPCONNECT_TIME_T : CURLINFO_CONNECT_TIME_T)
    let reused = syncline_curl_get_long(easy, CURLINFO_NUM_CONNECTS) == 0
    return Exchange.Facts(
      isConnected: ready > 0 || reused,
      elapsed: Double(syncline_curl_get_size(easy, CURLINFO_TOTAL_TIME_T)) / 1_000_000,
      requestWasSent: requestSize > 0 && Int(sent) >= exchange.bodyLength)
  }

  private func set(_ request: HTTPClientRequest) {
    syncline_curl_set_text(easy, CURLOPT_URL, request.url)
    syncline_curl_set_text(easy, CURLOPT_PROTOCOLS_STR, "http,https")
    syncline_curl_set_text(easy, CURLOPT_REDIR_PROTOCOLS_STR, "http,https")
    syncline_curl_set_long(easy, CURLOPT_FOLLOWLOCATION, 0)
    syncline_curl_set_long(easy, CURLOPT_DISALLOW_USERNAME_IN_URL, 1)
    syncline_curl_set_long(easy, CURLOPT_PATH_AS_IS, 1)
    syncline_curl_set_long(easy, CURLOPT_NETRC, 0)
    syncline_curl_set_long(easy, CURLOPT_NOSIGNAL, 1)
    syncline_curl_close_on_exec(easy)
    syncline_curl_set_long(easy, CURLOPT_HTTP_VERSION, syncline_curl_http_1_1)
    syncline_curl_set_long(easy, CURLOPT_HTTP09_ALLOWED, 0)
    syncline_curl_set_long(easy, CURLOPT_SSLVERSION, syncline_curl_tls_1_2)
    syncline_curl_set_long(easy, CURLOPT_SSL_VERIFYPEER, 1)
    syncline_curl_set_long(easy, CURLOPT_SSL_VERIFYHOST, 2)
    syncline_curl_set_long(easy, CURLOPT_TCP_KEEPALIVE, 1)
    syncline_curl_set_long(easy, CURLOPT_BUFFERSIZE, 256 << 10)
    syncline_curl_set_long(easy, CURLOPT_UPLOAD_BUFFERSIZE, 256 << 10)
    // Empty texts, since with none curl would look into the environment.
    syncline_curl_set_text(easy, CURLOPT_PROXY, request.proxy ?? "")
    syncline_curl_set_text(easy, CURLOPT_NOPROXY, "")
    syncline_curl_set_long(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
    if let encodings = request.acceptedEncodings {
      syncline_curl_set_text(easy, CURLOPT_ACCEPT_ENCODING, encodings)
    }
    syncline_curl_set_long(
      easy, CURLOPT_CONNECTTIMEOUT_MS, milliseconds(request.connectTimeout))
    if let total = request.totalTimeout {
      syncline_curl_set_long(easy, CURLOPT_TIMEOUT_MS, milliseconds(total))
    }
    if let stall = request.stallTimeout {
      syncline_curl_set_long(easy, CURLOPT_LOW_SPEED_LIMIT, 1)
      syncline_curl_set_long(easy, CURLOPT_LOW_SPEED_TIME, max(stall, 1))
    }
    switch request.body {
    case .none:
      if request.method == "HEAD" { syncline_curl_set_long(easy, CURLOPT_NOBODY, 1) }
    case .bytes: break
    case .stream(let length, _):
      syncline_curl_set_long(easy, CURLOPT_UPLOAD, 1)
      syncline_curl_set_size(easy, CURLOPT_INFILESIZE_LARGE, curl_off_t(length))
    }
    syncline_curl_set_text(easy, CURLOPT_CUSTOMREQUEST, request.method)
  }

  private func attach(_ exchange: Exchange) {
    // Not retained: the exchange outlives the transfer, which ends within `perform`.
    let context = Unmanaged.passUnretained(exchange).toOpaque()
    syncline_curl_set_pointer(easy, CURLOPT_HEADERDATA, context)
    syncline_curl_set_transfer(easy, CURLOPT_HEADERFUNCTION) { bytes, size, count, context in
      received(bytes, size * count, context) { $0.receiveHeader($1) }
    }
    syncline_curl_set_pointer(easy, CURLOPT_WRITEDATA, context)
    syncline_curl_set_transfer(easy, CURLOPT_WRITEFUNCTION) { bytes, size, count, context in
      received(bytes, size * count, context) { $0.receiveBody($1) }
    }
    syncline_curl_set_pointer(easy, CURLOPT_XFERINFODATA, context)
    syncline_curl_set_progress(easy) { context, _, _, _, _ in
      guard let context else { return 1 }
      return Unmanaged<Exchange>.fromOpaque(context).takeUnretainedValue().isCancelled ? 1 : 0
    }
    syncline_curl_set_long(easy, CURLOPT_NOPROGRESS, 0)
    guard case .stream = exchange.request.body else { return }
    syncline_curl_set_pointer(easy, CURLOPT_READDATA, context)
    syncline_curl_set_transfer(easy, CURLOPT_READFUNCTION) { bytes, size, count, context in
      guard let bytes, let context else { return syncline_curl_read_abort }
      let buffer = UnsafeMutableRawBufferPointer(start: bytes, count: size * count)
      let exchange = Unmanaged<Exchange>.fromOpaque(context).takeUnretainedValue()
      return exchange.supply(into: buffer) ?? syncline_curl_read_abort
    }
    syncline_curl_set_pointer(easy, CURLOPT_SEEKDATA, context)
    syncline_curl_set_seek(easy) { context, offset, origin in
      guard let context, offset == 0, origin == 0 else { return 2 }
      return Unmanaged<Exchange>.fromOpaque(context).takeUnretainedValue().rewind() ? 0 : 1
    }
  }
}

private func received(
  _ bytes: UnsafeMutablePointer<CChar>?, _ count: Int, _ context: UnsafeMutableRawPointer?,
  _ take: (Exchange, UnsafeRawBufferPointer) -> Bool
) -> Int {
  guard let context else { return count == 0 ? 1 : 0 }
  let exchange = Unmanaged<Exchange>.fromOpaque(context).takeUnretainedValue()
  // Any other number than the one given tells curl to stop.
  return take(exchange, UnsafeRawBufferPointer(start: bytes, count: count))
    ? count : (count == 0 ? 1 : 0)
}

private func milliseconds(_ seconds: Double) -> Int {
  Int(min(max(seconds * 1000, 1), 86_400_000 * 30))
}

/// The header lines; a line without a value takes out what curl would add by itself.
private func headerList(_ request: HTTPClientRequest) -> UnsafeMutablePointer<curl_slist>? {
  var list: UnsafeMutablePointer<curl_slist>?
  let names = request.headers.map { $0.name.lowercased() }
  for absent in ["Expect", "Content-Type", "Accept"] where !names.contains(absent.lowercased()) {
    list = curl_slist_append(list, absent + ":") ?? list
  }
  for (name, value) in request.headers {
    list = curl_slist_append(list, value.isEmpty ? name + ";" : name + ": " + value) ?? list
  }
  return list
}
