import JSON
package import SyncModel

/// What the log keeps of one request; never a token, a query or a content.
package struct AccessLine: Hashable, Sendable {
  package let time: Timestamp
  /// The client's address.
  package let peer: String
  package let method: String
  /// The path as it was sent, still encoded.
  package let path: String
  package let status: Int
  /// How long the answer took, in nanoseconds.
  package let duration: Int64
  /// The name of the token, where one was valid.
  package let actor: String?
  /// What failed inside the hub, where something did.
  package let failure: String?

  /// The line, with everything but printable ASCII escaped.
  package var text: String {
    var parts = [
      ISO8601.string(nanoseconds: time.nanoseconds), AccessLine.escaped(peer),
      AccessLine.escaped(actor ?? "-"), AccessLine.escaped(method), AccessLine.escaped(path),
      "\(status)", "\(duration / 1_000_000)ms",
    ]
    if let failure { parts.append(AccessLine.escaped(failure)) }
    return parts.joined(separator: " ")
  }

  private static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars.prefix(2048) {
      switch scalar.value {
      case 0x21...0x7E where scalar != "\\": result.unicodeScalars.append(scalar)
      default: result += "\\u{" + String(scalar.value, radix: 16) + "}"
      }
    }
    return result.isEmpty ? "-" : result
  }
}
