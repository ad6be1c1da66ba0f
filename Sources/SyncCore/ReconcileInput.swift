package import SyncModel

/// What a side can keep, as far as it matters for a comparison.
package struct SideCapabilities: Hashable, Sendable {
  /// Keeps the executable bit.
  package var executable: Bool
  /// Keeps symbolic links.
  package var links: Bool
  /// Tells names apart that differ in case only.
  package var isCaseSensitive: Bool

  /// Describes a side.
  package init(executable: Bool = true, links: Bool = true, isCaseSensitive: Bool = true) {
    self.executable = executable
    self.links = links
    self.isCaseSensitive = isCaseSensitive
  }

  /// Keeps everything.
  package static let everything = SideCapabilities()
}

/// What a scan of the local side saw beside the files and links.
package struct LocalFacts: Hashable, Sendable {
  /// Folders that hold entries which are not synced (ignored, blocked), sorted.
  package var occupiedFolders: [SyncPath]
  /// Folders that exist and hold nothing at all, sorted.
  package var emptyFolders: [SyncPath]
  /// Files that the rules leave out, sorted; told by a side that does not tell cases apart.
  package var leftOutFiles: [SyncPath]
  /// False when a part could not be listed and it is not known which.
  package var isComplete: Bool

  /// Describes a scan.
  package init(
    occupiedFolders: [SyncPath] = [], emptyFolders: [SyncPath] = [],
    leftOutFiles: [SyncPath] = [], isComplete: Bool = true
  ) {
    self.occupiedFolders = occupiedFolders
    self.emptyFolders = emptyFolders
    self.leftOutFiles = leftOutFiles
    self.isComplete = isComplete
  }
}

/// What a listing of the remote side said beside its entries.
package struct RemoteFacts: Hashable, Sendable {
  /// Folders that hold entries which take no part and are not in the tree, sorted.
  package var occupiedFolders: [SyncPath]
  /// False when a part could not be listed and it is not known which.
  package var isComplete: Bool

  /// Describes a listing.
  package init(occupiedFolders: [SyncPath] = [], isComplete: Bool = true) {
    self.occupiedFolders = occupiedFolders
    self.isComplete = isComplete
  }
}

/// Everything that a reconciliation depends on.
package struct ReconcileInput: Sendable {
  /// What both sides agreed on last; empty when they never did.
  package var base: Base
  /// The local side.
  package var local: Tree
  /// The remote side.
  package var remote: Tree
  /// What the scan saw beside the files.
  package var localFacts: LocalFacts
  /// What the listing said beside its entries.
  package var remoteFacts: RemoteFacts
  /// The paths that the run speaks of.
  package var scope: Scope
  /// Whether the rules now in force ignore a path; asked only for paths that are not in `local`.
  package var isIgnored: @Sendable (SyncPath) -> Bool
  /// How conflicts resolve.
  package var policies: Policies
  /// Which side alone may change a path.
  package var owners: Owners
  /// What the local side can keep.
  package var localCarries: SideCapabilities
  /// What the remote side can keep.
  package var remoteCarries: SideCapabilities
  /// The largest file that is synced, in bytes; nothing for no limit.
  package var maximumFileSize: UInt64?

  /// Gathers what a reconciliation depends on.
  package init(
    base: Base, local: Tree, remote: Tree, localFacts: LocalFacts = LocalFacts(),
    remoteFacts: RemoteFacts = RemoteFacts(), scope: Scope = .everything,
    isIgnored: @escaping @Sendable (SyncPath) -> Bool = { _ in false },
    policies: Policies = Policies(), owners: Owners = .none,
    localCarries: SideCapabilities = .everything, remoteCarries: SideCapabilities = .everything,
    maximumFileSize: UInt64? = nil
  ) {
    self.base = base
    self.local = local
    self.remote = remote
    self.localFacts = localFacts
    self.remoteFacts = remoteFacts
    self.scope = scope
    self.isIgnored = isIgnored
    self.policies = policies
    self.owners = owners
    self.localCarries = localCarries
    self.remoteCarries = remoteCarries
    self.maximumFileSize = maximumFileSize
  }

  /// What a side shows.
  package func tree(_ side: Side) -> Tree {
    switch side {
    case .local: local
    case .remote: remote
    }
  }

  /// What a side can keep.
  package func carries(_ side: Side) -> SideCapabilities {
    switch side {
    case .local: localCarries
    case .remote: remoteCarries
    }
  }

  /// The folders of a side that hold entries which are not synced, sorted.
  func occupiedFolders(_ side: Side) -> [SyncPath] {
    switch side {
    case .local: localFacts.occupiedFolders
    case .remote: remoteFacts.occupiedFolders
    }
  }

  /// Whether a side was seen whole.
  package func isComplete(_ side: Side) -> Bool {
    switch side {
    case .local: localFacts.isComplete
    case .remote: remoteFacts.isComplete
    }
  }
}
