package import Platform
package import SyncModel

/// What one file was like when it was last read.
package struct StatCacheRow: Hashable, Sendable {
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

  /// Tells whether the row proves that a file still has its content.
  package func proves(_ status: FileStatus) -> Bool {
    isSettled && size == status.size && modified == status.modified && changed == status.changed
      && inode == status.inode
  }

  /// Tells whether the row proves it of a file that was renamed since, which changes one time.
  package func provesRenamed(_ status: FileStatus) -> Bool {
    isSettled && size == status.size && modified == status.modified && inode == status.inode
  }

  /// The node that the row describes.
  package var node: Node {
    .file(Node.File(digest: digest, size: size, isExecutable: isExecutable))
  }
}

/// What the files of a folder were like when they were last read, sorted by path.
package struct StatCache: Hashable, Sendable {
  /// The rows in the order of their paths.
  package private(set) var rows: [StatCacheRow]

  /// Takes rows that are sorted by path, each path once.
  package init(sorted rows: [StatCacheRow] = []) {
    assert(zip(rows, rows.dropFirst()).allSatisfy { $0.path < $1.path }, "unsorted cache")
    self.rows = rows
  }

  /// The index of the first row that is not before a path.
  func firstIndex(atOrAfter path: SyncPath) -> Int {
    var low = 0
    var high = rows.count
    while low < high {
      let middle = (low + high) / 2
      if rows[middle].path < path { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// Finds the row of a path in logarithmic time.
  package subscript(_ path: SyncPath) -> StatCacheRow? {
    let index = firstIndex(atOrAfter: path)
    guard index < rows.count, rows[index].path == path else { return nil }
    return rows[index]
  }

  /// Replaces and adds rows, and removes those of paths without one; later changes count.
  package func updating(_ changes: [StatCacheChange]) -> StatCache {
    guard !changes.isEmpty else { return self }
    let order = changes.indices.sorted {
      let order = SyncPath.order(changes[$0].path.key, changes[$1].path.key)
      return order == 0 ? $0 < $1 : order < 0
    }
    var result: [StatCacheRow] = []
    result.reserveCapacity(rows.count + changes.count)
    var index = 0
    for place in order.indices {
      let change = changes[order[place]]
      let isLast = place + 1 == order.count || changes[order[place + 1]].path != change.path
      guard isLast else { continue }
      while index < rows.count, rows[index].path < change.path {
        result.append(rows[index])
        index += 1
      }
      if index < rows.count, rows[index].path == change.path { index += 1 }
      if let row = change.row { result.append(row) }
    }
    result.append(contentsOf: rows[index...])
    return StatCache(sorted: result)
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
