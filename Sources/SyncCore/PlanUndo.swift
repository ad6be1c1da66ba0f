package import SyncModel

/// Takes a run back where its results still stand on every side that it wrote.
///
/// A path that is back already is done; one that has moved since is left as it is and listed, and so
/// is one that would stand where another one needs a folder, or where one of the folders stands that
/// hold entries which are not synced, given in order. The base returns to what it was. The contents to restore are in the
/// run's trash or in the remote's history.
package func planUndo(
  record: [RunEffect], local: Tree, remote: Tree, base: Base, localOccupied: [SyncPath] = [],
  remoteOccupied: [SyncPath] = [], isIgnored: (SyncPath) -> Bool = { _ in false },
  foldsLocal: Bool = false
) -> UndoPlan {
  var plan = UndoPlan()
  var going: [SyncPath: RunEffect] = [:]
  func tree(_ side: Side) -> Tree { side == .local ? local : remote }
  for effect in record {
    if isIgnored(effect.path) {
      // What the rules leave out is not seen: it may stand there.
      plan.left.append(.ignored(effect.path))
      continue
    }
    if let (side, state) = unseen(effect, tree) {
      plan.left.append(UndoPlan.Left(path: effect.path, side: side, found: state))
      continue
    }
    if isBack(effect, tree) { continue }
    let moved = Side.allCases.first { side in
      guard let change = effect.change(side) else { return false }
      return !stands(tree(side)[effect.path], as: change.after)
    }
    if let moved {
      let found = tree(moved)[effect.path]?.state
      plan.left.append(UndoPlan.Left(path: effect.path, side: moved, found: found))
    } else if let side = Side.allCases.first(where: { side in
      let occupied = side == .local ? localOccupied : remoteOccupied
      return effect.change(side)?.before != nil && tree(side)[effect.path] == nil
        && occupied.holds(effect.path)
    }) {
      plan.left.append(
        UndoPlan.Left(path: effect.path, side: side, found: .blocked(.occupiedFolder)))
    } else {
      going[effect.path] = effect
    }
  }
  // Each round may take the room of another path, so it ends only when none does.
  while let stuck = Side.allCases.lazy.compactMap({ obstacle(going, tree($0), $0) }).first {
    going[stuck.path] = nil
    plan.left.append(stuck)
  }
  if foldsLocal {
    let input = ReconcileInput(
      base: base, local: local, remote: remote,
      localFacts: LocalFacts(occupiedFolders: localOccupied))
    while let stuck = foldedObstacle(going, input) {
      going[stuck.path] = nil
      plan.left.append(stuck)
    }
  }
  let steps = going.values.compactMap { undoStep(of: $0, base: base[$0.path]?.node) }
  var arrangement = Arrangement(steps, in: steps.indices.map { $0..<$0 + 1 })
  plan.steps = arrangement.ordered()
  spell(&plan.steps, local: local, remote: remote)
  plan.left.sort { $0.path < $1.path }
  return plan
}

/// Finds a side that the run wrote and on which nothing can be said of the path: it is blocked, or a
/// folder above it is, so that it may stand there although it is not seen.
private func unseen(
  _ effect: RunEffect, _ tree: (Side) -> Tree
) -> (side: Side, state: TreeEntry.State)? {
  for side in Side.allCases where effect.change(side) != nil {
    for place in [effect.path] + effect.path.ancestors {
      if let state = tree(side)[place]?.state, case .blocked = state { return (side, state) }
    }
  }
  return nil
}

/// Tells whether a path is as it was before the run already: an earlier undo got so far.
private func isBack(_ effect: RunEffect, _ tree: (Side) -> Tree) -> Bool {
  let written = Side.allCases.filter { side in
    effect.change(side).map { $0.before != $0.after } ?? false
  }
  return !written.isEmpty
    && written.allSatisfy { side in
      stands(tree(side)[effect.path], as: effect.change(side)?.before)
    }
}

private func stands(_ entry: TreeEntry?, as node: Node?) -> Bool {
  if case .blocked? = entry?.state { return false }
  return Comparison.agree(entry?.node, node, comparesBit: true)
}

/// Finds the lowest path that cannot go back on a side, because a file would also be a folder.
private func obstacle(
  _ going: [SyncPath: RunEffect], _ tree: Tree, _ side: Side
) -> UndoPlan.Left? {
  let restored = going.values.compactMap { effect -> SyncPath? in
    guard let change = effect.change(side), change.before != nil else { return nil }
    return effect.path
  }
  func remains(_ path: SyncPath) -> Bool {
    if let change = going[path]?.change(side) { return change.before != nil }
    return tree[path] != nil
  }
  for path in restored.sorted() where tree[path] == nil {
    var blocking = path.ancestors.first(where: remains)
    var index = tree.firstIndex(atOrAfter: path)
    while blocking == nil, index < tree.entries.count, tree.entries[index].path.isBelow(path) {
      if remains(tree.entries[index].path) { blocking = tree.entries[index].path }
      index += 1
    }
    if let blocking {
      return UndoPlan.Left(
        path: path, side: side, found: tree[blocking]?.state, obstacle: blocking)
    }
  }
  return nil
}

/// Finds the lowest path that would come back to either side beside another one which the local side
/// stores under the same name: no two may be agreed on in one local file.
private func foldedObstacle(
  _ going: [SyncPath: RunEffect], _ input: ReconcileInput
) -> UndoPlan.Left? {
  let coming = going.values.filter { effect in
    Side.allCases.contains { side in
      effect.change(side)?.before != nil && input.tree(side)[effect.path] == nil
    }
  }.map(\.path).sorted()
  guard !coming.isEmpty else { return nil }
  let leaving = going.values.filter { $0.local.map { $0.before == nil } ?? false }.map(\.path)
  let names = FoldedNames(on: .local, input: input, leaving: Set(leaving), coming: coming)
  for path in coming {
    if let twin = names.twin(of: path) {
      return UndoPlan.Left(
        path: path, side: .local, found: input.local[twin]?.state, obstacle: twin)
    }
  }
  return nil
}

private func undoStep(of effect: RunEffect, base: Node?) -> Step? {
  func change(_ change: Change<Node>?) -> PathChange? {
    guard let change, change.before != change.after else { return nil }
    return PathChange(path: effect.path, before: change.after, after: change.before)
  }
  let local = change(effect.local)
  let remote = change(effect.remote)
  let baseAfter: BaseEffect =
    if base == effect.base.before {
      .keep
    } else if let before = effect.base.before {
      .set(before)
    } else {
      .drop
    }
  let kind: StepKind
  switch (local, remote) {
  case (let local?, _): kind = local.node.after == nil ? .deleteLocal : .pull
  case (nil, let remote?): kind = remote.node.after == nil ? .deleteRemote : .push
  case (nil, nil):
    switch baseAfter {
    case .keep: return nil
    case .set: kind = .adopt
    case .drop: kind = .dropBase
    }
  }
  // What the remote had before, it has in its history or we have in the trash: never at this path.
  var source: ContentPlace?
  if let file = remote?.node.after?.file, remote?.node.before?.file?.digest != file.digest {
    source = ContentPlace(side: .remote, path: effect.path)
  }
  return Step(
    path: effect.path, kind: kind, local: local, remote: remote, baseAfter: baseAfter,
    source: source)
}
