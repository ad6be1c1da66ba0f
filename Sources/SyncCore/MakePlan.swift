import SyncModel

/// Decides what a run does about a reconciliation.
///
/// Pure, and deterministic to the byte: see ``Plan/canonicalText``.
package func makePlan(_ reconciliation: Reconciliation, _ request: PlanRequest) -> Plan {
  var planner = Planner(reconciliation, request)
  let count = reconciliation.items.count + reconciliation.adoptions.count
  planner.units.reserveCapacity(count)
  planner.steps.reserveCapacity(count)
  planner.planBaseOnly()
  for item in reconciliation.items { planner.plan(item) }
  return planner.finish()
}

/// Steps that are done or left together.
struct PlanUnit {
  /// Where they stand in ``Planner/steps``.
  var steps: Range<Int>
  /// What they are about; nothing where only the base learns.
  var item: Item?
}

/// Collects the steps of a plan.
struct Planner {
  let reconciliation: Reconciliation
  let input: ReconcileInput
  let request: PlanRequest
  var plan: Plan
  /// Steps that are done or left together, in the order of their items.
  var units: [PlanUnit] = []
  /// The steps of the units.
  var steps: [Step] = []
  /// Contents of the conflict copies that are planned.
  var copies: [SyncPath: Node] = [:]
  /// Conflicts that `newest` would have decided.
  var newestAsked = false

  init(_ reconciliation: Reconciliation, _ request: PlanRequest) {
    self.reconciliation = reconciliation
    input = reconciliation.input
    self.request = request
    plan = Plan(verb: request.verb)
  }

  /// The side whose changes the verb carries; nothing for both.
  var giver: Side? {
    switch request.verb {
    case .sync: nil
    case .push: .local
    case .pull: .remote
    }
  }

  /// The giving side, when it wins by `--force` or `--mirror`.
  var forcedGiver: Side? {
    request.options.force || request.options.mirror ? giver : nil
  }

  /// Tells whether the verb may write a side.
  func mayWrite(_ side: Side) -> Bool { giver != side }

  mutating func planBaseOnly() {
    for adoption in reconciliation.adoptions {
      append([Step(path: adoption.path, kind: .adopt, baseAfter: .set(adoption.node))], nil)
    }
    for dropped in reconciliation.droppedBase {
      append([Step(path: dropped.row.path, kind: .dropBase, baseAfter: .drop)], nil)
    }
  }

  mutating func plan(_ item: Item) {
    switch item.state {
    case .inSync: break
    case .blocked:
      // Against the owner nothing is carried; the owner itself may be made to win.
      if item.reason == .owner, let winner = forcedGiver, item.owner == winner,
        overwrites(item, from: winner.other, winner: winner)
      {
        add(
          [take(item, winner)], of: item, resolution: Resolution(sideAnswer(winner), by: .owner))
      } else {
        plan.blocked.append(item)
      }
    case .conflict: planConflict(item)
    case .localToRemote, .remoteToLocal: planDirected(item)
    }
  }

  /// Plans an item whose direction is known.
  private mutating func planDirected(_ item: Item) {
    let from: Side = item.state == .localToRemote ? .local : .remote
    if let winner = forcedGiver, overwrites(item, from: from, winner: winner) {
      // Recorded where the loser had changed it as well.
      let isKept = Comparison.agree(
        item.node(winner.other), item.base?.node, comparesBit: input.comparesBit)
      let decider: Resolution.Decider = item.owner == winner ? .owner : .force
      let resolution =
        from == winner && isKept ? nil : Resolution(sideAnswer(winner), by: decider)
      add([take(item, winner)], of: item, resolution: resolution)
      return
    }
    if item.owner == from {
      // The owner's node wins whole; what the other side did to it is kept, not carried.
      let resolution = item.conflict.map { _ in Resolution(sideAnswer(from), by: .owner) }
      guard mayWrite(from.other) else {
        plan.untouched.append(item)
        return
      }
      add([take(item, from)], of: item, resolution: resolution)
      return
    }
    let outcome = settle(item, content: nil)
    if let step = outcome.step { add([step], of: item, resolution: nil) }
    if outcome.isPartial { plan.untouched.append(item) }
  }

  /// Tells whether `--force` or `--mirror` makes the giver's node the one that stays.
  private func overwrites(_ item: Item, from: Side, winner: Side) -> Bool {
    if let owner = item.owner, owner != winner { return false }
    if item.local != nil, item.remote != nil { return true }
    guard from != winner else { return true }
    guard request.options.mirror else { return false }
    // An absence that was not seen is no reason to delete.
    return item.entry(winner) != nil || input.isComplete(winner)
  }

  /// Adds steps as one unit.
  mutating func add(_ steps: [Step], of item: Item, resolution: Resolution?) {
    guard let resolution else { return append(steps, item) }
    let resolved = steps.map { step in
      var step = step
      step.resolution = step.resolution ?? resolution
      return step
    }
    append(resolved, item)
  }

  private mutating func append(_ steps: [Step], _ item: Item?) {
    let start = self.steps.count
    self.steps.append(contentsOf: steps)
    units.append(PlanUnit(steps: start..<self.steps.count, item: item))
  }

  func sideAnswer(_ side: Side) -> Resolution.Answer {
    switch side {
    case .local: .local
    case .remote: .remote
    }
  }

  mutating func finish() -> Plan {
    plan.steps = arrangeWithRoom()
    spell(&plan.steps, local: input.local, remote: input.remote)
    plan.renames = Side.allCases.flatMap { Rename.pairs(in: plan.steps, on: $0) }
    plan.blocked.sort { $0.path < $1.path }
    plan.brakes = brakes()
    plan.notices = notices()
    let isWhole =
      plan.conflictsLeft.isEmpty && plan.blocked.isEmpty && !request.hasUnnameable
    if request.options.atomic, !isWhole {
      plan.isAtomicRefused = true
      plan.steps = []
      plan.renames = []
    }
    return plan
  }
}
