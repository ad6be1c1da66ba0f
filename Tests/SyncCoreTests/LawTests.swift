import SyncCore
import SyncModel
import Testing
import TestSupport

private let all: [ConflictPolicy] = [.fail, .local, .remote, .both]

@Suite struct `Laws` {
  @Test func `P1: no edit goes away without a recorded resolution, and all bytes are kept`() {
    holds(policies: all) { scenario in
      let before = scenario.world
      let plan = scenario.plan(before)
      var after = before
      try after.apply(plan)
      let everything = Array(after.nodes(.local).values) + after.nodes(.remote).values + after.kept
      let live = Array(after.nodes(.local).values) + after.nodes(.remote).values
      var decided = Set(plan.steps.filter { $0.resolution != nil }.map(\.path))
      // A mirror says itself that the receiver's changes go.
      if scenario.options.mirror { decided.formUnion(plan.steps.map(\.path)) }
      for side in Side.allCases {
        for (path, node) in before.nodes(side) {
          guard everything.contains(where: { sameContent($0, node) }) else {
            return "\(path) on \(side) is lost"
          }
          let isEdit = before.base[path].map { !sameContent($0, node) } ?? true
          if isEdit, !decided.contains(path), !live.contains(where: { sameContent($0, node) }) {
            return "the edit of \(path) on \(side) is on no side"
          }
        }
      }
      return nil
    }
  }

  @Test func `P2: after a quiet run the next plan is empty`() {
    holds(policies: all) { scenario in
      var world = scenario.world
      try world.apply(scenario.plan(world))
      let again = scenario.plan(world)
      return again.steps.isEmpty ? nil : "the second plan is\n\(again.canonicalText)"
    }
  }

  @Test func `P3: without conflicts local, remote and base end equal`() {
    holds(traits: [], policies: all) { scenario in
      var world = scenario.world
      let plan = scenario.plan(world)
      guard plan.conflictsLeft.isEmpty, plan.blocked.isEmpty else { return nil }
      try world.apply(plan)
      if world.nodes(.local) != world.nodes(.remote) { return "local and remote differ" }
      return world.nodes(.local) == world.base ? nil : "the base differs"
    }
  }

  @Test(arguments: [ConflictPolicy.both, .remote, .local])
  func `P3: three clients agree after two rounds each`(policy: ConflictPolicy) {
    holds(200, traits: [], policies: [policy]) { scenario in
      var random = SeededGenerator(seed: 7)
      let trees = TreePerturbation()
      var clients = [
        scenario.local, trees.perturb(scenario.base, using: &random),
        trees.perturb(scenario.remote, using: &random),
      ].map { World(local: $0.mapValues { .node($0) }, base: scenario.base) }
      var hub = scenario.world.remote
      for _ in 1...2 {
        for index in clients.indices {
          clients[index].remote = hub
          let plan = scenario.plan(clients[index])
          try clients[index].apply(plan)
          // What cannot be both is left to people.
          if !plan.conflictsLeft.isEmpty || !plan.blocked.isEmpty { return nil }
          hub = clients[index].remote
        }
      }
      for (index, client) in clients.enumerated() where client.local != hub {
        return "client \(index) differs: \(client.local)"
      }
      return nil
    }
  }

  @Test func `P4: a run that was cut after any write is made good by the next`() {
    holds(250, traits: [.scope, .ignored, .owners, .capabilities], policies: all) { scenario in
      let start = scenario.world
      let plan = scenario.plan(start)
      var undisturbed = start
      try undisturbed.apply(plan)
      for cut in 0...plan.steps.count {
        // The remote commits at once and first, then the local side; the base is never recorded.
        var world = start
        for step in plan.steps {
          if let change = step.remote { try world.write(change, to: .remote) }
        }
        for step in plan.steps.prefix(cut) {
          if let change = step.local { try world.write(change, to: .local) }
        }
        recover(&world, plan.steps, cut: cut)
        try world.apply(scenario.plan(world))
        if !same(world, undisturbed, .local) || !same(world, undisturbed, .remote) {
          return "cut after \(cut) local steps it ends as \(world.local) and \(world.remote)"
        }
      }
      return nil
    }
  }

  @Test func `P5: what both sides changed is never written without a recorded resolution`() {
    holds(policies: all) { scenario in
      let world = scenario.world
      let mirror = scenario.options.mirror
      for step in scenario.plan(world).steps where step.local != nil || step.remote != nil {
        let (local, remote) = (world.node(.local, step.path), world.node(.remote, step.path))
        let base = world.base[step.path]
        if sameContent(local, base) || sameContent(remote, base) || sameContent(local, remote) {
          continue
        }
        if step.resolution == nil, !mirror { return "\(step.path) is written" }
      }
      return nil
    }
  }

  @Test func `P6: swapping the sides swaps the result`() {
    let mirrored: [ConflictPolicy: ConflictPolicy] = [.fail: .fail, .local: .remote]
    holds(traits: [.scope, .blocked], policies: [.fail, .local]) { scenario in
      var swapped = scenario
      swap(&swapped.local, &swapped.remote)
      swap(&swapped.blockedLocal, &swapped.blockedRemote)
      swapped.policy = mirrored[scenario.policy] ?? .fail
      // Only the local side knows of folders, so the facts about them have no mirror image.
      let (one, two) = (scenario.world, swapped.world)
      let bare: (inout ReconcileInput) -> Void = { input in
        if !scenario.outside.isEmpty { input.scope = Scope { !scenario.outside.contains($0) } }
      }
      let (first, second) = (
        one.plan(policy: scenario.policy, bare), two.plan(policy: swapped.policy, bare)
      )
      var (after, other) = (one, two)
      try after.apply(first)
      try other.apply(second)
      guard after.local == other.remote, after.remote == other.local, after.base == other.base
      else { return "the results differ" }
      return first.conflictsLeft.map(\.path) == second.conflictsLeft.map(\.path)
        ? nil : "the conflicts differ"
    }
  }

  @Test func `P7: equal inputs give equal bytes of plan`() {
    holds(200, policies: all) { scenario in
      let first = scenario.plan(scenario.world)
      let second = scenario.plan(scenario.world)
      guard first == second else { return "the plans differ" }
      return first.canonicalText == second.canonicalText ? nil : "the texts differ"
    }
  }

  @Test func `P8: the order of the groups does not matter`() {
    holds(policies: all) { scenario in
      let plan = scenario.plan(scenario.world)
      var random = SeededGenerator(seed: 3)
      var straight = scenario.world
      var shuffled = scenario.world
      try straight.apply(plan)
      for step in plan.steps.reordered(using: &random) { try shuffled.apply(step) }
      return straight.local == shuffled.local && straight.remote == shuffled.remote
        && straight.base == shuffled.base ? nil : "the results differ"
    }
  }

  @Test func `P8: after every group each side is a tree again`() {
    holds(policies: all) { scenario in
      var world = scenario.world
      let steps = scenario.plan(world).steps
      for (index, step) in steps.enumerated() {
        try world.apply(step)
        let isEnd =
          step.group == nil || index + 1 == steps.count
          || steps[index + 1].group != step.group
        if isEnd { try world.validate() }
      }
      return nil
    }
  }

  @Test func `P10: a blocked path is inert, with all that lies below`() {
    holds(traits: [.blocked, .scope, .verbs, .ignored], policies: all) { scenario in
      let world = scenario.world
      let plan = scenario.plan(world)
      var after = world
      try after.apply(plan)
      for side in Side.allCases {
        for (blocked, state) in world[side] {
          guard case .blocked = state else { continue }
          for step in plan.steps where step.path == blocked || step.path.isBelow(blocked) {
            if scenario.isIgnored(step.path), step.kind == .dropBase { continue }
            return "\(step.path) is touched although \(blocked) is blocked"
          }
        }
      }
      return nil
    }
  }

  @Test func `P11: an added ignore rule causes no write and no deletion`() {
    holds(traits: [.ignored, .verbs]) { scenario in
      var before = scenario
      before.ignored = []
      func writes(_ plan: Plan) -> Set<PathChange> {
        Set(plan.steps.flatMap { [$0.local, $0.remote].compactMap(\.self) })
      }
      let plan = scenario.plan(scenario.world)
      for change in writes(plan) where scenario.isIgnored(change.path) {
        return "\(change.path) is ignored and written"
      }
      let new = writes(plan).subtracting(writes(before.plan(before.world)))
      return new.isEmpty ? nil : "the rule causes \(new)"
    }
  }

  @Test func `P14: no two paths land under one name where case is folded`() {
    holds(traits: [.capabilities, .verbs, .scope], policies: all) { scenario in
      guard !scenario.localCarries.isCaseSensitive else { return nil }
      var world = scenario.world
      try world.apply(scenario.plan(world))
      var known: [String: SyncPath] = [:]
      for path in world.local.keys.flatMap({ [$0] + $0.ancestors }) {
        if let other = known[path.folded], other != path { return "\(path) meets \(other)" }
        known[path.folded] = path
      }
      return nil
    }
  }

  @Test func `P17: an adoption moves no bytes`() {
    holds(policies: all) { scenario in
      let plan = scenario.plan(scenario.world)
      let moving = plan.steps.first { step in
        (step.kind == .adopt || step.kind == .dropBase)
          && (step.local != nil || step.remote != nil)
      }
      return moving.map { "\($0.path) moves" }
    }
  }

  @Test func `P19: the base takes up nothing that is ignored or blocked`() {
    holds(policies: all) { scenario in
      var world = scenario.world
      let plan = scenario.plan(world)
      let blocked = Set(plan.blocked.map(\.path))
      try world.apply(plan)
      if let path = world.base.keys.first(where: scenario.isIgnored) {
        return "\(path) is ignored"
      }
      for step in plan.steps where blocked.contains(step.path) { return "\(step.path) is blocked" }
      return nil
    }
  }

  @Test func `P20: the same conflict again makes no second copy`() {
    holds(traits: [.verbs], policies: [.both]) { scenario in
      var world = scenario.world
      let before = world
      try world.apply(scenario.plan(world))
      let copies = world.local.keys.filter { $0.key.contains(".conflict-") }
      // The user brings the very same conflict about again.
      for path in before.local.keys { world.local[path] = before.local[path] }
      for path in before.remote.keys { world.remote[path] = before.remote[path] }
      for path in before.base.keys { world.base[path] = before.base[path] }
      guard (try? world.validate()) != nil else { return nil }
      try world.apply(scenario.plan(world))
      let again = world.local.keys.filter { $0.key.contains(".conflict-") }
      return again.count <= copies.count || scenario.verb != .sync
        ? nil : "\(again) are more than \(copies)"
    }
  }

  @Test func `nothing outside of the scope moves or leaves the base`() {
    holds(traits: [.scope, .verbs, .blocked], policies: all) { scenario in
      let before = scenario.world
      var after = before
      let plan = scenario.plan(before)
      try after.apply(plan)
      for path in scenario.outside {
        guard before.local[path] == after.local[path], before.remote[path] == after.remote[path],
          before.base[path] == after.base[path]
        else { return "\(path) moved" }
      }
      return nil
    }
  }

  @Test func `push writes nothing local and pull nothing remote`() {
    holds(policies: all) { scenario in
      let plan = scenario.plan(scenario.world)
      for step in plan.steps {
        if scenario.verb == .push, step.local != nil { return "\(step.path) is written local" }
        if scenario.verb == .pull, step.remote != nil { return "\(step.path) is written remote" }
      }
      return nil
    }
  }

  @Test func `a mirror leaves the receiver equal to the giver`() {
    holds(traits: [], policies: all) { scenario in
      for (verb, giver) in [(Verb.push, Side.local), (.pull, .remote)] {
        var mirrored = scenario
        mirrored.verb = verb
        mirrored.options = PlanOptions(mirror: true)
        var world = scenario.world
        try world.apply(mirrored.plan(world))
        if world[giver.other] != scenario.world[giver] { return "\(verb) leaves a difference" }
        if world.nodes(giver) != world.base { return "\(verb) leaves another base" }
      }
      return nil
    }
  }

  @Test func `an undone run leaves sides and base as they were`() {
    holds(policies: all) { scenario in
      let before = scenario.world
      var world = before
      let plan = scenario.plan(world)
      try world.apply(plan)
      let record = plan.steps.map { step in
        RunEffect(
          path: step.path, local: effect(step, .local, before, world),
          remote: effect(step, .remote, before, world),
          base: Change(before: before.base[step.path], after: world.base[step.path]))
      }
      let undo = planUndo(
        record: record, local: world.tree(.local), remote: world.tree(.remote),
        base: world.baseRows)
      guard undo.left.isEmpty else { return "left: \(undo.left)" }
      for step in undo.steps { try world.apply(step) }
      try world.validate()
      guard world.local == before.local, world.remote == before.remote else {
        return "the sides differ"
      }
      return world.base == before.base ? nil : "the base differs"
    }
  }
}

/// Compares a side of two worlds; without the bit where the remote, which a cut run is finished
/// from, does not keep it.
private func same(_ one: World, _ two: World, _ side: Side) -> Bool {
  guard !one.remoteCarries.executable else { return one[side] == two[side] }
  let (left, right) = (one.nodes(side), two.nodes(side))
  return left.keys == right.keys && left.allSatisfy { sameContent($0.value, right[$0.key]) }
}

/// Settles the base rows of the group in which a run was cut.
private func recover(_ world: inout World, _ steps: [Step], cut: Int) {
  guard cut > 0, cut < steps.count, let group = steps[cut].group, steps[cut - 1].group == group
  else { return }
  for step in steps[cut...] where step.group == group {
    switch step.baseWhenCutBefore {
    case .drop: world.base[step.path] = nil
    case .set, .keep: break
    }
  }
}

private func effect(_ step: Step, _ side: Side, _ before: World, _ after: World) -> Change<Node>? {
  guard step.change(side) != nil else { return nil }
  return Change(before: before.node(side, step.path), after: after.node(side, step.path))
}

/// Compares the bytes alone.
func sameContent(_ left: Node?, _ right: Node?) -> Bool {
  switch (left, right) {
  case (.file(let left)?, .file(let right)?): left.digest == right.digest
  default: left == right
  }
}
