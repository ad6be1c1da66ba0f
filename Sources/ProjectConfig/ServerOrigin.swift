/// Where credentials may go: scheme, host and port of a server, in one spelling.
package struct ServerOrigin: Hashable, Sendable, CustomStringConvertible {
  /// The schemes that a server can have.
  package enum Scheme: String, Hashable, Sendable, CaseIterable {
    case http
    case https

    /// The port that is meant where none is named.
    package var standardPort: UInt16 {
      switch self {
      case .http: 80
      case .https: 443
      }
    }
  }

  /// How the server is spoken to.
  package let scheme: Scheme
  /// The host in lowercase; an IPv6 address in its shortest form, without brackets.
  package let host: String
  /// The port, also where it is the scheme's standard one.
  package let port: UInt16

  /// Reads a whole origin, such as `https://hub.example.com:8443`; one `/` may end it.
  package init(_ text: String) throws(AddressProblem) {
    let parts = try AddressText(text)
    guard let scheme = Scheme(rawValue: parts.scheme) else { throw .unknownScheme }
    guard parts.path.isEmpty || parts.path.elementsEqual("/".utf8) else { throw .extraPath }
    try self.init(scheme, authority: parts.authority)
  }

  /// Reads a host with its port, if one is named.
  init(_ scheme: Scheme, authority: ArraySlice<UInt8>?) throws(AddressProblem) {
    guard let authority, !authority.isEmpty else { throw .missingHost }
    var host = authority
    var port: ArraySlice<UInt8>?
    if authority.first == UInt8(ascii: "[") {
      guard let end = authority.firstIndex(of: UInt8(ascii: "]")) else { throw .badHost }
      let rest = authority[(end + 1)...]
      guard rest.isEmpty || rest.first == UInt8(ascii: ":") else { throw .badHost }
      guard let address = IPv6Address(authority[(authority.startIndex + 1)..<end]) else {
        throw .badHost
      }
      if !rest.isEmpty { port = rest.dropFirst() }
      self.host = address.description
    } else {
      if let colon = authority.firstIndex(of: UInt8(ascii: ":")) {
        host = authority[..<colon]
        port = authority[(colon + 1)...]
      }
      self.host = try HostName.canonical(host)
    }
    self.scheme = scheme
    self.port = try port.map(ServerOrigin.number) ?? scheme.standardPort
  }

  private static func number(_ digits: ArraySlice<UInt8>) throws(AddressProblem) -> UInt16 {
    guard digits.allSatisfy(HostName.isDigit),
      let number = UInt16(String(decoding: digits, as: UTF8.self)), number > 0
    else { throw .badPort }
    return number
  }

  /// Whether the host is this machine for certain: `localhost`, 127.0.0.0/8 or `::1`.
  package var isLoopback: Bool {
    if host == "localhost" || host == "::1" { return true }
    // A name that ends in a number is an IPv4 address by construction.
    return host.hasPrefix("127.") && HostName.endsInNumber(Array(host.utf8)[...])
  }

  /// The origin as a URL, without the scheme's standard port.
  package var description: String {
    let name = host.utf8.contains(UInt8(ascii: ":")) ? "[\(host)]" : host
    return scheme.rawValue + "://" + name + (port == scheme.standardPort ? "" : ":\(port)")
  }
}
