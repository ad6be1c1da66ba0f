import Crypto
import Platform
import SyncModel
import Testing

/// A path as the bytes that the file system holds: twins in Unicode stay two paths.
struct TreePath: Hashable, Comparable, Sendable, ExpressibleByStringLiteral,
  CustomStringConvertible
{
  let bytes: [UInt8]

  init(bytes: [UInt8]) { self.bytes = bytes }
  init(_ text: String) { bytes = Array(text.utf8) }
  init(stringLiteral text: String) { self.init(text) }

  /// The names on the way, the last one included.
  var names: [ArraySlice<UInt8>] { bytes.split(separator: UInt8(ascii: "/")) }
  var description: String { String(decoding: bytes, as: UTF8.self) }

  static func < (left: TreePath, right: TreePath) -> Bool {
    left.bytes.lexicographicallyPrecedes(right.bytes)
  }
}

/// What stands at a path.
enum TreeEntry: Hashable, Sendable {
  case file(Digest, isExecutable: Bool)
  case link(to: [UInt8])
  /// A pipe, a socket or a device.
  case special
}

/// Every file and link below a folder; empty folders do not count.
struct TreeListing: Equatable, Sendable {
  private(set) var entries: [TreePath: TreeEntry] = [:]

  /// Reads a folder, without `.syncline` at its top.
  init(_ path: String) throws {
    try read(try POSIXFileSystem().openDirectory(path: path), below: [])
  }

  private mutating func read(_ folder: any Directory, below prefix: [UInt8]) throws {
    for name in try folder.list().byteNames {
      if prefix.isEmpty, name.elementsEqual(".syncline".utf8) { continue }
      let path = prefix + name
      var inner: (any Directory)?
      var entry: TreeEntry?
      try EntryName.with(bytes: name) { (name) throws(Errno) in
        let status = try folder.status(of: name)
        switch status.kind {
        case .directory: inner = try folder.openDirectory(name)
        case .file:
          entry = .file(
            SHA256.hash(try folder.openFile(name).readToEnd()),
            isExecutable: status.isExecutable)
        case .link: entry = .link(to: try folder.readLink(name))
        default: entry = .special
        }
      }
      if let inner { try read(inner, below: path + [UInt8(ascii: "/")]) }
      if let entry { entries[TreePath(bytes: path)] = entry }
    }
  }

  subscript(path: TreePath) -> TreeEntry? { entries[path] }

  /// All paths, sorted by their bytes.
  var paths: [TreePath] { entries.keys.sorted() }

  /// The digests of all files.
  var contents: Set<Digest> {
    Set(
      entries.values.compactMap { entry in
        if case .file(let digest, _) = entry { digest } else { nil }
      })
  }

  /// Keeps the paths that pass.
  func filter(_ keeps: (TreePath) -> Bool) -> TreeListing {
    var result = self
    result.entries = entries.filter { keeps($0.key) }
    return result
  }

  /// The paths at which two listings differ, sorted; nothing when they are equal.
  func differences(from other: TreeListing) -> [TreePath] {
    Set(entries.keys).union(other.entries.keys)
      .filter { entries[$0] != other.entries[$0] }.sorted()
  }
}

/// Expects two listings to be equal, and names the first paths that are not.
func expectSame(
  _ left: TreeListing, _ right: TreeListing, sourceLocation: SourceLocation = #_sourceLocation
) {
  let differences = left.differences(from: right)
  #expect(
    differences.isEmpty,
    "\(differences.count) paths differ, such as \(differences.prefix(10).map(\.description))",
    sourceLocation: sourceLocation)
}
