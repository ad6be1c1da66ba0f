/// A source of request body bytes that can be read again from its start.
///
/// It is used by the thread that sends the request, one call at a time.
package protocol HTTPUploadReader: AnyObject {
  /// Fills the start of the buffer and returns the number of bytes, 0 at the end.
  func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int
  /// Goes back to the first byte; a connection that turned out to be stale is replaced that way.
  func rewind() throws
}

/// One request to send.
package struct HTTPClientRequest {
  /// What is sent after the headers.
  package enum Body {
    case none
    case bytes([UInt8])
    /// Exactly `length` bytes, pulled while sending.
    case stream(length: Int, any HTTPUploadReader)
  }

  package var method: String
  /// An absolute `http` or `https` address, already percent-encoded, without user name or password.
  package var url: String
  package var headers: [(name: String, value: String)]
  package var body: Body
  /// Seconds to resolve, connect and agree on TLS.
  package var connectTimeout: Double = 10
  /// Seconds for everything together, or nil.
  package var totalTimeout: Double?
  /// Seconds below one byte per second in both directions, or nil.
  package var stallTimeout: Int? = 60
  /// The most bytes of a response body, gathered or handed on.
  package var maxResponseBytes = 64 << 20
  /// The most bytes of a body that does not belong to a 2xx, which is always held in memory.
  ///
  /// `maxResponseBytes` holds for such a body as well.
  package var maxRefusalBytes = 1 << 20
  /// A proxy's address, or nil for none; the environment is never looked at.
  package var proxy: String?
  /// Content encodings to ask for and to undo (`gzip`), or nil for none.
  package var acceptedEncodings: String?

  /// Creates a request with the default limits.
  package init(
    method: String = "GET", url: String, headers: [(name: String, value: String)] = [],
    body: Body = .none
  ) {
    self.method = method
    self.url = url
    self.headers = headers
    self.body = body
  }
}

/// One response, received completely.
package struct HTTPClientResponse: Sendable {
  package let status: Int
  package let headers: HTTPFields
  /// The body, empty where it was handed on piece by piece.
  package let body: [UInt8]
  /// The bytes of the body, gathered or handed on.
  package let bytesReceived: Int
  /// Whether the whole request was sent; a server may answer before it has read it all.
  package let requestWasSent: Bool

  /// Describes a response, for transports that are not a network.
  package init(
    status: Int, headers: HTTPFields, body: [UInt8], bytesReceived: Int, requestWasSent: Bool = true
  ) {
    self.status = status
    self.headers = headers
    self.body = body
    self.bytesReceived = bytesReceived
    self.requestWasSent = requestWasSent
  }
}
