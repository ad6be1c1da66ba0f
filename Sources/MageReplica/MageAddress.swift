package import HTTPClient

/// Where a Mage server is: its origin, and what stands before `/api` where a proxy serves more.
package struct MageAddress: Hashable, Sendable {
  /// Scheme, host and port.
  package var origin: Origin
  /// The path before `/api`, encoded: empty, or with a slash in front and none at its end.
  package var base: String

  /// Describes the address of a server.
  package init(origin: Origin, base: String = "") {
    self.origin = origin
    self.base = base.hasSuffix("/") ? String(base.dropLast()) : base
  }
}

extension MageAddress: CustomStringConvertible {
  /// The address as a browser is given it.
  package var description: String { "\(origin)\(base)" }
}
