import SyncModel

/// Blocks the paths that a side which folds case would store under another path's name.
///
/// Folders count as names too: `Doc/a` and `doc/b` would land in one folder there.
func settleNames(_ rows: inout [DecidedRow], on side: Side, input: ReconcileInput) {
  let creations = rows.indices.filter { createsSomething(rows[$0], on: side) }
  guard !creations.isEmpty else { return }
  var leaving: Set<SyncPath> = []
  for row in rows where row.entry(side) != nil {
    // What a conflict may still delete is looked at again once it is decided.
    if !row.isPresentAtEnd(on: side) || (row.isUndecided && row.entry(side.other) == nil) {
      leaving.insert(row.path)
    }
  }
  let names = FoldedNames(
    on: side, input: input, leaving: leaving,
    coming: creations.flatMap { createdPaths(rows[$0], on: side) })
  var refused: [SyncPath: SyncPath] = [:]
  for index in creations {
    let twins = createdPaths(rows[index], on: side).lazy.compactMap { names.twin(of: $0) }
    guard let twin = twins.first else { continue }
    rows[index].block(.nameCollision(with: twin))
    refused[twin] = rows[index].path
  }
  // Pushing the twin of a name that is already taken opposite would only make more of them.
  for index in rows.indices {
    guard let twin = refused[rows[index].path], let item = rows[index].item,
      item.state != .blocked, item.base == nil
    else { continue }
    rows[index].block(.nameCollision(with: twin))
  }
}

private func createsSomething(_ row: DecidedRow, on side: Side) -> Bool {
  !createdPaths(row, on: side).isEmpty
}

/// The paths that a side lacks and may receive; a conflict may still be resolved that way.
private func createdPaths(_ row: DecidedRow, on side: Side) -> [SyncPath] {
  guard let item = row.item else { return [] }
  switch item.state {
  case .inSync, .blocked: return []
  case .localToRemote where side == .local: return []
  case .remoteToLocal where side == .remote: return []
  case .localToRemote, .remoteToLocal, .conflict: break
  }
  let candidates = item.members.isEmpty ? [item] : item.members
  return candidates.filter { $0.entry(side) == nil && $0.entry(side.other) != nil }.map(\.path)
}

/// The paths that a side would end with, and their folders, by their folded form.
struct FoldedNames {
  /// The names that stay; a side that folds holds one for each form.
  private var staying: [String: SyncPath] = [:]
  /// The names that come, the lowest first.
  private var coming: [String: [SyncPath]] = [:]

  /// Gathers what stays and what comes.
  init(on side: Side, input: ReconcileInput, leaving: Set<SyncPath>, coming: [SyncPath]) {
    for entry in input.tree(side).entries where !leaving.contains(entry.path) {
      stay(entry.path)
    }
    // An empty folder gives way, also to a folder of another spelling.
    for path in input.occupiedFolders(side) { stay(path) }
    if side == .local { for path in input.localFacts.leftOutFiles { stay(path) } }
    for path in coming.sorted() { come(path) }
  }

  private mutating func stay(_ path: SyncPath) {
    var next: SyncPath? = path
    while let current = next {
      let form = current.folded
      if staying[form] != nil { return }
      staying[form] = current
      next = current.parent
    }
  }

  private mutating func come(_ path: SyncPath) {
    var next: SyncPath? = path
    while let current = next {
      if coming[current.folded, default: []].contains(current) { return }
      coming[current.folded, default: []].append(current)
      next = current.parent
    }
  }

  /// Finds another path that a coming one, or one of its folders, would share a name with.
  ///
  /// A name that stays keeps its place; of names that come, none may.
  func twin(of path: SyncPath) -> SyncPath? {
    var next: SyncPath? = path
    while let current = next {
      let form = current.folded
      if let holder = staying[form] {
        // The folders above it are then the side's own as well.
        return holder == current ? nil : holder
      }
      if let twin = coming[form]?.first(where: { $0 != current }) { return twin }
      next = current.parent
    }
    return nil
  }
}
