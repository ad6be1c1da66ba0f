package import SyncModel

/// What a run did to one path.
package struct RunEffect: Hashable, Sendable {
  /// The path.
  package var path: SyncPath
  /// What the run wrote to the local side, if it did.
  package var local: Change<Node>?
  /// What the run wrote to the remote side, if it did.
  package var remote: Change<Node>?
  /// The base row before and after.
  package var base: Change<Node>

  /// Describes what a run did.
  package init(
    path: SyncPath, local: Change<Node>? = nil, remote: Change<Node>? = nil, base: Change<Node>
  ) {
    self.path = path
    self.local = local
    self.remote = remote
    self.base = base
  }

  /// What the run wrote to a side.
  package func change(_ side: Side) -> Change<Node>? {
    switch side {
    case .local: local
    case .remote: remote
    }
  }
}

/// How a run is taken back.
package struct UndoPlan: Hashable, Sendable {
  /// A path that does not go back.
  package struct Left: Hashable, Sendable {
    /// The path.
    package var path: SyncPath
    /// The side on which it is not as the run left it, or where it no longer has room.
    package var side: Side
    /// What stands in the way: what is at the path now, or nothing if it is gone.
    package var found: TreeEntry.State?
    /// The other path that takes the room, if it is one.
    package var obstacle: SyncPath?
    /// Whether the ignore rules leave the path out by now.
    package private(set) var isIgnored = false

    /// Describes a path that does not go back.
    package init(
      path: SyncPath, side: Side, found: TreeEntry.State?, obstacle: SyncPath? = nil
    ) {
      self.path = path
      self.side = side
      self.found = found
      self.obstacle = obstacle
    }

    /// A path that the ignore rules leave out by now.
    static func ignored(_ path: SyncPath) -> Left {
      var left = Left(path: path, side: .local, found: nil)
      left.isIgnored = true
      return left
    }
  }

  /// The actions, ordered as in a plan.
  package var steps: [Step] = []
  /// The paths that do not go back, sorted.
  package var left: [Left] = []

  /// Starts empty.
  package init() {}
}
