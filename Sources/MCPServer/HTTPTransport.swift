package import HTTPServing
package import Platform

/// Speaks with clients on this machine over streamable HTTP, at `/mcp`.
package final class HTTPTransport: Sendable {
  private let endpoint: HTTPEndpoint
  private let server: HTTPServer

  /// The port that it listens on.
  package var port: UInt16 { server.port }

  /// Starts to listen on loopback; every request must show the token.
  ///
  /// - Precondition: `host` is this machine.
  /// - Throws: `HTTPServerError`.
  package init(
    _ server: Server, host: String, port: UInt16, token: String, randomness: Randomness
  ) throws(HTTPServerError) {
    precondition(Loopback.isHost(host), "without TLS only this machine may be listened to")
    let endpoint = HTTPEndpoint(server, token: token, randomness: randomness)
    var configuration = HTTPServerConfiguration()
    configuration.host = host
    configuration.port = port
    configuration.limits.bodyBytes = { _, _ in Message.largest }
    configuration.limits.bodyBudget = 16 * Message.largest
    configuration.limits.connections = 64
    configuration.limits.connectionsPerAddress = 64
    configuration.errorBody = { HTTPEndpoint.body(ofRefusal: $0) }
    self.endpoint = endpoint
    self.server = try HTTPServer(configuration: configuration) { endpoint.handle($0) }
  }

  /// Stops: requests that are being answered are cancelled.
  package func stop() {
    endpoint.end()
    server.stop(graceSeconds: 2)
  }
}
