/// Why a request got no complete response.
package struct HTTPClientError: Error, CustomStringConvertible {
  /// What a time limit cut.
  package enum Phase: Sendable, Equatable {
    /// Resolving, connecting or agreeing on TLS.
    case connect
    /// Nothing moved for the stall timeout.
    case stall
    /// The whole request took too long.
    case total
  }

  /// The kinds of failures.
  package enum Code: Sendable, Equatable {
    /// The address is not one that this client takes.
    case badURL
    case couldNotResolve
    case couldNotConnect
    /// The connection ended before a response began.
    case connectionLost
    /// The connection ended within a response: what was received is a part only.
    case cut
    case timedOut(Phase)
    /// TLS failed; the text is the TLS library's, or says which file cannot be trusted.
    case tls(String)
    /// What came is not HTTP/1.1.
    case badResponse
    /// The response is larger than allowed.
    case tooLarge
    case cancelled
    /// A reader or a receiver of the caller's threw; see `cause`.
    case callbackFailed
    /// Any other result of curl's.
    case other(curl: Int32)
  }

  package let code: Code
  /// Whether the server may have got the whole request, and so may have done what it asks.
  package let requestWasSent: Bool
  /// What the caller's own reader or receiver threw.
  package let cause: (any Error)?

  /// Creates an error.
  package init(_ code: Code, requestWasSent: Bool = false, cause: (any Error)? = nil) {
    self.code = code
    self.requestWasSent = requestWasSent
    self.cause = cause
  }

  /// Whether the same request may succeed a little later.
  package var isRetriable: Bool { code.isRetriable }

  /// The code, without address, headers or contents.
  package var description: String { "HTTPClientError(\(code))" }
}

extension HTTPClientError.Code: CustomStringConvertible {
  /// What happened, as half a sentence.
  package var description: String {
    switch self {
    case .badURL: "the address is not usable"
    case .couldNotResolve: "the host's name has no address"
    case .couldNotConnect: "no connection could be made"
    case .connectionLost: "the connection was lost before an answer came"
    case .cut: "the answer was cut"
    case .timedOut(.connect): "connecting took too long"
    case .timedOut(.stall): "nothing came for too long"
    case .timedOut(.total): "the answer took too long"
    case .tls(let text): "TLS failed: \(text)"
    case .badResponse: "what came is not HTTP"
    case .tooLarge: "the answer is larger than it may be"
    case .cancelled: "it was cancelled"
    case .callbackFailed: "what came could not be taken"
    case .other(let number): "the transfer failed (curl \(number))"
    }
  }
}

extension HTTPClientError.Code {
  /// Whether the same request may succeed a little later.
  package var isRetriable: Bool {
    switch self {
    case .couldNotResolve, .couldNotConnect, .connectionLost, .cut, .timedOut: true
    case .badURL, .tls, .badResponse, .tooLarge, .cancelled, .callbackFailed, .other: false
    }
  }
}
