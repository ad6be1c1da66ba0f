package import JSON

/// A question that is to be answered.
package struct Request: Equatable, Sendable {
  /// What the answer is called by.
  package var id: RequestID
  /// What is asked for.
  package var method: String
  /// Its parameters; empty where none were sent.
  package var params: JSONObject

  /// Describes a request.
  package init(id: RequestID, method: String, params: JSONObject = [:]) {
    self.id = id
    self.method = method
    self.params = params
  }

  /// What the client says about the request itself.
  var meta: JSONObject? { params["_meta"]?.objectValue }

  /// By what progress is told, where the client wants to hear of it.
  var progressToken: RequestID? { RequestID(meta?["progressToken"]) }
}

/// A message that nobody answers.
package struct Notification: Equatable, Sendable {
  /// What happened.
  package var method: String
  /// Its parameters; empty where none were sent.
  package var params: JSONObject

  /// Describes a notification.
  package init(method: String, params: JSONObject) {
    self.method = method
    self.params = params
  }
}

/// One message of a client's, checked by the letter of JSON-RPC 2.0.
package enum Message: Equatable, Sendable {
  case request(Request)
  case notification(Notification)
  /// An answer; this server never asks, so that it means nothing.
  case response

  /// The longest message in bytes that is read.
  package static let largest = 4 << 20

  /// The deepest nesting of a message; arguments of tools need four.
  static let depth = 32

  /// Why bytes are no message, with the id where one could be read.
  package struct Problem: Error, Equatable {
    package var id: RequestID?
    package var error: RPCError
  }

  /// Reads one message.
  ///
  /// A list of messages (a batch) is refused: no revision that is spoken here allows it.
  package static func parse(_ bytes: [UInt8]) throws(Problem) -> Message {
    let value: JSONValue
    do {
      value = try JSONValue.parse(bytes, limits: JSONLimits(depth: depth, bytes: largest))
    } catch {
      throw Problem(error: RPCError(.parse, "the message is not understood: \(error)"))
    }
    guard case .object(let object) = value else {
      throw Problem(error: RPCError(.invalidRequest, "a message is one object, never a list"))
    }
    let id = RequestID(object["id"])
    func refuse(_ why: String) -> Problem {
      Problem(id: id, error: RPCError(.invalidRequest, why))
    }
    guard object["jsonrpc"]?.stringValue == "2.0" else {
      throw refuse("'jsonrpc' is not \"2.0\"")
    }
    guard let method = object["method"] else {
      if object["result"] != nil || object["error"] != nil { return .response }
      throw refuse("'method' is missing")
    }
    guard let method = method.stringValue, !method.isEmpty, method.utf8.count <= 256 else {
      throw refuse("'method' is not a name")
    }
    let params: JSONObject
    switch object["params"] {
    case nil: params = [:]
    case .object(let given)?: params = given
    default: throw refuse("'params' is not an object")
    }
    guard let given = object["id"] else {
      return .notification(Notification(method: method, params: params))
    }
    guard let id else {
      throw refuse("'id' is neither a whole number nor a short text, but \(given.kind.rawValue)")
    }
    return .request(Request(id: id, method: method, params: params))
  }
}
