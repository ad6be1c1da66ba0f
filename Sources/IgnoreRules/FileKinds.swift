/// The files that a remote carries, where it does not carry all: plain names with certain ends.
///
/// Names with a dot in front, and what lies below folders with such names, are never among them.
package struct FileKinds: Hashable, Sendable {
  /// The ends of names in lowercase, without their dot.
  package let extensions: [String]
  private let ends: Set<[UInt8]>

  /// Describes kinds by the ends of names; letters count in either case.
  package init(extensions: [String]) {
    self.extensions = extensions.map { $0.lowercased() }.sorted()
    ends = Set(self.extensions.map { Array($0.utf8) })
  }

  /// Tells whether an entry can be carried, by its name alone; a folder is gone into.
  func carries(_ name: Bytes, isFolder: Bool) -> Bool {
    guard name.first != UInt8(ascii: ".") else { return false }
    if isFolder { return true }
    guard let dot = name.lastIndex(of: UInt8(ascii: ".")) else { return false }
    return ends.contains(name[(dot + 1)...].map { lowercased($0) })
  }
}
