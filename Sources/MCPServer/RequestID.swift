package import JSON

/// What a client calls a request, so that the answer finds its way back.
package enum RequestID: Hashable, Sendable {
  /// A whole number.
  case number(Int64)
  /// A text of the client's own making.
  case text(String)

  /// The longest id in bytes that is accepted.
  static let longest = 256

  /// Reads an id; nothing for what JSON-RPC does not allow as one, null among it.
  package init?(_ value: JSONValue?) {
    switch value {
    case .integer(let number)?: self = .number(number)
    case .string(let text)? where text.utf8.count <= RequestID.longest: self = .text(text)
    default: return nil
    }
  }

  /// The id as it goes back.
  package var json: JSONValue {
    switch self {
    case .number(let number): .integer(number)
    case .text(let text): .string(text)
    }
  }
}
