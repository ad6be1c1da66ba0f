import SyncModel

/// What was decided about one path.
struct DecidedRow {
  /// What a path came to.
  enum Outcome {
    /// Not spoken of; it stays as it is.
    case outside
    case inSync
    case adopt(Node)
    case drop(isIgnored: Bool)
    case item(Item)
    /// Part of the kind conflict of a path before it.
    case member
  }

  let path: SyncPath
  private let row: Row
  private let trees: ComparedTrees
  var outcome = Outcome.outside
  /// True when it is blocked because an absence may be no deletion.
  var isWithheld = false

  /// Takes a row of which nothing is decided yet.
  init(path: SyncPath, _ row: Row, of trees: ComparedTrees) {
    self.path = path
    self.row = row
    self.trees = trees
  }

  var sides: ItemSides { .row(row, trees) }
  var base: BaseRow? { sides.base }
  var local: TreeEntry? { sides.entry(.local) }
  var remote: TreeEntry? { sides.entry(.remote) }

  /// The item, if there is one.
  var item: Item? {
    if case .item(let item) = outcome { item } else { nil }
  }

  /// Tells whether the path is in a conflict.
  var isUndecided: Bool {
    switch outcome {
    case .member: true
    case .item(let item): item.state == .conflict
    case .outside, .inSync, .adopt, .drop: false
    }
  }

  func entry(_ side: Side) -> TreeEntry? { sides.entry(side) }

  /// Blocks the path for a reason that the whole tree gives.
  mutating func block(_ reason: BlockReason) {
    outcome = .item(
      Item(
        path: path, state: .blocked, reason: reason, owner: item?.owner, sides: sides))
  }

  /// Tells whether a side has something at the path once all that is decided is done.
  func isPresentAtEnd(on side: Side) -> Bool {
    switch outcome {
    case .outside, .inSync, .adopt, .member: entry(side) != nil
    // Both sides lack what is dropped, unless it is ignored and only left alone.
    case .drop: entry(side) != nil
    case .item(let item):
      switch item.state {
      case .inSync, .conflict, .blocked: entry(side) != nil
      case .localToRemote: local != nil
      case .remoteToLocal: remote != nil
      }
    }
  }
}

/// Decides rows one by one, in the order of their paths.
struct PathDecider {
  private let input: ReconcileInput
  private let trees: ComparedTrees
  /// The path below which nothing is believed.
  private var blockedRoot: SyncPath?

  init(_ input: ReconcileInput) {
    self.input = input
    trees = ComparedTrees(input)
  }

  /// Decides the path of one row.
  mutating func decide(_ row: Row) -> DecidedRow {
    let local = row.local >= 0 ? trees.local[row.local].path : nil
    guard
      let path = local ?? (row.remote >= 0 ? trees.remote[row.remote].path : nil)
        ?? (row.base >= 0 ? trees.base[row.base].path : nil)
    else { preconditionFailure("every row comes from one of the three arrays") }
    var decided = DecidedRow(path: path, row, of: trees)
    if local == nil, input.isIgnored(path) {
      if row.base >= 0 { decided.outcome = .drop(isIgnored: true) }
      return decided
    }
    let isInScope = input.scope.contains(path)
    if let reason = blockReason(&decided) {
      if isInScope { decided.block(reason) }
      return decided
    }
    if isInScope {
      compare(&decided)
    } else if staysOnItsSide(decided) {
      blockedRoot = path
    }
    return decided
  }

  /// Finds what keeps anything from being concluded about a path.
  private mutating func blockReason(_ row: inout DecidedRow) -> BlockReason? {
    if let root = blockedRoot {
      if row.path.isBelow(root) { return .dependsOn(root) }
      blockedRoot = nil
    }
    for side in Side.allCases {
      if case .blocked(let reason)? = row.entry(side)?.state {
        blockedRoot = row.path
        return reason
      }
    }
    guard row.base != nil else { return nil }
    for side in Side.allCases where row.entry(side) == nil && !input.isComplete(side) {
      row.isWithheld = true
      return .listingIncomplete
    }
    return nil
  }

  private mutating func compare(_ row: inout DecidedRow) {
    let (local, remote, base) = (row.local?.node, row.remote?.node, row.base?.node)
    if local == nil, remote == nil {
      row.outcome = .drop(isIgnored: false)
      return
    }
    let comparison = Comparison(
      local: local, remote: remote, base: base, comparesBit: input.comparesBit)
    if comparison.shown == .same, let local, let remote {
      let agreed = input.agreedNode(local: local, remote: remote, base: base)
      row.outcome = agreed == base ? .inSync : .adopt(agreed)
      return
    }
    if let reason = untransferable(row, comparison) {
      // It stands in the place of a folder that the other side may still have.
      blockedRoot = row.path
      row.block(reason)
      return
    }
    var item = Item(
      path: row.path, state: .conflict, owner: input.owners.owner(of: row.path),
      sides: row.sides)
    switch comparison.shown {
    case .push:
      item.state = .localToRemote
      item.change = Comparison.change(from: remote, to: local)
    case .pull:
      item.state = .remoteToLocal
      item.change = Comparison.change(from: local, to: remote)
    case .clash, .same:
      item.conflict = PathDecider.conflict(local: local, remote: remote, base: base)
      item.change = PathDecider.change(of: item)
      item.policy = input.policies.policy(for: row.path)
    }
    apply(owner: item.owner, to: &item)
    row.outcome = .item(item)
  }

  /// Tells whether one side holds something at a path that the other cannot get.
  ///
  /// What it has replaced there stays on the other side, also where the run does not speak of it.
  private func staysOnItsSide(_ row: DecidedRow) -> Bool {
    let comparison = Comparison(
      local: row.local?.node, remote: row.remote?.node, base: row.base?.node,
      comparesBit: input.comparesBit)
    return comparison.shown != .same && untransferable(row, comparison) != nil
  }

  /// Finds what keeps a node of either side from being carried to the other.
  private func untransferable(_ row: DecidedRow, _ comparison: Comparison) -> BlockReason? {
    for side in Side.allCases {
      switch row.entry(side)?.node {
      case .link(let target)?:
        if !input.carries(side.other).links { return .linkNotCarried }
        if TreeRules.escapes(target: target, at: row.path) { return .escapingLink }
      case .file(let file)?:
        if let limit = input.maximumFileSize, file.size > limit, comparison.content != .same {
          return .tooLarge
        }
      case nil:
        break
      }
    }
    return nil
  }

  /// Lets the owner of a path decide: its changes win, those of the other side are blocked.
  private func apply(owner: Side?, to item: inout Item) {
    guard let owner else { return }
    let base = item.base?.node
    let ownerChanged = !Comparison.agree(
      item.node(owner), base, comparesBit: input.comparesBit)
    let otherChanged = !Comparison.agree(
      item.node(owner.other), base, comparesBit: input.comparesBit)
    guard ownerChanged else {
      item = Item(
        path: item.path, state: .blocked, change: item.change, reason: .owner, owner: owner,
        sides: item.sides)
      return
    }
    item.state = owner == .local ? .localToRemote : .remoteToLocal
    item.change = Comparison.change(from: item.node(owner.other), to: item.node(owner))
    item.policy = nil
    if otherChanged {
      item.conflict = PathDecider.conflict(
        local: item.node(.local), remote: item.node(.remote), base: base)
    }
  }

  /// Names a conflict by what the sides did.
  static func conflict(local: Node?, remote: Node?, base: Node?) -> ConflictKind {
    if local == nil { return .deleteModify }
    if remote == nil { return .modifyDelete }
    return base == nil ? .addAdd : .modifyModify
  }

  private static func change(of item: Item) -> ItemChange {
    switch item.conflict {
    case .addAdd: .added
    case .modifyDelete, .deleteModify: .deleted
    case .kind: .kind
    case .modifyModify, nil:
      Comparison.change(from: item.node(.remote), to: item.node(.local))
    }
  }
}
