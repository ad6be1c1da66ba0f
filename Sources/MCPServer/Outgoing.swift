package import JSON

/// A message to a client.
package enum Outgoing: Equatable, Sendable {
  case result(RequestID, JSONObject)
  /// Trouble; without an id where the request's own could not be read.
  case failure(RequestID?, RPCError)
  case notification(method: String, params: JSONObject)

  /// The message as compact JSON, which holds no line break.
  package var bytes: [UInt8] {
    var object: JSONObject = ["jsonrpc": "2.0"]
    switch self {
    case .result(let id, let result):
      object.insert("id", id.json)
      object.insert("result", .object(result))
    case .failure(let id, let error):
      // The protocol's schema knows no null here: what could not be read is left out.
      if let id { object.insert("id", id.json) }
      object.insert("error", error.json)
    case .notification(let method, let params):
      object.insert("method", .string(method))
      object.insert("params", .object(params))
    }
    return JSONValue.object(object).bytes()
  }

  /// Whether it answers nothing.
  var isNotification: Bool {
    switch self {
    case .notification: true
    case .result, .failure: false
    }
  }

  /// How far a request is.
  static func progress(_ progress: Progress, token: RequestID) -> Outgoing {
    var params: JSONObject = ["progressToken": token.json, "progress": .number(progress.done)]
    if let total = progress.total { params.insert("total", .number(total)) }
    if let message = progress.message { params.insert("message", .string(message)) }
    return .notification(method: "notifications/progress", params: params)
  }
}
