/// One request, received completely.
package struct HTTPRequest: Sendable {
  /// The method as it was sent, case-sensitive.
  package let method: String
  /// The path and query, taken apart.
  package let target: HTTPTarget
  package let headers: HTTPHeaders
  package let body: HTTPBody
  /// The peer's numeric address, without its port; an IPv4 address mapped to IPv6 is shown as IPv4.
  package let peer: String
  /// Whether this server itself terminated TLS.
  package let isTLS: Bool

  /// Creates a request, also for handlers called without a socket.
  package init(
    method: String, target: HTTPTarget, headers: HTTPHeaders = [:], body: HTTPBody = HTTPBody(),
    peer: String = "127.0.0.1", isTLS: Bool = false
  ) {
    self.method = method
    self.target = target
    self.headers = headers
    self.body = body
    self.peer = peer
    self.isTLS = isTLS
  }

  /// The path as it was sent, still encoded.
  package var rawPath: String { target.rawPath }

  /// The decoded segments of the path.
  package var segments: [String] { target.segments }

  /// The first value of that name in the query, or nil.
  package func query(_ name: String) -> String? {
    target.query.first { $0.name == name }?.value
  }
}
