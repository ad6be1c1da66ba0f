/// Names of this machine, as requests write them.
package enum Loopback {
  /// Whether a host, without its port, is this machine and no other.
  package static func isHost(_ host: String) -> Bool {
    let host = host.lowercased()
    if host == "localhost" || host == "::1" || host == "[::1]" { return true }
    let parts = host.split(separator: ".", omittingEmptySubsequences: false)
    return parts.count == 4 && parts.allSatisfy { UInt8($0) != nil } && parts[0] == "127"
  }

  /// Whether an authority (`HOST` or `HOST:PORT`) is this machine.
  static func isAuthority(_ authority: some StringProtocol) -> Bool {
    let text = String(authority)
    guard let colon = text.lastIndex(of: ":"), !text.hasSuffix("]") else { return isHost(text) }
    let digits = text[text.index(after: colon)...]
    return UInt16(digits) != nil && isHost(String(text[..<colon]))
  }

  /// Whether an origin is a page that this machine serves under the very authority of a request.
  ///
  /// A page of another site whose name was made to lead here has another origin, and so has one
  /// that another program on this machine serves.
  static func isOrigin(_ origin: String, of authority: String) -> Bool {
    isAuthority(authority) && origin.lowercased() == "http://" + authority.lowercased()
  }
}
