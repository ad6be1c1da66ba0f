import SyncModel

extension Planner {
  /// What is known about how a conflict shall end.
  private enum Verdict {
    case resolved(Resolution)
    case left
    /// Left, and a person may still decide.
    case ask
    /// Left, until its texts have been merged.
    case merge
  }

  /// Plans one conflict: its steps where it is resolved and the verb allows them.
  mutating func planConflict(_ item: Item) {
    switch verdict(on: item) {
    case .left:
      plan.conflictsLeft.append(item)
    case .ask:
      plan.conflictsLeft.append(item)
      if request.verb == .sync { plan.conflictsToAsk.append(item) }
    case .merge:
      plan.conflictsLeft.append(item)
      if mayWrite(.local) { plan.mergesNeeded.append(item) }
    case .resolved(let resolution):
      if let steps = steps(for: item, resolution.answer) {
        add(steps, of: item, resolution: resolution)
      } else {
        plan.conflictsLeft.append(item)
      }
    }
  }

  private mutating func verdict(on item: Item) -> Verdict {
    if let winner = forcedGiver {
      return .resolved(Resolution(sideAnswer(winner), by: .force))
    }
    if let resolution = request.resolutions[item.path] {
      switch resolution.answer {
      case .skip: return .left
      case .merge(.notClean): return .ask
      case .local, .remote, .both, .merge(.clean): return .resolved(resolution)
      }
    }
    let policy = item.policy ?? .ask
    func resolved(_ answer: Resolution.Answer) -> Verdict {
      .resolved(Resolution(answer, by: .policy(policy)))
    }
    switch policy {
    case .ask: return .ask
    case .fail: return .left
    case .local: return resolved(.local)
    case .remote: return resolved(.remote)
    case .both: return resolved(.both)
    case .merge:
      if let survivor = survivor(of: item) { return resolved(sideAnswer(survivor)) }
      return Planner.canMerge(item) ? .merge : .left
    case .newest:
      if let survivor = survivor(of: item) { return resolved(sideAnswer(survivor)) }
      guard let later = later(of: item) else { return .left }
      return resolved(sideAnswer(later))
    }
  }

  /// The side whose edit met a deletion.
  private func survivor(of item: Item) -> Side? {
    switch item.conflict {
    case .modifyDelete: .local
    case .deleteModify: .remote
    case .addAdd, .modifyModify, .kind, nil: nil
    }
  }

  /// Tells whether the texts of a conflict may be tried to merge: three files.
  private static func canMerge(_ item: Item) -> Bool {
    item.conflict == .modifyModify && item.node(.local)?.file != nil
      && item.node(.remote)?.file != nil && item.base?.node.file != nil
  }

  /// The side with the later edit, when both times can be trusted.
  private mutating func later(of item: Item) -> Side? {
    guard item.conflict != .kind else { return nil }
    if let skew = request.clockSkew, skew.magnitude > 60_000_000_000 {
      newestAsked = true
      return nil
    }
    guard let local = item.local?.modified, let remote = item.remote?.modified, local != remote,
      local <= request.now, remote <= request.now
    else { return nil }
    return local < remote ? .remote : .local
  }

  /// Makes the steps of an answer; nothing when the verb or the trees do not allow it.
  private mutating func steps(for item: Item, _ answer: Resolution.Answer) -> [Step]? {
    if item.conflict == .kind { return kindSteps(for: item, answer) }
    switch answer {
    case .local: return carried(item, from: .local)
    case .remote: return carried(item, from: .remote)
    case .both:
      if let survivor = survivor(of: item) { return carried(item, from: survivor) }
      guard mayWrite(.local), let loser = item.node(.local),
        let step = settle(item, content: .from(.remote)).step,
        let copy = copySteps(of: loser, at: item.path, losing: .local)
      else { return nil }
      return copy + [step]
    case .merge(.clean(let merged)):
      if let survivor = survivor(of: item) { return carried(item, from: survivor) }
      guard mayWrite(.local), item.node(.local)?.file != nil, item.node(.remote)?.file != nil
      else { return nil }
      return settle(item, content: .merged(merged)).step.map { [$0] }
    case .merge(.notClean), .skip: return nil
    }
  }

  private func carried(_ item: Item, from side: Side) -> [Step]? {
    guard mayWrite(side.other) else { return nil }
    // A forced side wins whole, its executable bit too.
    if forcedGiver == side { return [take(item, side)] }
    return settle(item, content: .from(side)).step.map { [$0] }
  }

  /// Makes the steps that end a kind conflict.
  private mutating func kindSteps(for item: Item, _ answer: Resolution.Answer) -> [Step]? {
    switch answer {
    case .local: return subtree(of: item.members, from: .local)
    case .remote: return subtree(of: item.members, from: .remote)
    case .both: return folderAndCopy(item)
    case .merge, .skip: return nil
    }
  }

  /// Makes the members on one side what they are on the other.
  private func subtree(of members: [Item], from winner: Side) -> [Step]? {
    let loser = winner.other
    guard mayWrite(loser) else { return nil }
    let present = members.filter { $0.entry(winner) != nil }
    for (member, next) in zip(present, present.dropFirst())
    where next.path.isBelow(member.path) {
      return nil
    }
    for member in members {
      // The owner's side is never written, and what was not seen is no reason to delete.
      if member.owner == loser { return nil }
      if member.entry(winner) == nil, !input.isComplete(winner) { return nil }
    }
    return members.compactMap { member in
      member.state == .inSync ? nil : take(member, winner)
    }
  }

  /// Keeps the folder under its name and the file as a conflict copy beside it.
  private mutating func folderAndCopy(_ item: Item) -> [Step]? {
    let holders = Side.allCases.filter { item.entry($0) != nil }
    guard let fileSide = holders.first, holders.count == 1, let file = item.node(fileSide),
      mayWrite(fileSide), fileSide == .local || mayWrite(.local),
      let steps = subtree(of: item.members, from: fileSide.other),
      let copy = copySteps(of: file, at: item.path, losing: fileSide)
    else { return nil }
    return copy + steps
  }

  /// Makes the step that keeps the loser of a conflict under a name of its own.
  ///
  /// - Returns: no step when the copy is already there or goes outside of the tree, nothing when
  ///   there is no name for it.
  private mutating func copySteps(of node: Node, at path: SyncPath, losing side: Side) -> [Step]? {
    if request.copiesAside {
      guard let file = node.file else { return nil }
      let copy = AsideCopy(path: path, side: side, file: file)
      guard copy.place() != nil else { return nil }
      plan.asideCopies.append(copy)
      return []
    }
    guard let place = copyPlace(of: node, at: path, losing: side) else { return nil }
    if place.missing.isEmpty { return [] }
    copies[place.path] = node
    let owner = input.owners.owner(of: place.path)
    let reachesBoth = mayWrite(side.other) && (owner == nil || owner == side)
    let other = input.comparesBit ? node : node.withoutBit
    func change(_ node: Node) -> PathChange {
      PathChange(path: place.path, before: nil, after: node)
    }
    let own = change(node)
    let opposite = reachesBoth && place.missing.contains(side.other) ? change(other) : nil
    return [
      Step(
        path: place.path, kind: .conflictCopy, local: side == .local ? own : opposite,
        remote: side == .local ? opposite : own,
        baseAfter: opposite == nil ? .keep : .set(other),
        source: ContentPlace(side: side, path: path))
    ]
  }

  /// Finds the name of a copy, and the sides that lack it.
  private mutating func copyPlace(
    of node: Node, at path: SyncPath, losing side: Side
  ) -> (path: SyncPath, missing: Set<Side>)? {
    let hex = ConflictCopy.hex(of: node)
    for digits in ConflictCopy.fewestDigits...hex.utf8.count {
      guard
        let candidate = ConflictCopy.path(for: path, losing: side, hex: hex, digits: digits)
      else { return nil }
      if input.isIgnored(candidate) { return nil }
      if let planned = copies[candidate] {
        if planned.hasContent(of: node) { return (candidate, []) }
        continue
      }
      let base = input.base[candidate]
      let entries = Side.allCases.map { input.tree($0)[candidate] }
      let found = entries.compactMap(\.self)
      // What cannot be seen may be the copy itself: another name would make a second one.
      if found.contains(where: { $0.node == nil }) { return nil }
      if found.isEmpty, base == nil {
        if !isFolder(candidate) { return (candidate, Set(Side.allCases)) }
      } else if !found.isEmpty, found.allSatisfy({ $0.node?.hasContent(of: node) == true }) {
        if found.count == 2 { return (candidate, []) }
        guard base == nil else { continue }
        // The loser's side must not be left without it.
        if input.tree(side)[candidate] != nil { return (candidate, []) }
        guard let item = reconciliation.items.row(at: candidate), item.reason != .owner else {
          return (candidate, [side])
        }
        guard item.state == (side == .local ? .remoteToLocal : .localToRemote) else { return nil }
        plan.copiesOnTheirWay.append(candidate)
        return (candidate, [])
      }
    }
    return nil
  }

  private func isFolder(_ path: SyncPath) -> Bool {
    for side in Side.allCases {
      let tree = input.tree(side)
      let index = tree.firstIndex(atOrAfter: path)
      if index < tree.entries.count, tree.entries[index].path.isBelow(path) { return true }
    }
    return Side.allCases.contains { input.isOccupied(path, on: $0) }
      || input.localFacts.emptyFolders.contains(path)
  }
}

extension Node {
  /// Tells whether two nodes have the same bytes, whatever their executable bits.
  fileprivate func hasContent(of other: Node) -> Bool {
    Comparison.agree(self, other, comparesBit: false)
  }

  /// The node without its executable bit.
  fileprivate var withoutBit: Node {
    guard case .file(var file) = self else { return self }
    file.isExecutable = nil
    return .file(file)
  }
}
