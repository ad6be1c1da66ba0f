package import SyncModel

extension Planner {
  /// Finds the brakes that follow from the trees; they count the whole base, whatever the scope.
  func brakes() -> [BrakeTrip] {
    let ignored = Set(reconciliation.droppedBase.lazy.filter(\.isIgnored).map(\.row.path))
    let base =
      ignored.isEmpty
      ? input.base : Base(sorted: input.base.rows.filter { !ignored.contains($0.path) })
    let rows = base.rows
    var trips: [BrakeTrip] = []
    for side in Side.allCases {
      if let trip = emptied(side, rows) { trips.append(trip) }
      if let trip = deletions(side, rows) { trips.append(trip) }
      if let trip = massChange(side, rows) { trips.append(trip) }
    }
    if request.isRewound { trips.append(.rewound) }
    if newestAsked, let skew = request.clockSkew { trips.append(.clockSkew(nanoseconds: skew)) }
    if let trip = branch(rows) { trips.append(trip) }
    return trips.sorted { $0.number < $1.number }
  }

  /// Says what was withheld where a side was not seen whole.
  func notices() -> [BrakeTrip] {
    let withheld = reconciliation.withheldDeletions
    return Side.allCases.filter { !input.isComplete($0) }.map { side in
      let count = withheld.count { input.tree(side)[$0] == nil }
      return .incompleteListing(side: side, withheld: count)
    }
  }

  private func emptied(_ side: Side, _ rows: Base.Rows) -> BrakeTrip? {
    guard !request.overrides.allowEmpty, rows.count >= 2, isEmpty(side, rows),
      !isEmpty(side.other, rows)
    else { return nil }
    return .emptied(side: side, baseCount: rows.count)
  }

  /// Whether nothing of the project stands on a side: a pipe or another project in the folder is none
  /// of it, but what cannot be read may hold what was agreed on.
  private func isEmpty(_ side: Side, _ rows: Base.Rows) -> Bool {
    input.tree(side).entries.allSatisfy { entry in
      guard case .blocked = entry.state else { return false }
      return !rows.contains { $0.path == entry.path || $0.path.isBelow(entry.path) }
    }
  }

  private func deletions(_ side: Side, _ rows: Base.Rows) -> BrakeTrip? {
    BrakeTrip.deletions(
      among: plan.steps, renames: plan.renames, on: side, baseCount: rows.count,
      before: request.deletedBefore, allowed: request.overrides.allowDeletes ?? 0)
  }

  private func massChange(_ side: Side, _ rows: Base.Rows) -> BrakeTrip? {
    guard !request.overrides.allowMassChange else { return nil }
    var count = 0
    var differs = false
    for row in rows {
      guard case .file(let agreed) = row.node else { continue }
      guard let file = input.tree(side)[row.path]?.node?.file, file.digest != agreed.digest
      else { return nil }
      // What the other side has as well moves nothing.
      let other = input.tree(side.other)[row.path]?.node?.file
      if other?.digest != file.digest { differs = true }
      count += 1
    }
    return count >= 20 && differs ? .massChange(side: side, count: count) : nil
  }

  private func branch(_ rows: Base.Rows) -> BrakeTrip? {
    guard let branch = request.branch, !request.overrides.allowBranch else { return nil }
    let changed = rows.count { row in
      !Comparison.agree(
        input.local[row.path]?.node, row.node, comparesBit: input.localCarries.executable)
    }
    guard changed > 0 else { return nil }
    return .branch(before: branch.before, after: branch.after, changed: changed)
  }
}

extension BrakeTrip {
  /// Finds too many deletions on one side among steps, together with those of earlier runs.
  package static func deletions(
    among steps: [Step], renames: [Rename], on side: Side, baseCount: Int,
    before: DeletionCount = DeletionCount(), allowed: Int = 0
  ) -> BrakeTrip? {
    let deleted = steps.count { step in
      step.change(side).map { $0.node.after == nil } ?? false
    }
    let count = deleted - renames.count { $0.side == side }
    let earlier = before[side]
    // Of what was there before the first of these runs.
    let limit = max(10, (baseCount + earlier) / 4)
    guard count > 0, count + earlier > max(limit, allowed) else { return nil }
    return .deletions(
      side: side, count: count, limit: limit, baseCount: baseCount, before: earlier)
  }
}
