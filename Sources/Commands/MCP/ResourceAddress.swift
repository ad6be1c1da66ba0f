import HTTPClient
import HTTPServing
import SyncModel

/// The address of a content: `syncline://SIDE/PATH`, with the project's folder where one is named.
struct ResourceAddress: Equatable {
  /// Which content of a path is meant.
  enum Side: String, CaseIterable {
    case local, remote, base
    /// All three of them.
    case conflict
  }

  static let scheme = "syncline://"
  private static let folderName = "local_project_dir"

  var side: Side
  var path: SyncPath
  /// The project's folder; nothing for the server's own.
  var folder: String?

  init(side: Side, path: SyncPath, folder: String?) {
    self.side = side
    self.path = path
    self.folder = folder
  }

  /// Reads an address; nothing for what is none.
  init?(_ uri: String) {
    guard uri.hasPrefix(ResourceAddress.scheme),
      let target = HTTPTarget("/" + uri.dropFirst(ResourceAddress.scheme.count)),
      let side = target.segments.first.flatMap(Side.init(rawValue:)),
      // An encoded slash would make one name out of two.
      !target.segments.contains(where: { $0.utf8.contains(UInt8(ascii: "/")) }),
      let path = try? SyncPath(validating: target.segments.dropFirst().joined(separator: "/")),
      target.query.count <= 1, target.query.allSatisfy({ $0.name == ResourceAddress.folderName })
    else { return nil }
    self.init(side: side, path: path, folder: target.query.first?.value)
  }

  /// The address as text.
  var uri: String {
    let names = path.names.map { percentEncode(segment: String($0)) }.joined(separator: "/")
    let query = folder.map { "?\(ResourceAddress.folderName)=" + percentEncode(segment: $0) } ?? ""
    return ResourceAddress.scheme + side.rawValue + "/" + names + query
  }

  /// The pattern of the addresses of one side.
  static func pattern(_ side: Side) -> String {
    scheme + side.rawValue + "/{+path}{?\(folderName)}"
  }
}
