package import LocalReplica
package import SyncModel

/// A row that is stored together with its neighbors, in the order of the paths.
///
/// It is written beside its path, and read from a page that may be damaged.
package protocol PagedRow: PathRow, Hashable, Sendable {
  /// The node that counts for the stamp of a list; nothing where a row stands for none.
  var stamped: Node? { get }
  /// Appends all of the row but its path.
  func write(to page: inout PageWriter)
  /// Reads what follows the path; nothing if it is damaged.
  init?(path: SyncPath, from page: inout PageReader)
}

extension BaseRow: PagedRow {
  package var stamped: Node? { node }

  package func write(to page: inout PageWriter) {
    page.append(byte: NodeTag(of: node).rawValue)
    switch node {
    case .file(let file):
      page.append(file.size)
      page.append(file.digest)
    case .link(let target):
      page.append(target)
    }
  }

  package init?(path: SyncPath, from page: inout PageReader) {
    guard let tag = page.byte().flatMap(NodeTag.init(rawValue:)) else { return nil }
    switch tag {
    case .link:
      guard let target = page.text() else { return nil }
      self.init(path: path, node: .link(target: target))
    case .file, .plainFile, .executableFile:
      guard let size = page.number(), let digest = page.digest() else { return nil }
      self.init(
        path: path,
        node: .file(Node.File(digest: digest, size: size, isExecutable: tag.isExecutable)))
    }
  }
}

extension FolderProof: PagedRow {
  package var stamped: Node? { nil }

  package func write(to page: inout PageWriter) {
    page.append(fixed: modified)
    page.append(fixed: changed)
    page.append(inode)
    page.append(rules)
    page.append(UInt64(files))
    page.append(UInt64(folders.count))
    for folder in folders { page.append(folder) }
  }

  package init?(path: SyncPath, from page: inout PageReader) {
    guard let modified = page.fixed(), let changed = page.fixed(), let inode = page.number(),
      let rules = page.digest(), let files = page.number().flatMap({ Int(exactly: $0) }),
      let count = page.number()
    else { return nil }
    var folders: [String] = []
    // Not reserved: the page may be damaged, and tells any count.
    for _ in 0..<count {
      guard let folder = page.text() else { return nil }
      folders.append(folder)
    }
    self.init(
      path: path, modified: modified, changed: changed, inode: inode, rules: rules, files: files,
      folders: folders)
  }
}

extension StatCacheRow: PagedRow {
  package var stamped: Node? { node }

  private struct Flags: OptionSet {
    let rawValue: UInt8
    static let executable = Flags(rawValue: 1)
    static let settled = Flags(rawValue: 2)
    static let spelled = Flags(rawValue: 4)
    static let all = Flags(rawValue: 7)
  }

  package func write(to page: inout PageWriter) {
    var flags: Flags = []
    if isExecutable { flags.insert(.executable) }
    if isSettled { flags.insert(.settled) }
    if spelling != nil { flags.insert(.spelled) }
    page.append(byte: flags.rawValue)
    page.append(size)
    page.append(fixed: modified)
    page.append(fixed: changed)
    page.append(inode)
    page.append(digest)
    if let spelling { page.append(spelling) }
  }

  package init?(path: SyncPath, from page: inout PageReader) {
    guard let flags = page.byte().map(Flags.init(rawValue:)), flags.isSubset(of: .all),
      let size = page.number(), let modified = page.fixed(), let changed = page.fixed(),
      let inode = page.number(), let digest = page.digest()
    else { return nil }
    var spelling: String?
    if flags.contains(.spelled) {
      spelling = page.text()
      guard spelling != nil else { return nil }
    }
    self.init(
      path: path, spelling: spelling, size: size, modified: modified, changed: changed,
      inode: inode, digest: digest, isExecutable: flags.contains(.executable),
      isSettled: flags.contains(.settled))
  }
}
