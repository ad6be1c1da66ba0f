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

  /// Compares contents alone.
  func hasContent(of other: Seen?) -> Bool {
    guard let other else { return false }
    return bytes == other.bytes && isLink == other.isLink
  }
}

/// One side at one moment, by path.
package typealias Picture = [String: Seen]

extension SimulatedDisk {
  /// Everything in the project folder of this disk but the private folder.
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
      guard inode.kind == .file else { return }
      if isHidden, !path.hasPrefix(".syncline/trash/"), !path.hasPrefix(".syncline/conflicts/") {
        return
      }
      found.insert(inode.bytes)
    }
    return found
  }

  /// Every file with its times, state included.
  func imprint() -> [String: FileStatus] {
    var found: [String: FileStatus] = [:]
    let state = state.withLock { $0 }
    walk("p") { path, inode, _ in
      guard inode.kind != .directory else { return }
      found[path] = FileStatus(
        kind: inode.kind, mode: inode.mode, size: UInt64(inode.bytes.count),
        modified: inode.modified, changed: inode.changed, inode: 0, device: 0)
    }
    _ = state
    return found
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
      let hidden = isHidden || (path.isEmpty && text == ".syncline")
      body(below, inode, hidden)
      if inode.kind == .directory { visit(inode, below, table, isHidden: hidden, body) }
    }
  }
}
