/// Where a hub listens: a host and a port, as `--listen` takes them.
struct ListenAddress: Equatable {
  /// The name or address; one of IPv6 without its brackets.
  let host: String
  /// The port; 0 means a free one.
  let port: UInt16

  /// Reads `HOST:PORT` or `[IPV6]:PORT`; nothing for anything else.
  init?(_ text: String) {
    guard let colon = text.lastIndex(of: ":") else { return nil }
    let digits = text[text.index(after: colon)...]
    guard !digits.isEmpty, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
      let port = UInt16(digits)
    else { return nil }
    var host = text[..<colon]
    if host.hasPrefix("[") {
      guard host.hasSuffix("]") else { return nil }
      host = host.dropFirst().dropLast()
      guard host.contains(":") else { return nil }
    } else if host.contains(":") {
      // Without brackets nobody can tell where an IPv6 address ends.
      return nil
    }
    let isPlain = host.utf8.allSatisfy { byte in
      byte > 0x20 && byte < 0x7F && byte != UInt8(ascii: "[") && byte != UInt8(ascii: "]")
        && byte != UInt8(ascii: "/")
    }
    guard !host.isEmpty, isPlain else { return nil }
    self.host = String(host)
    self.port = port
  }

  /// The address of a hub that got a port.
  func url(scheme: String, port: UInt16) -> String {
    "\(scheme)://\(host.contains(":") ? "[\(host)]" : host):\(port)"
  }
}
