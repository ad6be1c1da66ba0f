package import JSON

/// Why a request is not answered with a result, as JSON-RPC tells it.
package struct RPCError: Error, Equatable, Sendable {
  /// The codes that are ever sent; JSON-RPC 2.0, and from -32020 on the protocol's own.
  package enum Code: Int64, Sendable {
    case parse = -32700
    case invalidRequest = -32600
    case methodNotFound = -32601
    case invalidParams = -32602
    case internalError = -32603
    /// There is no such resource; revisions up to 2025-11-25 only.
    case resourceNotFound = -32002
    case headerMismatch = -32020
    case unsupportedVersion = -32022
  }

  /// What kind of trouble it is.
  package var code: Code
  /// What happened and what to do, as half a sentence.
  package var message: String
  /// More for programs.
  package var data: JSONValue?

  /// Describes trouble.
  package init(_ code: Code, _ message: String, data: JSONValue? = nil) {
    self.code = code
    self.message = message
    self.data = data
  }

  /// The error as it is sent.
  var json: JSONValue {
    var object: JSONObject = ["code": .integer(code.rawValue), "message": .string(message)]
    if let data { object.insert("data", data) }
    return .object(object)
  }
}
