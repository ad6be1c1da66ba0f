/// What a network, or what stands in it, does to one request.
enum WireFault: Hashable, Sendable {
  /// The connection is dropped before the server sees anything of the request.
  case dropBefore
  /// The server sees this many thousandths of the request, then the connection is dropped.
  case cutRequest(permille: Int)
  /// The server does what is asked; the connection is dropped before the answer.
  case dropAfter
  /// The server does what is asked; this many thousandths of its answer arrive.
  case cutAnswer(permille: Int)
  /// The server sees the whole request; the connection is dropped so soon after, answer or not.
  case abandon(milliseconds: Int)
  /// The request goes on its way later.
  case delay(milliseconds: Int)
  /// The server does what is asked at once; its answer comes later.
  case late(milliseconds: Int)
  /// The server gets the request twice, and its second answer counts.
  case twice
  /// The answer comes in small pieces, all together in about this time.
  case throttle(milliseconds: Int)
  /// Something else answers; the server is not asked.
  case instead(Stranger)
  /// Connections are refused for a while, and this one is dropped.
  case refuse(milliseconds: Int)

  /// Who answers in the server's place.
  enum Stranger: Hashable, Sendable, CaseIterable {
    /// A server that is busy.
    case busy
    /// A server that was asked too often.
    case tooMany
    /// A gateway that does not reach the server.
    case gateway
    /// The page of a portal, with a status that says that all is well.
    case portal
    /// A portal that sends people elsewhere.
    case redirect

    /// The whole answer.
    var bytes: [UInt8] {
      let (status, headers, body) =
        switch self {
        case .busy: ("503 Service Unavailable", "Retry-After: 0\r\n", "busy")
        case .tooMany: ("429 Too Many Requests", "Retry-After: 0\r\n", "slower, please")
        case .gateway: ("502 Bad Gateway", "", "<html>Bad gateway</html>")
        case .portal: ("200 OK", "Content-Type: text/html\r\n", "<html>Please sign in</html>")
        case .redirect: ("302 Found", "Location: https://portal.invalid/\r\n", "")
        }
      return Array(
        "HTTP/1.1 \(status)\r\n\(headers)Content-Length: \(body.utf8.count)\r\n\r\n\(body)".utf8)
    }
  }

  /// The kind of the fault, without its figures.
  var kind: String {
    switch self {
    case .dropBefore: "dropped before"
    case .cutRequest: "request cut"
    case .dropAfter: "answer lost"
    case .cutAnswer: "answer cut"
    case .abandon: "abandoned"
    case .delay: "delayed"
    case .late: "answered late"
    case .twice: "sent twice"
    case .throttle: "throttled"
    case .instead(let stranger): "\(stranger) instead"
    case .refuse: "refused for a while"
    }
  }
}
