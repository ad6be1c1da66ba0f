import Platform
import CCurl

/// Sends requests over kept connections, one thread to a request.
///
/// `send` blocks its thread, so it belongs on a pool of threads for blocking work. No redirect is
/// followed, no cookie kept, no proxy or credential taken from the environment or from files.
package final class HTTPClient: Sendable {
  private let idle = Locked<[Transfer]>([])
  private let keptHandles: Int
  private let options: Options
  /// What is trusted where that is not the system's alone, or why it cannot be read.
  private let roots: Result<TrustedRoots, TrustedRoots.Problem>?

  /// What holds for every request of one client.
  package struct Options: Sendable {
    /// A file of PEM certificates to trust besides the system's, or nil.
    package var caFile: String?
    /// The file of the system's certificates, or nil for the one that curl was built with; looked
    /// at only where there is a `caFile`.
    package var systemRoots: String?
    /// The `User-Agent` where a request names none.
    package var userAgent: String?

    /// Creates options: the system's certificates, no user agent.
    package init(
      caFile: String? = nil, systemRoots: String? = nil, userAgent: String? = nil
    ) {
      self.caFile = caFile
      self.systemRoots = systemRoots
      self.userAgent = userAgent
    }
  }

  /// Creates a client that keeps up to that many idle handles with their connections.
  ///
  /// A `caFile` is read here, once; where that fails, each request does.
  package init(options: Options = Options(), keptHandles: Int = 8) {
    self.options = options
    self.keptHandles = keptHandles
    roots = options.caFile.map { file in
      Result { () throws(TrustedRoots.Problem) in
        try TrustedRoots(adding: file, to: options.systemRoots)
      }
    }
  }

  /// Why the `caFile` is of no use; nothing where it is fine, or there is none.
  package var rootsProblem: TrustedRoots.Problem? {
    if case .failure(let problem)? = roots { problem } else { nil }
  }

  private func trusted() throws(HTTPClientError) -> TrustedRoots? {
    do { return try roots?.get() } catch {
      let file = options.caFile ?? ""
      switch error {
      case .unreadable: throw HTTPClientError(.tls("the certificates in '\(file)' cannot be read"))
      case .noCertificate: throw HTTPClientError(.tls("there is no certificate in '\(file)'"))
      }
    }
  }

  /// Sends one request and blocks until its response is complete, or it failed.
  ///
  /// With `onBody`, the body of a 2xx response is handed on piece by piece; other bodies are always
  /// gathered. A kept connection that the server closed meanwhile is replaced once, without a word,
  /// where not one byte of a response had come: what must not happen twice needs an id of its own.
  package func send(
    _ request: HTTPClientRequest, cancellation: CancellationFlag? = nil,
    onBody: ((UnsafeRawBufferPointer) throws -> Void)? = nil
  ) throws(HTTPClientError) -> HTTPClientResponse {
    guard Origin(url: request.url) != nil, isToken(request.method),
      request.headers.allSatisfy({ isToken($0.name) && isFieldValue($0.value) })
    else { throw HTTPClientError(.badURL) }
    if cancellation?.isCancelled == true { throw HTTPClientError(.cancelled) }
    let roots = try trusted()
    let kept = idle.withLock { $0.popLast() }
    guard let transfer = kept ?? Transfer() else { throw HTTPClientError(.other(curl: 27)) }
    defer {
      idle.withLock { idle in
        if idle.count < keptHandles { idle.append(transfer) }
      }
    }
    let exchange = Exchange(request: request, cancellation: cancellation, onBody: onBody)
    return try transfer.perform(exchange, userAgent: options.userAgent, roots: roots)
  }
}

/// Whether a text is a token of HTTP: a method or the name of a header.
private func isToken(_ text: String) -> Bool {
  !text.isEmpty
    && text.utf8.allSatisfy { byte in
      byte > 0x20 && byte < 0x7F && !"()<>@,;:\\\"/[]?={}".utf8.contains(byte)
    }
}

private func isFieldValue(_ text: String) -> Bool {
  text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }
}
