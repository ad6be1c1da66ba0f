package import SyncModel

/// Finds in a cluster the files that would also be folders, and makes each one conflict.
///
/// All rows of a cluster lie below its first, so that a file and what is below it share a cluster.
func settleKinds(
  in cluster: Range<Int>, of rows: inout [DecidedRow], input: ReconcileInput
) {
  var index = cluster.lowerBound
  while index < cluster.upperBound {
    var end = index + 1
    while end < cluster.upperBound, rows[end].path.isBelow(rows[index].path) { end += 1 }
    guard overlaps(index..<end, rows) else {
      index += 1
      continue
    }
    settle(index..<end, &rows, input)
    index = end
  }
}

/// Tells whether some side would end with the first path and with one of the others, below it.
private func overlaps(_ range: Range<Int>, _ rows: [DecidedRow]) -> Bool {
  Side.allCases.contains { side in
    rows[range.lowerBound].isPresentAtEnd(on: side)
      && rows[range.dropFirst()].contains { $0.isPresentAtEnd(on: side) }
  }
}

private func settle(_ range: Range<Int>, _ rows: inout [DecidedRow], _ input: ReconcileInput) {
  let root = rows[range.lowerBound]
  let obstacle = rows[range].first { row in
    switch row.outcome {
    case .outside, .drop: row.local != nil || row.remote != nil
    case .item(let item): item.state == .blocked
    case .inSync, .adopt, .member: false
    }
  }
  if let obstacle {
    block(range, &rows, obstacle: obstacle, isInScope: input.scope.contains(obstacle.path))
    return
  }
  var members: [Item] = []
  for index in range {
    let row = rows[index]
    if case .drop = row.outcome { continue }
    var member =
      row.item
      ?? Item(
        path: row.path, state: .inSync, owner: input.owners.owner(of: row.path),
        sides: row.sides)
    member.policy = nil
    members.append(member)
    rows[index].outcome = .member
  }
  rows[range.lowerBound].outcome = .item(
    Item(
      path: root.path, state: .conflict, change: .kind, conflict: .kind,
      policy: policy(of: members.lazy.map(\.path), input.policies),
      owner: input.owners.owner(of: root.path),
      sides: root.sides, members: members))
}

/// The policy of a conflict of many paths: the one that all have.
///
/// Where they differ none may decide over the others' paths: it is left, or a person is asked.
private func policy(of paths: some Sequence<SyncPath>, _ policies: Policies) -> ConflictPolicy {
  let found = Set(paths.map { policies.policy(for: $0) })
  guard found.count > 1 else { return found.first ?? policies.standard }
  return found.contains(.fail) ? .fail : .ask
}

/// Blocks everything of a range that would have moved, because one of its paths cannot.
private func block(
  _ range: Range<Int>, _ rows: inout [DecidedRow], obstacle: DecidedRow, isInScope: Bool
) {
  let root = rows[range.lowerBound].path
  for index in range {
    guard let item = rows[index].item, item.state != .blocked else { continue }
    // What the run does not speak of waits for one that does; what is ignored occupies the folder.
    if !isInScope {
      rows[index].block(.dependsOn(obstacle.path))
    } else {
      rows[index].block(index == range.lowerBound ? .occupiedFolder : .dependsOn(root))
    }
  }
}

/// Blocks the files that would replace a folder with unsynced entries on a side, and the deletions
/// below.
func settleOccupied(_ rows: inout [DecidedRow], on side: Side, input: ReconcileInput) {
  guard !input.occupiedFolders(side).isEmpty else { return }
  let towards = side == .local ? PathState.remoteToLocal : .localToRemote
  for index in rows.indices {
    guard let item = rows[index].item, item.state == towards, item.node(side) == nil,
      item.node(side.other) != nil, input.isOccupied(item.path, on: side)
    else { continue }
    rows[index].block(.occupiedFolder)
    var below = index + 1
    while below < rows.count, rows[below].path.isBelow(item.path) {
      if rows[below].item?.state == towards { rows[below].block(.dependsOn(item.path)) }
      below += 1
    }
  }
}

extension ReconcileInput {
  /// Tells whether a folder that holds unsynced entries, at any depth, stands at a path of a side.
  func isOccupied(_ path: SyncPath, on side: Side) -> Bool {
    occupiedFolders(side).holds(path)
  }
}

extension [SyncPath] {
  /// Tells whether one of these folders, given in order, stands at a path or below it.
  package func holds(_ path: SyncPath) -> Bool {
    var low = 0
    var high = count
    while low < high {
      let middle = (low + high) / 2
      if self[middle] < path { low = middle + 1 } else { high = middle }
    }
    return low < count && (self[low] == path || self[low].isBelow(path))
  }
}
