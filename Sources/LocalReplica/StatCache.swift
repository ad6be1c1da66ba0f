package import Platform
package import SyncModel

/// What one file was like when it was last read.
package struct StatCacheRow: Hashable, Sendable, PathRow {
  /// The path.
  package var path: SyncPath
  /// How the file system spells the path, where that differs from the key.
  package var spelling: String?
  /// The length in bytes.
  package var size: UInt64
  /// When the content changed last, in nanoseconds since 1970.
  package var modified: Int64
  /// When the content or the attributes changed last, in nanoseconds since 1970.
  package var changed: Int64
  /// The number of the file on its device.
  package var inode: UInt64
  /// The content that was read.
  package var digest: Digest
  /// Whether the owner might execute it.
  package var isExecutable: Bool
  /// Whether both times were older, by more than the file system's granularity, than a stamp taken
  /// from that file system before the content was read.
  ///
  /// Only such a row proves anything: a later edit cannot have left the same times behind.
  package var isSettled: Bool

  /// Describes a file as it was read.
  package init(
    path: SyncPath, spelling: String? = nil, size: UInt64, modified: Int64, changed: Int64,
    inode: UInt64, digest: Digest, isExecutable: Bool, isSettled: Bool
  ) {
    self.path = path
    self.spelling = spelling
    self.size = size
    self.modified = modified
    self.changed = changed
    self.inode = inode
    self.digest = digest
    self.isExecutable = isExecutable
    self.isSettled = isSettled
  }

  /// Tells whether the row proves that a file still has its content and its executable bit.
  ///
  /// A bit that was set in the same tick as the file was put in place shows in no time, and the
  /// right to read is taken away by such a bit: whether such a file can be read is tried.
  package func proves(_ status: FileStatus) -> Bool {
    isSettled && status.isReadable && size == status.size && modified == status.modified
      && changed == status.changed && inode == status.inode
      && isExecutable == status.isExecutable
  }

  /// Tells whether the row proves it of a file that was renamed since, which changes one time.
  package func provesRenamed(_ status: FileStatus) -> Bool {
    isSettled && size == status.size && modified == status.modified && inode == status.inode
  }

  /// Tells whether two spellings are one, byte for byte: names that look alike are two.
  static func isSpelling(_ left: String?, _ right: String?) -> Bool {
    switch (left, right) {
    case (nil, nil): true
    case (let left?, let right?): left.utf8.elementsEqual(right.utf8)
    case (nil, _?), (_?, nil): false
    }
  }

  /// The node that the row describes.
  package var node: Node {
    .file(Node.File(digest: digest, size: size, isExecutable: isExecutable))
  }
}

/// What the files of a folder were like when they were last read, sorted by path.
///
/// Kept as a tree with facts beside it, so that a folder in which all is as it was is that tree.
package struct StatCache: Hashable, Sendable {
  /// The files as they were read.
  package let tree: Tree
  /// What proves each of them, in the same order.
  let proofs: [Proof]
  /// The folders whose names need not be listed again while they are as they were, sorted.
  package let folders: [FolderProof]

  /// What a tree does not say of a file.
  struct Proof: Hashable, Sendable {
    var changed: Int64
    var inode: UInt64
    var isSettled: Bool
  }

  /// Takes rows that are sorted by path, each path once.
  package init(
    sorted rows: some Collection<StatCacheRow> = [StatCacheRow](), folders: [FolderProof] = []
  ) {
    var builder = Builder(capacity: rows.count)
    for row in rows { builder.append(row) }
    self = builder.finish(folders: folders)
  }

  private init(tree: Tree, proofs: [Proof], folders: [FolderProof]) {
    self.tree = tree
    self.proofs = proofs
    self.folders = folders
  }

  /// The same files with what is known of folders now.
  func with(folders: [FolderProof]) -> StatCache {
    StatCache(tree: tree, proofs: proofs, folders: folders)
  }

  /// The rows in the order of their paths.
  package var rows: Rows { Rows(entries: tree.entries, proofs: proofs) }

  /// Finds what proves the names in a folder, in logarithmic time.
  func folderProof(of key: String) -> FolderProof? {
    folders.row(at: SyncPath(trusted: key))
  }

  /// Finds the row of a path in logarithmic time.
  package subscript(_ path: SyncPath) -> StatCacheRow? { rows.row(at: path) }

  /// The rows of a cache, made as they are asked for.
  package struct Rows: RandomAccessCollection, Sendable {
    fileprivate let entries: [TreeEntry]
    fileprivate let proofs: [Proof]

    package var startIndex: Int { 0 }
    package var endIndex: Int { entries.count }

    package subscript(_ index: Int) -> StatCacheRow {
      let (entry, proof) = (entries[index], proofs[index])
      guard let file = entry.node?.file, let modified = entry.modified else {
        preconditionFailure("a stat cache holds only files with a time")
      }
      return StatCacheRow(
        path: entry.path, spelling: entry.spelling, size: file.size,
        modified: modified.nanoseconds, changed: proof.changed, inode: proof.inode,
        digest: file.digest, isExecutable: file.isExecutable ?? false,
        isSettled: proof.isSettled)
    }

    /// The key of a row, without making the row.
    func key(at index: Int) -> String { entries[index].path.key }

    /// Tells whether a row proves that a file is still as it was, and is spelled so.
    ///
    /// As the row itself tells, but without making it: it is asked of every file of a scan.
    func proves(_ status: FileStatus, spelledAs spelling: @autoclosure () -> String?, at index: Int)
      -> Bool
    {
      let proof = proofs[index]
      guard proof.isSettled, status.isReadable, proof.changed == status.changed,
        proof.inode == status.inode,
        entries[index].modified?.nanoseconds == status.modified,
        case .node(.file(let file)) = entries[index].state, file.size == status.size,
        file.isExecutable == status.isExecutable
      else { return false }
      return StatCacheRow.isSpelling(entries[index].spelling, spelling())
    }
  }

  /// Makes a cache row by row.
  package struct Builder: Sendable {
    private var entries: [TreeEntry]
    private var proofs: [Proof] = []

    /// Begins a cache of about so many rows.
    package init(capacity: Int) {
      entries = Memory.list(of: TreeEntry.self, capacity: capacity)
      proofs.reserveCapacity(capacity)
    }

    /// Adds the row that comes next in the order of the paths.
    package mutating func append(_ row: StatCacheRow) {
      entries.append(
        TreeEntry(
          path: row.path, state: .node(row.node),
          modified: Timestamp(nanoseconds: row.modified), spelling: row.spelling))
      proofs.append(
        Proof(changed: row.changed, inode: row.inode, isSettled: row.isSettled))
    }

    /// Adds all rows of another list; false if they do not come after those that are here.
    package mutating func append(_ other: Builder) -> Bool {
      if let last = entries.last, let next = other.entries.first, next.path <= last.path {
        return false
      }
      entries.append(contentsOf: other.entries)
      proofs.append(contentsOf: other.proofs)
      return true
    }

    /// Ends the cache.
    package func finish(folders: [FolderProof] = []) -> StatCache {
      StatCache(tree: Tree(sorted: entries), proofs: proofs, folders: folders)
    }
  }

  /// Replaces and adds rows, and removes those of paths without one; later changes count.
  ///
  /// What was proven of a folder above such a path is no longer.
  package func updating(_ changes: [StatCacheChange]) -> StatCache {
    guard !changes.isEmpty else { return self }
    let order = changes.indices.sorted {
      let order = SyncPath.order(changes[$0].path.key, changes[$1].path.key)
      return order == 0 ? $0 < $1 : order < 0
    }
    let last = order.indices.filter { place in
      place + 1 == order.count
        || changes[order[place + 1]].path != changes[order[place]].path
    }
    let touched = Set(changes.flatMap(\.path.ancestors))
    return StatCache(
      sorted: rows.merging(
        sorted: last.lazy.map { (path: changes[order[$0]].path, row: changes[order[$0]].row) }),
      folders: folders.filter { !touched.contains($0.path) })
  }
}

/// What a write made of one row: another one, or none.
package struct StatCacheChange: Hashable, Sendable {
  /// The path.
  package var path: SyncPath
  /// The new row, if there is one.
  package var row: StatCacheRow?

  /// Describes a change of one row.
  package init(path: SyncPath, row: StatCacheRow?) {
    self.path = path
    self.row = row
  }
}
