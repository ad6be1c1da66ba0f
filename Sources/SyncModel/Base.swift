/// What both sides agreed on at one path, at the last sync with one target.
package struct BaseRow: Hashable, Sendable {
  /// The path.
  package var path: SyncPath
  /// The agreed node.
  package var node: Node
  /// The remote's own version token at which it was agreed, where it has one.
  package var version: String?

  /// Describes an agreement.
  package init(path: SyncPath, node: Node, version: String? = nil) {
    self.path = path
    self.node = node
    self.version = version
  }
}

/// All agreements with one target, sorted by path, each path once.
package struct Base: Hashable, Sendable {
  /// The rows in the order of their paths.
  package private(set) var rows: [BaseRow]

  /// Takes rows that are sorted by path, each path once.
  package init(sorted rows: [BaseRow] = []) {
    assert(zip(rows, rows.dropFirst()).allSatisfy { $0.path < $1.path }, "unsorted base")
    self.rows = rows
  }

  /// Finds the row of a path in logarithmic time.
  package subscript(_ path: SyncPath) -> BaseRow? {
    var low = 0
    var high = rows.count
    while low < high {
      let middle = (low + high) / 2
      if rows[middle].path < path { low = middle + 1 } else { high = middle }
    }
    guard low < rows.count, rows[low].path == path else { return nil }
    return rows[low]
  }
}
