/// A source of body bytes that the server pulls from while it sends.
///
/// It is asked on one of the few threads that receive and send: while it works, the other
/// connections of that thread wait. It is never asked twice at the same time.
package protocol HTTPBodyReader: AnyObject, Sendable {
  /// Fills the start of the buffer and returns the number of bytes, 0 at the end.
  ///
  /// A throw cuts the connection, so that the client cannot take the part for the whole.
  func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int
}

/// What a handler answers.
package struct HTTPResponse: Sendable {
  /// How the body comes.
  package enum Body: Sendable {
    /// Bytes that are there already.
    case bytes([UInt8])
    /// Bytes pulled while sending; without a length they are sent in chunks.
    ///
    /// A reader that ends before its length cuts the connection.
    case stream(length: Int?, any HTTPBodyReader)
    /// Server-sent events until either side ends the stream.
    case events(EventSource)
  }

  package var status: Int
  /// The headers; `Content-Length`, `Transfer-Encoding`, `Date` and `Connection` are the server's.
  package var headers: HTTPHeaders
  package var body: Body

  /// Creates a response.
  package init(status: Int, headers: HTTPHeaders = [:], body: Body = .bytes([])) {
    self.status = status
    self.headers = headers
    self.body = body
  }

  /// Ends what the response holds without sending it.
  func abandon() {
    switch body {
    case .bytes, .stream: break
    case .events(let source): source.close()
    }
  }
}
