package import HTTPClient
import HubProtocol

/// The address of a project on a hub: `http(s)://HOST:PORT/PROJECT`.
package struct HubAddress: Hashable, Sendable {
  /// Why a text is not such an address.
  package enum Problem: Error, Hashable, Sendable {
    /// Not an absolute `http` or `https` address of a host.
    case notAnAddress
    /// Names no project, or more than one segment.
    case noProject
    /// The project's name cannot be one.
    case badProject
    /// Has a query or a fragment.
    case hasQuery
  }

  /// Where the hub is.
  package var origin: Origin
  /// The project's name.
  package var project: String

  /// Describes the address of a project.
  package init(origin: Origin, project: String) {
    self.origin = origin
    self.project = project
  }

  /// Reads the address of a project.
  package init(_ text: String) throws(Problem) {
    guard let origin = Origin(url: text), let scheme = text.utf8.firstIndex(of: UInt8(ascii: ":"))
    else { throw .notAnAddress }
    guard !text.utf8.contains(UInt8(ascii: "?")), !text.utf8.contains(UInt8(ascii: "#")) else {
      throw .hasQuery
    }
    let rest = text[text.utf8.index(scheme, offsetBy: 3)...]
    guard let slash = rest.utf8.firstIndex(of: UInt8(ascii: "/")) else { throw .noProject }
    var segment = rest[rest.utf8.index(after: slash)...]
    if segment.hasSuffix("/") { segment.removeLast() }
    guard !segment.isEmpty, !segment.contains("/") else { throw .noProject }
    guard let project = Self.decode(segment), project != ".", project != "..",
      project.utf8.count <= ProjectInfo.maximumNameBytes,
      project.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F && $0 != UInt8(ascii: "/") })
    else { throw .badProject }
    self.init(origin: origin, project: project)
  }

  private static func decode(_ segment: Substring) -> String? {
    var bytes: [UInt8] = []
    var rest = Array(segment.utf8)[...]
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "%") else {
        bytes.append(byte)
        continue
      }
      guard rest.count >= 2 else { return nil }
      let digits = String(decoding: rest.prefix(2), as: UTF8.self)
      guard digits.utf8.allSatisfy({ $0 != UInt8(ascii: "+") && $0 != UInt8(ascii: "-") }),
        let value = UInt8(digits, radix: 16)
      else { return nil }
      bytes.append(value)
      rest.removeFirst(2)
    }
    return String(validating: bytes, as: UTF8.self)
  }
}

extension HubAddress: CustomStringConvertible {
  /// The address as it is written in a configuration.
  package var description: String { "\(origin)/\(APIPath.encode(project))" }
}

/// A token together with the one origin that it may be sent to.
package struct HubCredential: Sendable, CustomStringConvertible {
  /// The token.
  let token: String
  /// Where it may be sent.
  package let origin: Origin

  /// Binds a token to an origin.
  package init(token: String, origin: Origin) {
    self.token = token
    self.origin = origin
  }

  /// The origin alone; never the token.
  package var description: String { "token for \(origin)" }
}
