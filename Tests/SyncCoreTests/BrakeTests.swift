import SyncCore
import SyncModel
import TestSupport
import Testing

@Suite struct Brakes {
  /// Files with contents of their own.
  private func files(_ count: UInt64, shift: UInt64 = 0) -> [SyncPath: Node] {
    var files: [SyncPath: Node] = [:]
    for number in 0..<count {
      files[path("f\(number)")] = TreePerturbation.file(1000 + number + shift)
    }
    return files
  }

  private func plan(
    base: [SyncPath: Node], local: [SyncPath: Node], remote: [SyncPath: Node],
    _ adjust: (inout PlanRequest) -> Void = { _ in },
    input change: (inout ReconcileInput) -> Void = { _ in }
  ) -> Plan {
    var input = ReconcileInput(
      base: Base(nodes: base), local: Tree(nodes: local), remote: Tree(nodes: remote))
    change(&input)
    var request = PlanRequest(verb: .sync, now: noon)
    adjust(&request)
    return makePlan(reconcile(input), request)
  }

  @Test func `2: a side that became empty halts, unless it is allowed`() {
    let two = files(2)
    let halted = plan(base: two, local: [:], remote: two)
    #expect(halted.brakes == [.emptied(side: .local, baseCount: 2)] && !halted.mayRun)
    #expect(
      plan(base: two, local: two, remote: [:]).brakes == [.emptied(side: .remote, baseCount: 2)])
    #expect(plan(base: two, local: [:], remote: two) { $0.overrides.allowEmpty = true }.mayRun)
    #expect(plan(base: files(1), local: [:], remote: files(1)).mayRun)
    #expect(plan(base: two, local: [:], remote: [:]).mayRun)
    #expect(plan(base: [:], local: two, remote: [:]).mayRun)
    #expect(
      plan(base: two, local: [:], remote: two, input: { $0.isIgnored = { _ in true } }).mayRun)
  }

  @Test(arguments: [("other", true), ("f0", false), ("d", false)])
  func `2: what is blocked counts only where it may hold what was agreed on`(
    blocked: String, halts: Bool
  ) {
    var base = files(2)
    base[path("d/f")] = TreePerturbation.file(1)
    let tree = Tree([
      TreeEntry(path: path(blocked), state: .blocked(.nestedProject), modified: nil)
    ])
    let plan = plan(base: base, local: [:], remote: base, input: { $0.local = tree })
    #expect(plan.brakes == (halts ? [.emptied(side: .local, baseCount: 3)] : []))
  }

  @Test(arguments: [(20, 10, false), (20, 11, true), (100, 25, false), (100, 26, true)])
  func `3: too many deletions on one side halt`(base: UInt64, deleted: UInt64, halts: Bool) {
    let all = files(base)
    let rest = all.filter { Int($0.key.key.dropFirst()).map { $0 >= Int(deleted) } ?? true }
    for side in Side.allCases {
      let (local, remote) = side == .local ? (rest, all) : (all, rest)
      let plan = plan(base: all, local: local, remote: remote)
      #expect(plan.brakes.isEmpty != halts)
      if halts {
        let trip = BrakeTrip.deletions(
          side: side.other, count: Int(deleted), limit: max(10, Int(base) / 4),
          baseCount: Int(base))
        #expect(plan.brakes == [trip])
        func allowed(_ count: Int) -> Bool {
          self.plan(base: all, local: local, remote: remote) {
            $0.overrides.allowDeletes = count
          }.mayRun
        }
        #expect(allowed(Int(deleted)) && !allowed(Int(deleted) - 1))
      }
    }
  }

  @Test func `3: a renamed folder is no deletion`() {
    let all = files(30)
    var moved: [SyncPath: Node] = [:]
    for (key, node) in all { moved[path("moved/\(key)")] = node }
    let plan = plan(base: all, local: moved, remote: all)
    #expect(plan.mayRun && plan.renames.count == 30)
  }

  @Test func `3: deletions count against the whole base, whatever the scope is`() {
    let all = files(100)
    let rest = all.filter { !$0.key.key.hasPrefix("f1") }
    let scoped = plan(
      base: all, local: rest, remote: all,
      input: {
        $0.scope = Scope { $0.key.hasPrefix("f1") }
      })
    #expect(scoped.mayRun && scoped.steps.count == 11)
  }

  @Test func `3: the subtree that loses a kind conflict counts`() {
    let below = Dictionary(
      uniqueKeysWithValues: files(12).map { (path("d/\($0.key)"), $0.value) })
    let plan = plan(
      base: [:], local: [path("d"): node("a")], remote: below,
      input: {
        $0.policies = Policies(standard: .local)
      })
    #expect(plan.brakes.map(\.number) == [3])
  }

  @Test func `4: a change of every file halts from twenty files on`() {
    for (count, halts) in [(UInt64(19), false), (20, true)] {
      let base = files(count)
      let changed = files(count, shift: 500)
      #expect(plan(base: base, local: changed, remote: base).brakes.isEmpty != halts)
      #expect(plan(base: base, local: base, remote: changed).brakes.isEmpty != halts)
    }
    let base = files(20)
    var changed = files(20, shift: 500)
    #expect(plan(base: base, local: changed, remote: changed).mayRun)
    #expect(
      plan(base: base, local: changed, remote: base) { $0.overrides.allowMassChange = true }.mayRun)
    changed[path("f3")] = base[path("f3")]
    #expect(plan(base: base, local: changed, remote: base).mayRun)
  }

  @Test func `7: a rewound history halts`() {
    #expect(plan(base: [:], local: [:], remote: [:]) { $0.isRewound = true }.brakes == [.rewound])
  }

  @Test func `9: newest is refused when the clocks are more than a minute apart`() {
    func plan(_ seconds: Int64, _ policy: ConflictPolicy = .newest) -> Plan {
      self.plan(
        base: [path("p"): node("a")], local: [path("p"): node("b")],
        remote: [path("p"): node("c")],
        { $0.clockSkew = seconds * 1_000_000_000 },
        input: { input in
          input.policies = Policies(standard: policy)
          input.local = dated(input.local, seconds: 10)
          input.remote = dated(input.remote, seconds: 20)
        })
    }
    #expect(plan(60).mayRun && plan(-60).steps.count == 1)
    #expect(plan(61).brakes == [.clockSkew(nanoseconds: 61_000_000_000)])
    #expect(plan(-61).brakes == [.clockSkew(nanoseconds: -61_000_000_000)])
    #expect(plan(-61).steps.isEmpty)
    #expect(plan(61, .fail).mayRun)
  }

  @Test func `11: another branch halts when base files differ`() {
    let base = files(3)
    var local = base
    let switched: (inout PlanRequest) -> Void = {
      $0.branch = Change(before: "main", after: "feature")
    }
    #expect(plan(base: base, local: local, remote: base, switched).mayRun)
    local[path("f1")] = node("z")
    let halted = plan(base: base, local: local, remote: base, switched)
    #expect(halted.brakes == [.branch(before: "main", after: "feature", changed: 1)])
    let allowed = plan(base: base, local: local, remote: base) {
      switched(&$0)
      $0.overrides.allowBranch = true
    }
    #expect(allowed.mayRun)
  }

  @Test func `a first upload into an empty target trips none`() {
    #expect(plan(base: [:], local: files(500), remote: [:]).mayRun)
    #expect(plan(base: [:], local: [:], remote: files(500)).mayRun)
  }
}

@Suite struct Undo {
  private func effect(
    _ text: String, local: Change<Node>? = nil, remote: Change<Node>? = nil, base: Change<Node>
  ) -> RunEffect {
    RunEffect(path: path(text), local: local, remote: remote, base: base)
  }

  @Test func `a pull that was undone shows remote to local again`() throws {
    var world = world(base: ["p": "b"], local: ["p": "b"], remote: ["p": "b"])
    let change = Change<Node>(before: node("a"), after: node("b"))
    let plan = planUndo(
      record: [effect("p", local: change, base: change)], local: world.tree(.local),
      remote: world.tree(.remote), base: world.baseRows)
    for step in plan.steps { try world.apply(step) }
    #expect(world.node(.local, path("p")) == node("a"))
    #expect(reconcile(world.input()).items.map(\.state) == [.remoteToLocal])
  }

  @Test func `a path that moved on any side that was written is listed and left`() {
    let world = world(
      base: ["p": "b", "q": "b"], local: ["p": "x", "q": "b"], remote: ["p": "b", "q": "y"])
    let change = Change<Node>(before: node("a"), after: node("b"))
    let plan = planUndo(
      record: [
        effect("p", local: change, base: change),
        effect("q", local: change, remote: change, base: change),
      ], local: world.tree(.local), remote: world.tree(.remote), base: world.baseRows)
    #expect(plan.steps.isEmpty)
    #expect(plan.left.map(\.path.key) == ["p", "q"])
    #expect(plan.left.map(\.side) == [.local, .remote])
  }

  @Test func `what an earlier undo took back already is done`() {
    let world = world(
      base: ["p": "a", "q": "b"], local: ["p": "a", "q": "x"], remote: ["p": "b", "q": "b"])
    let change = Change<Node>(before: node("a"), after: node("b"))
    let plan = planUndo(
      record: [
        effect("p", local: change, base: change), effect("q", local: change, base: change),
      ], local: world.tree(.local), remote: world.tree(.remote), base: world.baseRows)
    #expect(plan.steps.isEmpty && plan.left.map(\.path.key) == ["q"])
  }

  @Test(arguments: ["d", "d/e", "d/e/f"])
  func `what cannot be seen is not taken for back, nor for gone`(blocked: String) {
    let denied = TreeEntry.State.blocked(.unreadable(errno: 13))
    let local = Tree([TreeEntry(path: path(blocked), state: denied, modified: nil)])
    for change in [
      Change<Node>(before: nil, after: node("a")), Change<Node>(before: node("a"), after: nil),
    ] {
      let plan = planUndo(
        record: [effect("d/e/f", local: change, base: change)], local: local, remote: Tree(),
        base: Base())
      #expect(plan.steps.isEmpty)
      #expect(plan.left.map(\.found) == [denied])
    }
  }

  @Test(arguments: [true, false])
  func `nothing comes back under the name of a file that stays`(folds: Bool) {
    // The run deleted A on the remote and made a, which was edited since.
    let world = world(base: ["a": "new"], local: ["a": "edited"], remote: ["a": "new"])
    let gone = Change<Node>(before: node("old"), after: nil)
    let made = Change<Node>(before: nil, after: node("new"))
    let plan = planUndo(
      record: [
        effect("A", remote: gone, base: gone), effect("a", local: made, base: made),
      ], local: world.tree(.local), remote: world.tree(.remote), base: world.baseRows,
      foldsLocal: folds)
    #expect(plan.left.map(\.path.key) == (folds ? ["A", "a"] : ["a"]))
    #expect(plan.steps.map(\.path.key) == (folds ? [] : ["A"]))
  }

  @Test func `a file does not go back where a folder with unsynced entries stands`() {
    // The run deleted d; since then somebody made a folder d with an ignored file in it.
    let world = world(base: [:], local: [:], remote: [:])
    let plan = planUndo(
      record: [
        effect(
          "d", local: Change(before: node("a"), after: nil),
          base: Change(before: node("a"), after: nil)),
        effect(
          "e", local: Change(before: node("a"), after: nil),
          base: Change(before: node("a"), after: nil)),
      ], local: world.tree(.local), remote: world.tree(.remote), base: world.baseRows,
      localOccupied: [path("d/below")])
    #expect(plan.left.map(\.path.key) == ["d"])
    #expect(plan.left.first?.found == .blocked(.occupiedFolder))
    #expect(plan.steps.map(\.path.key) == ["e"])
  }

  @Test func `a file does not go back where a newer path needs the folder`() {
    // The run replaced the file d by d/x; since then somebody added d/y.
    let world = world(base: ["d/x": "b"], local: ["d/x": "b", "d/y": "n"], remote: ["d/x": "b"])
    let plan = planUndo(
      record: [
        effect(
          "d", local: Change(before: node("a"), after: nil),
          base: Change(before: node("a"), after: nil)),
        effect(
          "d/x", local: Change(before: nil, after: node("b")),
          base: Change(before: nil, after: node("b"))),
      ], local: world.tree(.local), remote: world.tree(.remote), base: world.baseRows)
    #expect(plan.left.map(\.path.key) == ["d"])
    #expect(plan.left.first?.obstacle == path("d/y"))
    #expect(plan.steps.map(\.path.key) == ["d/x"])
  }
}

@Suite struct `Canonical text` {
  @Test func `plans that differ in anything have different texts`() {
    let base = world(base: ["p": "a"], local: ["p": "b"], remote: ["p": "a"])
    var texts: Set<String> = [base.plan().canonicalText, base.plan(.push).canonicalText]
    var plan = base.plan()
    plan.steps[0].group = 4
    texts.insert(plan.canonicalText)
    plan.steps[0].local = PathChange(path: path("p"), before: nil, after: node("@x"))
    texts.insert(plan.canonicalText)
    plan.steps[0].resolution = Resolution(.local, by: .user)
    texts.insert(plan.canonicalText)
    plan.brakes = [.rewound]
    texts.insert(plan.canonicalText)
    #expect(texts.count == 6)
  }
}
