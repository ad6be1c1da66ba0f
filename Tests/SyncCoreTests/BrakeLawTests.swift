import SyncCore
import SyncModel
import TestSupport
import Testing

/// The laws of runs that end, and of plans that go too far.
@Suite struct BrakeLaws {
  @Test func `P9: a plan has one step a path, and rounds come to rest`() {
    holds(policies: [.fail, .local, .remote, .both]) { scenario in
      var world = scenario.world
      // Whatever was decided before, the same question is not asked for ever.
      for round in 1...3 {
        let plan = scenario.plan(world)
        if Set(plan.steps.map(\.path)).count != plan.steps.count { return "a path has two steps" }
        if plan.steps.isEmpty { return nil }
        if round == 3 { return "no rest after two rounds" }
        try world.apply(plan)
      }
      return nil
    }
  }

  /// A base, and what became of it on both sides, with contents that are all unlike.
  private struct Case {
    var base: [SyncPath: Node] = [:]
    var sides: [Side: [SyncPath: Node]] = [:]

    init(seed: UInt64) {
      var random = SeededGenerator(seed: seed)
      let count = random.next() % 60
      for number in 0..<count { base[path("f\(number)")] = TreePerturbation.file(1000 + number) }
      for (index, side) in Side.allCases.enumerated() {
        let deletes = random.pick([0, 0, 1, 5, 8, 20] as [UInt64])
        let changesAll = random.oneIn(5)
        var tree = base
        for number in 0..<count {
          let key = path("f\(number)")
          if deletes == 20 || random.next() % 20 < deletes { tree[key] = nil }
          if tree[key] != nil, changesAll || random.oneIn(8) {
            tree[key] = TreePerturbation.file(100_000 * UInt64(index + 1) + number)
          }
        }
        sides[side] = tree
      }
    }

    /// Whether every one of 20 or more base files has another content on a side.
    func changedAll(on side: Side) -> Bool {
      base.count >= 20
        && base.allSatisfy { path, node in
          sides[side]?[path].map { $0 != node } ?? false
        }
    }

    func plan(_ verb: Verb, _ options: PlanOptions, _ overrides: BrakeOverrides) -> Plan {
      var request = PlanRequest(verb: verb, options: options, now: noon)
      request.overrides = overrides
      let input = ReconcileInput(
        base: Base(nodes: base), local: Tree(nodes: sides[.local] ?? [:]),
        remote: Tree(nodes: sides[.remote] ?? [:]))
      return makePlan(reconcile(input), request)
    }
  }

  @Test(
    arguments: [
      (.sync, PlanOptions()), (.push, PlanOptions()), (.pull, PlanOptions()),
      (.push, PlanOptions(mirror: true)), (.pull, PlanOptions(mirror: true)),
    ] as [(Verb, PlanOptions)])
  func `P12: no plan over a brake runs, and each brake has its own way out`(
    verb: Verb, options: PlanOptions
  ) {
    var halted = 0
    var changed = 0
    for seed in 1...300 as ClosedRange<UInt64> {
      let world = Case(seed: seed)
      let plan = world.plan(verb, options, BrakeOverrides())
      let limit = max(10, world.base.count / 4)
      var most = 0
      for side in Side.allCases {
        let deletions = plan.steps.count { step in
          guard let change = step.change(side) else { return false }
          return change.node.before != nil && change.node.after == nil
        }
        most = max(most, deletions)
        if deletions > limit {
          halted += 1
          #expect(!plan.mayRun, "seed \(seed): \(deletions) deletions on \(side) run")
        }
        // Where both sides are empty there is nothing to write.
        if world.sides[side]?.isEmpty == true, world.sides[side.other]?.isEmpty == false,
          world.base.count > 1, deletions + plan.steps.count > 0, verb == .sync
        {
          #expect(!plan.mayRun, "seed \(seed): \(side) is empty, and the plan runs")
        }
        let isMassChange = world.changedAll(on: side)
        let isSaid = plan.brakes.contains {
          if case .massChange(side, let count) = $0 { count == world.base.count } else { false }
        }
        if isMassChange { changed += 1 }
        #expect(
          isMassChange == isSaid,
          "seed \(seed): all \(world.base.count) changed on \(side): \(isMassChange)")
      }
      let lifted = world.plan(verb, options, BrakeOverrides(allowDeletes: 1000))
      let isOnlyDeletions = plan.brakes.allSatisfy {
        if case .deletions = $0 { true } else { false }
      }
      #expect(lifted.mayRun == isOnlyDeletions, "seed \(seed): one override lifts another brake")
      let free = world.plan(
        verb, options,
        BrakeOverrides(allowEmpty: true, allowDeletes: most, allowMassChange: true))
      #expect(free.mayRun, "seed \(seed): \(free.brakes)")
    }
    #expect(halted > 0 || !options.mirror && verb != .sync)
    #expect(changed > 0)
  }
}
