/// Where a request goes: scheme, host and port, and nothing else of an address.
package struct Origin: Sendable, Hashable, CustomStringConvertible {
  /// The schemes that exist here.
  package enum Scheme: String, Sendable {
    case http
    case https

    /// The port that is meant where none is named.
    package var defaultPort: UInt16 {
      switch self {
      case .http: 80
      case .https: 443
      }
    }
  }

  package let scheme: Scheme
  /// The host in lowercase; an IPv6 address without its brackets.
  package let host: String
  package let port: UInt16

  /// Reads the origin of an absolute address.
  ///
  /// Returns nil for another scheme, a user name or password, an empty or strange host, a port that
  /// is none, spaces, control characters and bytes outside of ASCII.
  package init?(url: String) {
    guard url.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\\") }),
      let colon = url.utf8.firstIndex(of: UInt8(ascii: ":")),
      let scheme = Scheme(rawValue: url[..<colon].lowercased()),
      url[colon...].hasPrefix("://")
    else { return nil }
    let rest = url[url.index(colon, offsetBy: 3)...]
    let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
    var host = authority
    var portText: Substring = ""
    if authority.hasPrefix("[") {
      guard let end = authority.firstIndex(of: "]") else { return nil }
      host = authority[authority.index(after: authority.startIndex)..<end]
      let after = authority[authority.index(after: end)...]
      guard after.isEmpty || after.hasPrefix(":"), isAddressV6(host) else { return nil }
      portText = after.dropFirst()
      if !after.isEmpty && portText.isEmpty { return nil }
    } else {
      if let colon = authority.firstIndex(of: ":") {
        host = authority[..<colon]
        portText = authority[authority.index(after: colon)...]
        if portText.isEmpty { return nil }
      }
      guard !host.isEmpty, host.utf8.allSatisfy(isHostByte) else { return nil }
    }
    guard portText.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) else { return nil }
    if portText.isEmpty {
      port = scheme.defaultPort
    } else {
      guard let port = UInt16(portText), port != 0 else { return nil }
      self.port = port
    }
    self.scheme = scheme
    self.host = host.lowercased()
  }

  /// Whether the host names this machine for certain: `localhost`, 127.0.0.0/8 or `::1`.
  package var isLoopback: Bool {
    if host == "localhost" || host == "::1" || host == "0:0:0:0:0:0:0:1" { return true }
    let parts = host.split(separator: ".", omittingEmptySubsequences: false)
    return parts.count == 4 && parts[0] == "127"
      && parts.allSatisfy { part in
        part.utf8.allSatisfy { $0 >= 0x30 && $0 <= 0x39 } && UInt8(part) != nil
          && (part == "0" || !part.hasPrefix("0"))
      }
  }

  /// The origin as an address, without a default port.
  package var description: String {
    let name = host.contains(":") ? "[\(host)]" : host
    return scheme.rawValue + "://" + name + (port == scheme.defaultPort ? "" : ":\(port)")
  }
}

private func isHostByte(_ byte: UInt8) -> Bool {
  switch byte {
  case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
    UInt8(ascii: "_"):
    true
  default: false
  }
}

private func isAddressV6(_ host: Substring) -> Bool {
  host.contains(":")
    && host.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
        UInt8(ascii: "A")...UInt8(ascii: "F"), UInt8(ascii: ":"), UInt8(ascii: "."):
        true
      default: false
      }
    }
}
