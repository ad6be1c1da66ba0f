package import SyncModel

/// Where a path stands between the two sides.
package enum PathState: String, Hashable, Sendable, CaseIterable {
  case inSync = "in_sync"
  case localToRemote = "local_to_remote"
  case remoteToLocal = "remote_to_local"
  case conflict
  case blocked
}

/// What happened to a path, in one word.
package enum ItemChange: String, Hashable, Sendable, CaseIterable {
  case added
  case modified
  case deleted
  /// The executable bit alone.
  case mode
  /// A file became a link or a folder, or the other way round.
  case kind
}

/// What the two sides did to a path, the local side first.
package enum ConflictKind: String, Hashable, Sendable, CaseIterable {
  case addAdd = "add/add"
  case modifyModify = "modify/modify"
  case modifyDelete = "modify/delete"
  case deleteModify = "delete/modify"
  /// A file on one side is a folder on the other.
  case kind
}

/// One path that is not in sync, or one kind conflict with all that lies below it.
///
/// A handle on shared storage, because a first run has one for every file: copying one copies a
/// pointer, changing a copy leaves the others alone.
package struct Item: PathRow, Sendable {
  private var storage: Storage

  /// Describes a path.
  package init(
    path: SyncPath, state: PathState, change: ItemChange? = nil, conflict: ConflictKind? = nil,
    reason: BlockReason? = nil, policy: ConflictPolicy? = nil, owner: Side? = nil,
    local: TreeEntry? = nil, remote: TreeEntry? = nil, base: BaseRow? = nil, members: [Item] = []
  ) {
    self.init(
      path: path, state: state, change: change, conflict: conflict, reason: reason,
      policy: policy, owner: owner,
      sides: .values(ItemSides.Values(local: local, remote: remote, base: base)),
      members: members)
  }

  /// Describes a path by what the compared trees hold there.
  init(
    path: SyncPath, state: PathState, change: ItemChange? = nil, conflict: ConflictKind? = nil,
    reason: BlockReason? = nil, policy: ConflictPolicy? = nil, owner: Side? = nil,
    sides: ItemSides, members: [Item] = []
  ) {
    storage = Storage(path: path, state: state, sides: sides, members: members)
    storage.change = change
    storage.conflict = conflict
    storage.reason = reason
    storage.policy = policy
    storage.owner = owner
  }

  /// The path; of a kind conflict the shorter one, where the file stands.
  package var path: SyncPath { storage.path }

  /// Where it stands.
  package var state: PathState {
    get { storage.state }
    set { own.state = newValue }
  }

  /// What happened to it; nothing where that is not known (blocked).
  package var change: ItemChange? {
    get { storage.change }
    set { own.change = newValue }
  }

  /// What the sides did, for a conflict, also for one that the path's owner decides.
  package var conflict: ConflictKind? {
    get { storage.conflict }
    set { own.conflict = newValue }
  }

  /// Why it is left alone, for a blocked path.
  package var reason: BlockReason? {
    get { storage.reason }
    set { own.reason = newValue }
  }

  /// The policy for the conflict.
  package var policy: ConflictPolicy? {
    get { storage.policy }
    set { own.policy = newValue }
  }

  /// The side that alone may change it.
  package var owner: Side? { storage.owner }

  /// What the local side shows.
  package var local: TreeEntry? { storage.sides.entry(.local) }

  /// What the remote side shows.
  package var remote: TreeEntry? { storage.sides.entry(.remote) }

  /// What both agreed on last.
  package var base: BaseRow? { storage.sides.base }

  /// For a kind conflict every path that takes part, the root among them, sorted.
  package var members: [Item] { storage.members }

  /// What a side shows.
  package func entry(_ side: Side) -> TreeEntry? { storage.sides.entry(side) }

  /// The node of a side, if it can be had.
  package func node(_ side: Side) -> Node? { storage.sides.entry(side)?.node }

  /// What both sides and the base hold at the path.
  var sides: ItemSides { storage.sides }

  private var own: Storage {
    mutating get {
      if !isKnownUniquelyReferenced(&storage) { storage = Storage(storage) }
      return storage
    }
  }

  // Safe because it is changed only by an item that holds it alone.
  private final class Storage: @unchecked Sendable {
    let path: SyncPath
    let sides: ItemSides
    let members: [Item]
    var reason: BlockReason?
    var state: PathState
    var change: ItemChange?
    var conflict: ConflictKind?
    var policy: ConflictPolicy?
    var owner: Side?

    init(path: SyncPath, state: PathState, sides: ItemSides, members: [Item]) {
      self.path = path
      self.state = state
      self.sides = sides
      self.members = members
    }

    init(_ other: Storage) {
      (path, sides, members) = (other.path, other.sides, other.members)
      (reason, state, change) = (other.reason, other.state, other.change)
      (conflict, policy, owner) = (other.conflict, other.policy, other.owner)
    }
  }
}

extension Item: Hashable {
  package static func == (left: Item, right: Item) -> Bool {
    if left.storage === right.storage { return true }
    return left.path == right.path && left.state == right.state && left.change == right.change
      && left.conflict == right.conflict && left.reason == right.reason
      && left.policy == right.policy && left.owner == right.owner && left.local == right.local
      && left.remote == right.remote && left.base == right.base && left.members == right.members
  }

  package func hash(into hasher: inout Hasher) {
    hasher.combine(path)
    hasher.combine(state)
  }
}
