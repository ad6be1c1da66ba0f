import SyncModel

/// The three sorted arrays that are compared, shared by all that speaks of their rows.
final class ComparedTrees: Sendable {
  let base: Base.Rows
  let local: [TreeEntry]
  let remote: [TreeEntry]

  init(_ input: ReconcileInput) {
    base = input.base.rows
    local = input.local.entries
    remote = input.remote.entries
  }
}

/// What both sides and the base hold at one path.
enum ItemSides: Sendable {
  /// A row of the compared trees, so that nothing need be copied.
  case row(Row, ComparedTrees)
  case values(Values)

  /// Entries that stand in no tree, or in trees that are not held.
  final class Values: Sendable {
    let local: TreeEntry?
    let remote: TreeEntry?
    let base: BaseRow?

    init(local: TreeEntry?, remote: TreeEntry?, base: BaseRow?) {
      self.local = local
      self.remote = remote
      self.base = base
    }
  }

  /// What a side shows.
  func entry(_ side: Side) -> TreeEntry? {
    switch (self, side) {
    case (.row(let row, let trees), .local): row.local < 0 ? nil : trees.local[row.local]
    case (.row(let row, let trees), .remote): row.remote < 0 ? nil : trees.remote[row.remote]
    case (.values(let values), .local): values.local
    case (.values(let values), .remote): values.remote
    }
  }

  /// What both agreed on last.
  var base: BaseRow? {
    switch self {
    case .row(let row, let trees): row.base < 0 ? nil : trees.base[row.base]
    case .values(let values): values.base
    }
  }
}
