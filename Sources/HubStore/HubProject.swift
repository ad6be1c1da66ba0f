package import HubProtocol
package import SyncModel

/// A project as it stood at one moment.
package struct HubProject: Hashable, Sendable {
  /// The number that rows refer to.
  let number: Int64
  /// The identity, which outlives every renaming.
  package let id: String
  /// The name in addresses.
  package let name: String
  /// When it was made.
  package let created: Timestamp
  /// The head's revision; 0 before the first commit.
  package let revision: Int64
  /// The digest of the head's tree.
  package let treeDigest: TreeDigest
  /// The number of entries of the head's tree.
  package let entries: Int64

  static let columns = "number, id, name, created, revision, tree_digest, entries"

  init(_ row: StoreRow) throws {
    number = row.integer(0)
    id = row.text(1)
    name = row.text(2)
    created = Timestamp(nanoseconds: row.integer(3))
    revision = row.integer(4)
    treeDigest = try row.treeDigest(5)
    entries = row.integer(6)
  }

  /// Tells whether a name can be a project's: 1 to 100 letters, digits, `.`, `_` and `-`.
  ///
  /// It starts with a letter or a digit, so that it is never mistaken for an option or a folder.
  package static func isValid(name: String) -> Bool {
    let bytes = Array(name.utf8)
    guard (1...100).contains(bytes.count), let first = bytes.first, isWord(first) else {
      return false
    }
    return bytes.allSatisfy {
      isWord($0) || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: "-")
    }
  }

  private static func isWord(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: false
    }
  }
}
