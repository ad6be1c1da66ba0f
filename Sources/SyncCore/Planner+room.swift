import SyncModel

extension Planner {
  /// Orders the units, without those that would have no room for what they create.
  ///
  /// What the verb leaves, what is blocked, ignored or out of scope stays where it is. A file that
  /// would need its place is blocked, together with the deletions that were to make room for it.
  /// Each round may leave more in place, so it ends only when nothing is in the way.
  mutating func arrangeWithRoom() -> [Step] {
    let foldingSides = Side.allCases.filter { !input.carries($0).isCaseSensitive }
    while true {
      var arrangement = Arrangement(steps, in: units.map(\.steps), foldingSides: foldingSides)
      let stuck = Side.allCases.reduce(into: [Int: BlockReason]()) { result, side in
        result.merge(unitsWithoutRoom(on: side)) { first, _ in first }
      }
      guard !stuck.isEmpty else { return arrangement.ordered() }
      block(stuck, roots: arrangement.roots())
    }
  }

  private mutating func block(_ stuck: [Int: BlockReason], roots: [Int]) {
    // The lowest stuck unit of each joined set names the cause for the others.
    var causes: [Int: Int] = [:]
    for index in stuck.keys.sorted() where causes[roots[index]] == nil {
      causes[roots[index]] = index
    }
    var staying: [PlanUnit] = []
    for (index, unit) in units.enumerated() {
      guard let cause = causes[roots[index]], var item = unit.item else {
        staying.append(unit)
        continue
      }
      item.state = .blocked
      item.reason =
        stuck[index]
        ?? .dependsOn(units[cause].item?.path ?? steps[units[cause].steps.lowerBound].path)
      plan.untouched.removeAll { $0.path == item.path }
      plan.blocked.append(item)
    }
    units = staying
  }

  /// Finds the units that create something on a side where there is no room for it, and why.
  private func unitsWithoutRoom(on side: Side) -> [Int: BlockReason] {
    var creations: [(path: SyncPath, unit: Int)] = []
    var leaving: Set<SyncPath> = []
    for (index, unit) in units.enumerated() {
      for step in steps[unit.steps] {
        guard let change = step.change(side)?.node else { continue }
        if change.before == nil { creations.append((step.path, index)) }
        if change.after == nil { leaving.insert(step.path) }
      }
    }
    guard !creations.isEmpty else { return [:] }
    creations.sort { $0.path < $1.path }
    var stuck: [Int: BlockReason] = [:]
    var search = RoomSearch(entries: input.tree(side).entries, leaving: leaving)
    for (path, unit) in creations {
      if let obstacle = search.obstacle(to: path) {
        let isLeftOut = obstacle.isBelow(path) && input.isIgnored(obstacle)
        stuck[unit] = stuck[unit] ?? (isLeftOut ? .occupiedFolder : .dependsOn(obstacle))
      } else if input.isOccupied(path, on: side) {
        stuck[unit] = stuck[unit] ?? .occupiedFolder
      }
    }
    if !input.carries(side).isCaseSensitive {
      let names = FoldedNames(
        on: side, input: input, leaving: leaving, coming: creations.map(\.path))
      for (path, unit) in creations {
        guard stuck[unit] == nil, let twin = names.twin(of: path) else { continue }
        stuck[unit] = .nameCollision(with: twin)
      }
    }
    return stuck
  }
}

/// Walks one side's entries along with the creations on it.
private struct RoomSearch {
  let entries: [TreeEntry]
  let leaving: Set<SyncPath>
  private var index = 0
  /// The last creation that lies below no other.
  private var top: SyncPath?

  init(entries: [TreeEntry], leaving: Set<SyncPath>) {
    self.entries = entries
    self.leaving = leaving
  }

  /// Finds what stays and makes a path both a file and a folder; paths must ascend.
  mutating func obstacle(to path: SyncPath) -> SyncPath? {
    if let top, path.isBelow(top) { return top }
    top = path
    while index < entries.count, entries[index].path < path { index += 1 }
    // A file above stands directly before, because nothing else is below a file.
    if index > 0 {
      let previous = entries[index - 1].path
      if path.isBelow(previous), !leaving.contains(previous) { return previous }
    }
    var next = index
    while next < entries.count, entries[next].path.isBelow(path) {
      if !leaving.contains(entries[next].path) { return entries[next].path }
      next += 1
    }
    return nil
  }
}
