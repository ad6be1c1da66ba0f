/// What both sides agreed on at one path, at the last sync with one target.
package struct BaseRow: Hashable, Sendable, PathRow {
  /// The path.
  package var path: SyncPath
  /// The agreed node.
  package var node: Node

  /// Describes an agreement.
  package init(path: SyncPath, node: Node) {
    self.path = path
    self.node = node
  }
}

/// All agreements with one target, sorted by path, each path once.
///
/// Kept as a tree of nodes, so that a remote which is still as it was agreed is that very tree.
package struct Base: Hashable, Sendable {
  /// The agreements as a side that shows just them.
  package let tree: Tree

  /// Takes rows that are sorted by path, each path once.
  package init(sorted rows: some Collection<BaseRow> = [BaseRow]()) {
    var builder = Builder()
    builder.entries.reserveCapacity(rows.count)
    for row in rows { builder.append(row) }
    self = builder.finish()
  }

  private init(tree: Tree) {
    self.tree = tree
  }

  /// Takes the nodes of a side that holds nothing else, without that side's facts about them.
  package init(nodesOf tree: Tree, in room: consuming [TreeEntry] = []) {
    var builder = Builder(in: room)
    for entry in tree.entries {
      builder.entries.append(TreeEntry(path: entry.path, state: entry.state))
    }
    self = builder.finish()
  }

  /// The rows in the order of their paths.
  package var rows: Rows { Rows(entries: tree.entries) }

  /// Finds the row of a path in logarithmic time.
  package subscript(_ path: SyncPath) -> BaseRow? { rows.row(at: path) }

  /// The rows of a base, made as they are asked for.
  package struct Rows: RandomAccessCollection, Sendable {
    let entries: [TreeEntry]

    package var startIndex: Int { 0 }
    package var endIndex: Int { entries.count }

    package subscript(_ index: Int) -> BaseRow {
      guard let node = entries[index].node else { preconditionFailure("a base holds only nodes") }
      return BaseRow(path: entries[index].path, node: node)
    }
  }

  /// Makes a base row by row.
  package struct Builder {
    fileprivate var entries: [TreeEntry]

    /// Begins a base in the room of an empty list.
    package init(in room: consuming [TreeEntry] = []) {
      entries = room
    }

    /// Adds the row that comes next in the order of the paths.
    package mutating func append(_ row: BaseRow) {
      entries.append(TreeEntry(path: row.path, state: .node(row.node)))
    }

    /// Ends the base.
    package consuming func finish() -> Base { Base(tree: Tree(sorted: entries)) }
  }
}
