package import SyncModel

/// Builds the targets of requests; names and paths are percent-encoded as one segment.
package struct APIPath: Hashable, Sendable, CustomStringConvertible {
  /// The path with its query, from the root of the server.
  package private(set) var description: String
  private var hasQuery = false

  /// What every path of the API starts with.
  package static let root = "/api/v1"

  private init(_ path: String) {
    description = Self.root + path
  }

  /// Facts about the hub.
  package static let hub = APIPath("/hub")
  /// Facts about the token.
  package static let whoami = APIPath("/whoami")
  /// All projects that the token may see.
  package static let projects = APIPath("/projects")
  /// All tokens.
  package static let tokens = APIPath("/tokens")
  /// The audit log.
  package static let audit = APIPath("/audit")
  /// The machine-readable description.
  package static let openAPI = APIPath("/openapi.json")

  /// One token.
  package static func token(_ id: String) -> APIPath {
    APIPath("/tokens/" + encode(id))
  }

  /// One project.
  package static func project(_ name: String) -> APIPath {
    APIPath("/projects/" + encode(name))
  }

  /// Something below this path, each name as one segment.
  package func appending(_ segments: String...) -> APIPath {
    precondition(!hasQuery, "segments come before the query")
    var copy = self
    for segment in segments { copy.description += "/" + Self.encode(segment) }
    return copy
  }

  /// One content of a project.
  package func content(_ digest: Digest) -> APIPath {
    appending("contents", digest.description)
  }

  /// The upload of one content of a project.
  package func upload(_ digest: Digest) -> APIPath {
    appending("uploads", digest.description)
  }

  /// The same with one more parameter; nothing adds none.
  package func query(_ name: String, _ value: String?) -> APIPath {
    guard let value else { return self }
    var copy = self
    copy.description += (hasQuery ? "&" : "?") + Self.encode(name) + "=" + Self.encode(value)
    copy.hasQuery = true
    return copy
  }

  /// The same with one more parameter; nothing adds none.
  package func query(_ name: String, _ value: (some FixedWidthInteger)?) -> APIPath {
    query(name, value.map { String($0) })
  }

  /// Percent-encodes everything but letters, digits, `-`, `.`, `_` and `~`.
  ///
  /// A colon stays, as in a digest; a name of dots alone would be a step up, so it is encoded.
  package static func encode(_ text: String) -> String {
    let isDots = text == "." || text == ".."
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.utf8.count)
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"),
        UInt8(ascii: "~"), UInt8(ascii: ":"):
        bytes.append(byte)
      case UInt8(ascii: ".") where !isDots:
        bytes.append(byte)
      default:
        bytes.append(UInt8(ascii: "%"))
        bytes.append(hexDigit(byte >> 4))
        bytes.append(hexDigit(byte & 15))
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func hexDigit(_ value: UInt8) -> UInt8 {
    value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "A") + value - 10
  }
}
