package import SyncModel

/// Where a replica's history stood when it was looked at.
package struct Cursor: Hashable, Sendable {
  /// Rises with every commit.
  package var revision: UInt64
  /// The replica's own fingerprint of the whole tree at that revision; opaque.
  package var fingerprint: String

  /// Describes a place in a history.
  package init(revision: UInt64, fingerprint: String) {
    self.revision = revision
    self.fingerprint = fingerprint
  }
}

/// A tree that was seen earlier, and when.
package struct KnownTree: Sendable {
  /// The tree as it was.
  package var tree: Tree
  /// Where the history stood.
  package var cursor: Cursor

  /// Describes an earlier look.
  package init(tree: Tree, cursor: Cursor) {
    self.tree = tree
    self.cursor = cursor
  }
}

/// An entry whose name cannot be a path of a project.
///
/// It is reported and otherwise left alone.
package struct UnnameableEntry: Hashable, Sendable {
  /// The path as the side spells it; possibly not UTF-8.
  package var bytes: [UInt8]
  /// What is wrong with it.
  package var reason: BlockReason

  /// Describes an entry without a valid path.
  package init(bytes: [UInt8], reason: BlockReason) {
    self.bytes = bytes
    self.reason = reason
  }

  /// What the bytes look like as a path, to be compared with the folders and globs of a scope.
  ///
  /// It is not a path: nothing is stored under it, and nothing is opened by it.
  package var likeness: SyncPath {
    SyncPath(trusted: PathName.canonical(String(decoding: bytes, as: UTF8.self)))
  }
}

/// One look at a replica.
package struct Snapshot: Hashable, Sendable {
  /// Every file and link, and every path of which nothing is known (blocked).
  package var tree: Tree
  /// Entries whose names cannot be paths.
  package var unnameable: [UnnameableEntry]
  /// Folders that hold entries which are not synced and not in the tree, sorted.
  package var occupied: [SyncPath]
  /// Folders that exist and hold nothing at all, sorted; local only.
  package var emptyFolders: [SyncPath]
  /// Files that the rules leave out, sorted; only of a side that does not tell cases apart, where
  /// each keeps the name of another spelling from being taken.
  package var leftOutFiles: [SyncPath] = []
  /// Where the history stood, on a replica that has one.
  package var cursor: Cursor?
  /// False when a part could not be listed and it is not known which: nothing may be deleted.
  package var isComplete: Bool

  /// True when every path was seen: nothing is blocked, nothing is missing.
  package var isWhole: Bool { isComplete && tree.entries.allSatisfy { $0.node != nil } }

  /// Describes one look.
  package init(
    tree: Tree, unnameable: [UnnameableEntry] = [], occupied: [SyncPath] = [],
    emptyFolders: [SyncPath] = [], cursor: Cursor? = nil, isComplete: Bool = true
  ) {
    self.tree = tree
    self.unnameable = unnameable
    self.occupied = occupied
    self.emptyFolders = emptyFolders
    self.cursor = cursor
    self.isComplete = isComplete
  }
}
