import HTTPServing
import JSON

extension HTTPEndpoint {
  /// An answer without a message behind it.
  func refuse(_ status: Int, _ why: String) -> HTTPResponse {
    answer(.failure(nil, RPCError(.invalidRequest, why)), status: status)
  }

  /// One message as the whole answer.
  func answer(_ message: Outgoing, status: Int = 200) -> HTTPResponse {
    HTTPResponse(
      status: status, headers: ["Content-Type": "application/json"], body: .bytes(message.bytes))
  }

  /// The body of an answer that the HTTP server gives by itself.
  static func body(ofRefusal status: Int) -> [UInt8] {
    let why =
      switch status {
      case 413, 431: "the request is larger than the limit of \(Message.largest) bytes"
      case 503: "busy or stopping; try again later"
      default: "not a request that is understood"
      }
    return Outgoing.failure(nil, RPCError(.invalidRequest, why)).bytes
  }
}
