package import SyncModel

/// How many paths stand where; a kind conflict counts once.
package struct StateCounts: Hashable, Sendable {
  package var inSync = 0
  package var localToRemote = 0
  package var remoteToLocal = 0
  package var conflicts = 0
  package var blocked = 0

  /// Starts at nothing.
  package init() {}

  mutating func add(_ state: PathState) {
    switch state {
    case .inSync: inSync += 1
    case .localToRemote: localToRemote += 1
    case .remoteToLocal: remoteToLocal += 1
    case .conflict: conflicts += 1
    case .blocked: blocked += 1
    }
  }
}

/// A path on which both sides agree, and the base does not know it yet.
package struct Adoption: Hashable, Sendable {
  /// The path.
  package var path: SyncPath
  /// What the base becomes.
  package var node: Node
  /// What the base held before.
  package var before: Node?

  /// Describes an adoption.
  package init(path: SyncPath, node: Node, before: Node?) {
    self.path = path
    self.node = node
    self.before = before
  }
}

/// A base row that goes, because there is nothing left to agree on.
package struct DroppedRow: Hashable, Sendable {
  /// The row.
  package var row: BaseRow
  /// True when the path is now ignored; otherwise both sides have lost it.
  package var isIgnored: Bool

  /// Describes a dropped row.
  package init(row: BaseRow, isIgnored: Bool) {
    self.row = row
    self.isIgnored = isIgnored
  }
}

/// How two sides and what they agreed on stand to each other.
package struct Reconciliation: Sendable {
  /// What it was made from.
  package let input: ReconcileInput
  /// The paths in scope that are not in sync, sorted.
  package internal(set) var items: [Item] = []
  /// How many paths in scope stand where.
  package internal(set) var counts = StateCounts()
  /// The paths in scope that only the base has to learn, sorted.
  package internal(set) var adoptions: [Adoption] = []
  /// The base rows that go, sorted; ignored ones whatever the scope is.
  package internal(set) var droppedBase: [DroppedRow] = []
  /// Paths whose absence on a side that was not seen whole is not taken for a deletion, sorted.
  package internal(set) var withheldDeletions: [SyncPath] = []

  init(input: ReconcileInput) {
    self.input = input
  }

  /// True when nothing was ever agreed on, so that deletions could not be recognized.
  package var hasNoBase: Bool { input.base.rows.isEmpty }
}
