/// Where a project lives, by the kind of server that holds it.
package enum TargetAddress: Hashable, Sendable {
  /// A project of a hub: `https://HOST:PORT/PROJECT`.
  case hub(ServerOrigin, project: String)
  /// A Mage server: `mage+https://HOST:PORT[/BASE]`; the base is empty or starts with a slash.
  case mage(ServerOrigin, base: String)
  /// A Lua agent on a named server: `lua+https://HOST[:PORT][/BASE]/AGENT_ID`.
  case lua(ServerOrigin, base: String, agent: String)
  /// A Lua agent on the service's own server: `lua:AGENT_ID`.
  case luaService(agent: String)

  /// What answers at an address.
  package enum Kind: String, Hashable, Sendable, CaseIterable {
    case hub
    case mage
    case lua
  }

  /// What answers at the address.
  package var kind: Kind {
    switch self {
    case .hub: .hub
    case .mage: .mage
    case .lua, .luaService: .lua
    }
  }

  /// The server's origin, or nil where it is the service's own.
  package var origin: ServerOrigin? {
    switch self {
    case .hub(let origin, _), .mage(let origin, _), .lua(let origin, _, _): origin
    case .luaService: nil
    }
  }

  /// The schemes that addresses can have, as a person writes them.
  package static let schemes = [
    "https://", "http://", "mage+https://", "mage+http://", "lua+https://", "lua+http://", "lua:",
  ]

  /// Reads an address.
  package init(_ text: String) throws(AddressProblem) {
    let parts = try AddressText(text)
    if parts.scheme == "lua" {
      guard parts.authority == nil else { throw .unknownScheme }
      guard !parts.path.isEmpty else { throw .missingName }
      self = .luaService(agent: try TargetAddress.name(AddressText.decoded(parts.path)))
      return
    }
    let (kind, scheme) = try TargetAddress.scheme(parts.scheme)
    let origin = try ServerOrigin(scheme, authority: parts.authority)
    var names = try parts.names()
    switch kind {
    case .hub:
      guard let project = names.first else { throw .missingName }
      guard names.count == 1 else { throw .extraPath }
      self = .hub(origin, project: try TargetAddress.name(project))
    case .mage:
      self = .mage(origin, base: TargetAddress.base(names))
    case .lua:
      guard let agent = names.popLast() else { throw .missingName }
      self = .lua(
        origin, base: TargetAddress.base(names), agent: try TargetAddress.name(agent))
    }
  }

  private static func scheme(
    _ text: String
  ) throws(AddressProblem) -> (Kind, ServerOrigin.Scheme) {
    switch text {
    case "http": return (.hub, .http)
    case "https": return (.hub, .https)
    case "mage+http": return (.mage, .http)
    case "mage+https": return (.mage, .https)
    case "lua+http": return (.lua, .http)
    case "lua+https": return (.lua, .https)
    default: throw .unknownScheme
    }
  }

  private static func name(_ text: String) throws(AddressProblem) -> String {
    guard PlainName.isValid(text) else { throw .badName }
    return text
  }

  private static func base(_ names: [String]) -> String {
    names.map { "/" + percentEncoded($0) }.joined()
  }

  private static func percentEncoded(_ name: String) -> String {
    var text = ""
    for byte in name.utf8 {
      let isPlain =
        HostName.isDigit(byte) || HostName.isLetter(byte) || "-._~".utf8.contains(byte)
      if isPlain {
        text.unicodeScalars.append(Unicode.Scalar(byte))
      } else {
        let digits = String(byte, radix: 16, uppercase: true)
        text += digits.utf8.count == 1 ? "%0" + digits : "%" + digits
      }
    }
    return text
  }
}

extension TargetAddress: CustomStringConvertible {
  /// The address in one spelling: equal addresses have equal texts.
  package var description: String {
    switch self {
    case .hub(let origin, let project): "\(origin)/\(project)"
    case .mage(let origin, let base): "mage+\(origin)\(base)"
    case .lua(let origin, let base, let agent): "lua+\(origin)\(base)/\(agent)"
    case .luaService(let agent): "lua:\(agent)"
    }
  }
}

/// Names of projects, targets and collections: letters, digits, `.`, `_` and `-`, 100 at most.
package enum PlainName {
  /// Tells whether a text is such a name; it starts with a letter or a digit.
  package static func isValid(_ text: String) -> Bool {
    guard let first = text.utf8.first, text.utf8.count <= 100 else { return false }
    func isWord(_ byte: UInt8) -> Bool { HostName.isDigit(byte) || HostName.isLetter(byte) }
    return isWord(first) && text.utf8.allSatisfy { isWord($0) || "-_.".utf8.contains($0) }
  }
}
