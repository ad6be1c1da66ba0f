package import SyncModel

/// What a step is, as it is listed to people.
package enum StepKind: String, Hashable, Sendable, CaseIterable {
  /// Only the base learns what both sides have.
  case adopt
  /// Only the base row goes.
  case dropBase
  /// The remote is written.
  case push
  /// The local side is written.
  case pull
  case deleteLocal
  case deleteRemote
  /// What lost a conflict is kept under a name of its own.
  case conflictCopy
  /// A merged content is written.
  case merge
}

/// What becomes of a base row when its step is done.
package enum BaseEffect: Hashable, Sendable {
  case set(Node)
  case drop
  case keep
}

/// Where a content is to be had.
package struct ContentPlace: Hashable, Sendable {
  /// The side that has it.
  package var side: Side
  /// The path that has it there, before the run writes anything.
  package var path: SyncPath

  /// Names a place.
  package init(side: Side, path: SyncPath) {
    self.side = side
    self.path = path
  }
}

/// One planned action on one path.
///
/// A handle on shared storage, because a first run has one for every file: copying one copies a
/// pointer, changing a copy leaves the others alone.
package struct Step: Sendable {
  private var storage: StepStorage

  /// Describes an action.
  package init(
    path: SyncPath, kind: StepKind, local: PathChange? = nil, remote: PathChange? = nil,
    baseAfter: BaseEffect = .keep, group: Int? = nil, resolution: Resolution? = nil,
    source: ContentPlace? = nil
  ) {
    storage = StepStorage(
      path: path, kind: kind, local: local, remote: remote, baseAfter: baseAfter)
    self.group = group
    if resolution != nil || source != nil {
      storage.rare.resolution = resolution
      storage.rare.source = source
    }
  }

  /// The path.
  package var path: SyncPath { storage.path }

  /// What it is; of a step that writes both sides, the direction of the content.
  package var kind: StepKind { storage.kind }

  /// What is written to the local side.
  package var local: PathChange? {
    get { storage.change(.local) }
    set { own.set(newValue, .local) }
  }

  /// What is written to the remote side.
  package var remote: PathChange? {
    get { storage.change(.remote) }
    set { own.set(newValue, .remote) }
  }

  /// What becomes of the base row.
  package var baseAfter: BaseEffect { storage.baseAfter }

  /// Steps of one group are all done or none; they stand side by side, deletions first.
  package var group: Int? {
    get { storage.group < 0 ? nil : Int(storage.group) }
    set { own.group = newValue.map { Int32($0) } ?? -1 }
  }

  /// The recorded resolution, when both sides had changed the path.
  package var resolution: Resolution? {
    get { storage.knownRare?.resolution }
    set { own.rare.resolution = newValue }
  }

  /// Where the content of a conflict copy is to be had.
  ///
  /// The content of a merge is the engine's own; every other one is at the same path opposite.
  package var source: ContentPlace? { storage.knownRare?.source }

  private var own: StepStorage {
    mutating get {
      if !isKnownUniquelyReferenced(&storage) { storage = StepStorage(storage) }
      return storage
    }
  }

  /// What is written to a side.
  package func change(_ side: Side) -> PathChange? { storage.change(side) }

  /// Tells whether a side is written.
  package func writes(_ side: Side) -> Bool { storage.writes(side) }

  /// What becomes of the base row when a run was cut inside the step's group, before this step.
  ///
  /// Of a group that was begun, a path that is still missing must not be taken for one that its
  /// user deleted: its row goes, so that the next plan brings the path back. Where nothing of the
  /// group was done, all rows stay.
  package var baseWhenCutBefore: BaseEffect {
    let creates = [local, remote].contains { change in
      change.map { $0.node.before == nil && $0.node.after != nil } ?? false
    }
    return group != nil && creates ? .drop : .keep
  }
}

extension Step: Hashable {
  package static func == (left: Step, right: Step) -> Bool {
    if left.storage === right.storage { return true }
    return left.path == right.path && left.kind == right.kind && left.local == right.local
      && left.remote == right.remote && left.baseAfter == right.baseAfter
      && left.group == right.group && left.resolution == right.resolution
      && left.source == right.source
  }

  package func hash(into hasher: inout Hasher) {
    hasher.combine(path)
    hasher.combine(kind)
  }
}
