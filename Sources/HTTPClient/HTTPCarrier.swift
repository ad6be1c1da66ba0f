/// Carries one request to a server and its response back.
///
/// ``HTTPClient`` is the one that commands use.
package protocol HTTPCarrier: Sendable {
  /// Sends one request and blocks until its response is complete, or it failed.
  func send(
    _ request: HTTPClientRequest, cancellation: CancellationFlag?,
    onBody: ((UnsafeRawBufferPointer) throws -> Void)?
  ) throws(HTTPClientError) -> HTTPClientResponse
}

extension HTTPClient: HTTPCarrier {}
