/// What a side shows at one path.
package struct TreeEntry: Hashable, Sendable, PathRow {
  /// The path, which is also the sort key.
  package var path: SyncPath
  /// The node, or why there is none to be had.
  package var state: State
  /// When it was last edited, as that side records it.
  ///
  /// A fact for people; never compared.
  package var modified: Timestamp?
  /// How the side spells the path, where that differs from the key.
  package var spelling: String?
  /// Who edited it last, where the side knows.
  package var editor: String?

  /// What a side shows at one path.
  package enum State: Hashable, Sendable {
    case node(Node)
    /// Nothing may be concluded or done at this path, or at any path below it.
    case blocked(BlockReason)
  }

  /// Describes an entry.
  package init(
    path: SyncPath, state: State, modified: Timestamp? = nil, spelling: String? = nil,
    editor: String? = nil
  ) {
    self.path = path
    self.state = state
    self.modified = modified
    self.spelling = spelling
    self.editor = editor
  }

  /// The node, if it can be had.
  package var node: Node? {
    switch state {
    case .node(let node): node
    case .blocked: nil
    }
  }
}

/// One side's files and links, sorted by path, each path once.
package struct Tree: Hashable, Sendable {
  /// The entries in the order of their paths.
  package private(set) var entries: [TreeEntry]

  /// Takes entries that are sorted by path, each path once.
  package init(sorted entries: [TreeEntry]) {
    assert(entries.isPathSorted, "unsorted tree")
    self.entries = entries
  }

  /// Sorts entries; of two at one path the later one is kept.
  package init(_ entries: [TreeEntry] = []) {
    var sorted: [TreeEntry] = []
    sorted.reserveCapacity(entries.count)
    let order = entries.indices.sorted {
      let paths = (entries[$0].path, entries[$1].path)
      return paths.0 == paths.1 ? $0 < $1 : paths.0 < paths.1
    }
    for index in order {
      if sorted.last?.path == entries[index].path { sorted.removeLast() }
      sorted.append(entries[index])
    }
    self.entries = sorted
  }

  /// Finds the entry of a path in logarithmic time.
  package subscript(_ path: SyncPath) -> TreeEntry? { entries.row(at: path) }

  /// The index of the first entry that is not before a path.
  package func firstIndex(atOrAfter path: SyncPath) -> Int {
    entries.firstIndex(atOrAfter: path)
  }

  /// Replaces and adds a few entries, in any order.
  package func replacing(_ new: [TreeEntry]) -> Tree {
    applying(sorted: Tree(new).entries.map { (path: $0.path, entry: $0) })
  }

  /// Replaces, adds and removes (`nil`) entries in one linear merge of sorted changes.
  package func applying(sorted changes: [(path: SyncPath, entry: TreeEntry?)]) -> Tree {
    guard !changes.isEmpty else { return self }
    return Tree(
      sorted: entries.merging(sorted: changes.lazy.map { (path: $0.path, row: $0.entry) }))
  }
}
