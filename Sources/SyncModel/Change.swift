/// Before and after of one thing.
package struct Change<Value> {
  /// What it was; nothing if it was absent.
  package var before: Value?
  /// What it becomes; nothing if it goes.
  package var after: Value?

  /// Describes a change.
  package init(before: Value?, after: Value?) {
    self.before = before
    self.after = after
  }
}

extension Change: Equatable where Value: Equatable {}
extension Change: Hashable where Value: Hashable {}
extension Change: Sendable where Value: Sendable {}

/// A change of one path on one side: what must be there now, and what is to be there then.
///
/// A handle on shared storage, because plans, batches and records all hold the same changes:
/// copying one copies a pointer, changing a copy leaves the others alone.
package struct PathChange: Sendable {
  private var storage: Storage

  /// Describes a change of one path.
  package init(path: SyncPath, before: Node?, after: Node?, spelling: String? = nil) {
    storage = Storage(path, Change(before: before, after: after), spelling)
  }

  /// The path.
  package var path: SyncPath { storage.path }

  /// What is expected, and what replaces it.
  package var node: Change<Node> {
    get { storage.node }
    set { storage = Storage(path, newValue, spelling) }
  }

  /// How the receiving side shall spell the path, where that differs from the key.
  package var spelling: String? {
    get { storage.spelling }
    set { storage = Storage(path, node, newValue) }
  }

  private final class Storage: Sendable {
    let path: SyncPath
    let node: Change<Node>
    let spelling: String?

    init(_ path: SyncPath, _ node: Change<Node>, _ spelling: String?) {
      self.path = path
      self.node = node
      self.spelling = spelling
    }
  }
}

extension PathChange: Hashable {
  package static func == (left: PathChange, right: PathChange) -> Bool {
    left.storage === right.storage
      || (left.path == right.path && left.node == right.node && left.spelling == right.spelling)
  }

  package func hash(into hasher: inout Hasher) {
    hasher.combine(path)
    hasher.combine(node)
  }
}

/// Names the two sides, always in this order.
package enum Side: String, Hashable, Sendable, CaseIterable {
  case local
  case remote

  /// The other side.
  package var other: Side {
    switch self {
    case .local: .remote
    case .remote: .local
    }
  }
}
