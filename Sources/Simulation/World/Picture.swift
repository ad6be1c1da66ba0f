import Platform
import SyncModel

/// What stands under a path.
package struct Seen: Hashable, Sendable {
  /// The content of a file, or the target of a link.
  package var bytes: [UInt8]
  package var isLink: Bool
  package var isExecutable: Bool
  /// False where the right to read is missing.
  package var isReadable = true

  /// What the ledger owes for it: the bytes, of a link behind a mark that no file begins with.
  var owed: [UInt8] { isLink ? Seen.owed(linkTo: bytes) : bytes }

  /// What the ledger owes for a link.
  static func owed(linkTo target: [UInt8]) -> [UInt8] { Array("link to ".utf8) + target }

  /// Compares contents alone.
  func hasContent(of other: Seen?) -> Bool {
    guard let other else { return false }
    return bytes == other.bytes && isLink == other.isLink
  }
}

/// A file, folder or link with its times.
struct Imprint: Hashable {
  var kind: FileKind
  var mode: UInt32
  var bytes: [UInt8]
  var modified: Int64
  var changed: Int64
}

/// One side at one moment, by path.
package typealias Picture = [String: Seen]

extension Picture {
  /// Whether a link stands in it that the ledger owes under these bytes.
  func holds(linkOwedAs bytes: [UInt8]) -> Bool {
    values.contains { $0.isLink && $0.owed == bytes }
  }
}

extension SimulatedDisk {
  /// Everything in the project folder of this disk but the private folder and another project in it.
  ///
  /// Of two names with one key neither counts: such twins are blocked.
  func project() -> (files: Picture, twins: Set<String>, foreign: Set<String>) {
    var files: Picture = [:]
    var foreign: Set<String> = []
    var twins: Set<String> = []
    walk("p") { path, inode, isHidden in
      guard !isHidden, inode.kind != .directory else { return }
      let key: String
      do throws(PathProblem) { key = try SyncPath(validating: path).key } catch { return }
      if files[key] != nil { twins.insert(key) }
      if inode.isForeign { foreign.insert(key) }
      files[key] = Seen(
        bytes: inode.bytes, isLink: inode.kind == .link,
        isExecutable: inode.kind == .file && inode.mode & 0o100 != 0,
        isReadable: inode.kind == .link || inode.mode & 0o400 != 0)
    }
    return (files, twins, foreign)
  }

  /// Every content that is somewhere on the disk where a person would find it: the project and
  /// what runs have kept, not what is on its way.
  func findableContents() -> Set<[UInt8]> {
    var found: Set<[UInt8]> = []
    walk("p") { path, inode, isHidden in
      guard inode.kind != .directory else { return }
      if isHidden, !path.hasPrefix(".syncline/trash/"), !path.hasPrefix(".syncline/conflicts/") {
        return
      }
      found.insert(inode.kind == .link ? Seen.owed(linkTo: inode.bytes) : inode.bytes)
    }
    return found
  }

  /// Everything with its times, state included.
  ///
  /// The private folder's own times are left out: the file by which a look asks for the time comes
  /// and goes there, as SQLite's `-wal` and `-shm` do.
  func imprint() -> [String: Imprint] {
    var found: [String: Imprint] = [:]
    walk("p") { path, inode, _ in
      var imprint = Imprint(
        kind: inode.kind, mode: inode.mode, bytes: inode.bytes, modified: inode.modified,
        changed: inode.changed)
      if path == ".syncline" { (imprint.modified, imprint.changed) = (0, 0) }
      found[path] = imprint
    }
    return found
  }

  /// The conflict copies that are kept outside of the tree.
  func aside() -> Picture {
    var copies: Picture = [:]
    let folder = ".syncline/conflicts/"
    walk("p") { path, inode, isHidden in
      guard isHidden, inode.kind == .file, path.hasPrefix(folder) else { return }
      copies[String(path.dropFirst(folder.count))] = Seen(
        bytes: inode.bytes, isLink: false, isExecutable: inode.mode & 0o100 != 0)
    }
    return copies
  }

  /// Visits everything below a folder of the root, in the order of the names.
  func walk(_ top: String, _ body: (String, Inode, _ isHidden: Bool) -> Void) {
    let table = state.withLock { $0.live }
    guard let root = table.inodes[SimulatedDisk.root],
      let start = root.names[Array(top.utf8)], let folder = table.inodes[start.inode]
    else { return }
    visit(folder, "", table, isHidden: false, body)
  }

  private func visit(
    _ folder: Inode, _ path: String, _ table: InodeTable, isHidden: Bool,
    _ body: (String, Inode, Bool) -> Void
  ) {
    let names = folder.names.values.sorted { $0.spelling.lexicographicallyPrecedes($1.spelling) }
    for name in names {
      guard let inode = table.inodes[name.inode] else { continue }
      let text = String(decoding: name.spelling, as: UTF8.self)
      let below = path.isEmpty ? text : path + "/" + text
      let hidden = isHidden || (path.isEmpty && [".syncline", "nested"].contains(text))
      body(below, inode, hidden)
      if inode.kind == .directory { visit(inode, below, table, isHidden: hidden, body) }
    }
  }
}
