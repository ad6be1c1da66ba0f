package import HTTPClient
import JSON

/// A session's token together with the one origin that it may be sent to.
///
/// Mage gives out a JSON web token that wraps the token of the session itself. The cookie takes
/// the wrapper, the `OAUTH-TOKEN` header what is inside; each refuses the other.
package struct MageCredential: Sendable, CustomStringConvertible {
  /// The key that every Mage web page carries: it tells programs apart, and is no secret.
  package static let publicKey = "zkWlN0PkIKSN0C11CfUHUj84OT5XOJ6tDZ6bDRO2"

  private let token: String
  /// Where the token may be sent.
  package let origin: Origin

  /// Binds a token, as the server gave it, to an origin.
  package init(token: String, origin: Origin) {
    self.token = token
    self.origin = origin
  }

  /// The headers that sign a request.
  var headers: [(name: String, value: String)] {
    guard let inner = MageCredential.inner(of: token) else { return [("OAUTH-TOKEN", token)] }
    return [("OAUTH-TOKEN", inner), ("Cookie", "oauth_token=" + token)]
  }

  /// The session's own token, which the second part of a JSON web token holds.
  ///
  /// The signature is for the server: nothing here depends on what the token says.
  static func inner(of token: String) -> String? {
    let parts = token.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 3 else { return nil }
    var text = String(parts[1])
    while text.hasSuffix("=") { text.removeLast() }
    guard let bytes = Base64.decode(text, alphabet: .urlSafe),
      let payload = try? JSONValue.parse(bytes, limits: JSONLimits(depth: 8, bytes: 1 << 16))
    else { return nil }
    return payload["token"]?.stringValue
  }

  /// The origin alone; never the token.
  package var description: String { "token for \(origin)" }
}
