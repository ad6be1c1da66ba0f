import SyncCore
import SyncModel
import TestSupport
import Testing

private let mixed = world(
  base: ["mine": "a", "theirs": "a", "both": "a", "gone": "a", "lost": "a"],
  local: ["mine": "b", "theirs": "a", "both": "b", "lost": "a", "new": "n"],
  remote: ["mine": "a", "theirs": "c", "both": "c", "gone": "a", "fresh": "f"])

@Suite struct Verbs {
  @Test func `sync does both directions and leaves conflicts`() throws {
    var world = mixed
    let plan = world.plan(.sync)
    try world.apply(plan)
    #expect(plan.conflictsLeft.map(\.path.key) == ["both"])
    #expect(world.node(.remote, path("mine")) == node("b"))
    #expect(world.node(.local, path("theirs")) == node("c"))
    #expect(world.local[path("lost")] == nil && world.remote[path("gone")] == nil)
    #expect(plan.untouched.isEmpty)
    #expect(
      plan.steps.map { "\($0.kind.rawValue) \($0.path)" } == [
        "pull fresh", "push mine", "push new", "pull theirs", "deleteRemote gone",
        "deleteLocal lost",
      ])
  }

  @Test func `push shows and leaves what only pull would do`() throws {
    var world = mixed
    let plan = world.plan(.push, policy: .remote)
    try world.apply(plan)
    #expect(world.local == mixed.local)
    #expect(plan.untouched.map(\.path.key) == ["fresh", "lost", "theirs"])
    #expect(plan.conflictsLeft.map(\.path.key) == ["both"])
  }

  @Test func `pull shows and leaves what only push would do`() throws {
    var world = mixed
    let plan = world.plan(.pull, policy: .local)
    try world.apply(plan)
    #expect(world.remote == mixed.remote)
    #expect(plan.untouched.map(\.path.key) == ["gone", "mine", "new"])
    #expect(plan.conflictsLeft.map(\.path.key) == ["both"])
  }

  @Test func `a forced push writes over what both have and leaves the rest`() throws {
    var world = mixed
    let plan = world.plan(.push, options: PlanOptions(force: true))
    try world.apply(plan)
    #expect(world.node(.remote, path("theirs")) == node("a"))
    #expect(world.node(.remote, path("both")) == node("b"))
    #expect(plan.untouched.map(\.path.key) == ["fresh", "lost"])
    let forced = plan.steps.filter { $0.resolution?.decider == .force }.map(\.path.key)
    #expect(forced == ["both", "theirs"])
  }

  @Test func `a forced pull writes over what both have and leaves the rest`() throws {
    var world = mixed
    let plan = world.plan(.pull, options: PlanOptions(force: true))
    try world.apply(plan)
    #expect(world.node(.local, path("mine")) == node("a"))
    #expect(world.node(.local, path("both")) == node("c"))
    #expect(plan.untouched.map(\.path.key) == ["gone", "new"])
  }

  @Test func `a mirror ends equal, its extras deleted`() throws {
    var world = mixed
    try world.apply(world.plan(.pull, options: PlanOptions(mirror: true)))
    #expect(world.local == mixed.remote)
    #expect(world.nodes(.local) == world.base)
  }

  @Test func `atomic writes nothing when a conflict is left`() {
    let plan = mixed.plan(.sync, options: PlanOptions(atomic: true))
    #expect(plan.isAtomicRefused && plan.steps.isEmpty && !plan.mayRun)
  }

  @Test func `atomic writes nothing when a path is blocked`() {
    let blocked = world(local: ["a": "!", "b": "b"])
    let plan = blocked.plan(.sync, options: PlanOptions(atomic: true))
    #expect(plan.isAtomicRefused && plan.steps.isEmpty)
    #expect(world(local: ["b": "b"]).plan(.sync, options: PlanOptions(atomic: true)).mayRun)
  }

  @Test func `a pull that keeps both makes the base the remote's and shows the copy to push`()
    throws
  {
    var world = world(base: ["p.txt": "a"], local: ["p.txt": "b"], remote: ["p.txt": "c"])
    try world.apply(world.plan(.pull, policy: .both))
    #expect(world.node(.local, path("p.txt")) == node("c"))
    #expect(world.base[path("p.txt")] == node("c"))
    let next = reconcile(world.input())
    #expect(next.items.map(\.state) == [.localToRemote])
    #expect(next.items.first?.path.key.hasPrefix("p.conflict-local-") == true)
  }

  @Test func `a pull that merges makes the base the remote's and shows the merge to push`() throws {
    var world = world(base: ["p": "a"], local: ["p": "b"], remote: ["p": "c"])
    #expect(world.plan(.pull, policy: .merge).mergesNeeded.map(\.path.key) == ["p"])
    #expect(world.plan(.push, policy: .merge).mergesNeeded.isEmpty)
    let merged = try #require(node("m").file)
    let answer = Resolution(.merge(.clean(merged)), by: .policy(.merge))
    try world.apply(world.plan(.pull, policy: .merge, resolutions: [path("p"): answer]))
    #expect(world.node(.local, path("p")) == node("m"))
    #expect(world.base[path("p")] == node("c"))
    #expect(reconcile(world.input()).items.map(\.state) == [.localToRemote])
  }

  @Test func `a merge that is not clean is asked`() {
    let world = world(base: ["p": "a"], local: ["p": "b"], remote: ["p": "c"])
    let answer = Resolution(.merge(.notClean), by: .policy(.merge))
    let plan = world.plan(policy: .merge, resolutions: [path("p"): answer])
    #expect(plan.steps.isEmpty && plan.conflictsToAsk.map(\.path.key) == ["p"])
  }

  @Test func `an answer of the user is recorded and a skip leaves the path`() {
    let world = world(base: ["p": "a"], local: ["p": "b"], remote: ["p": "c"])
    let kept = Resolution(.local, by: .user)
    let plan = world.plan(policy: .ask, resolutions: [path("p"): kept])
    #expect(plan.steps.map(\.resolution) == [kept])
    let skipped = world.plan(
      policy: .ask, resolutions: [path("p"): Resolution(.skip, by: .user)])
    #expect(skipped.steps.isEmpty && skipped.conflictsToAsk.isEmpty)
    #expect(skipped.conflictsLeft.count == 1)
  }

  @Test(
    arguments: [
      (10, 10, nil), (nil, 10, nil), (10, nil, nil), (10, 20, Side.remote), (20, 10, Side.local),
      (10, 1_900_000_000, nil), (1_900_000_000, 10, nil),
    ] as [(Int64?, Int64?, Side?)])
  func `newest trusts two different times that are not in the future`(
    local: Int64?, remote: Int64?, winner: Side?
  ) {
    let world = world(base: ["p": "a"], local: ["p": "b"], remote: ["p": "c"])
    let plan = world.plan(policy: .newest) { input in
      if let local { input.local = dated(input.local, seconds: local) }
      if let remote { input.remote = dated(input.remote, seconds: remote) }
    }
    let kinds: [StepKind] = winner.map { [$0 == .local ? .push : .pull] } ?? []
    #expect(plan.steps.map(\.kind) == kinds)
    #expect(plan.conflictsLeft.count == (winner == nil ? 1 : 0))
  }
}

@Suite struct `Owners of paths` {
  private func plan(
    _ owner: Side, _ base: String?, _ local: String?, _ remote: String?, _ verb: Verb = .sync,
    _ options: PlanOptions = PlanOptions()
  ) -> Plan {
    func tree(_ text: String?) -> [String: String] { text.map { ["p": $0] } ?? [:] }
    let world = world(base: tree(base), local: tree(local), remote: tree(remote))
    return world.plan(verb, policy: .ask, options: options) { input in
      input.owners = Owners { _ in owner }
    }
  }

  @Test(
    arguments: [
      ("a", "b", "a"), (nil, "b", nil), ("a", nil, "a"),
    ] as [(String?, String?, String?)])
  func `a change against the owner is blocked`(base: String?, local: String?, remote: String?) {
    for options in [PlanOptions(), PlanOptions(force: true), PlanOptions(mirror: true)] {
      let verb: Verb = options.force || options.mirror ? .push : .sync
      let here = plan(.remote, base, local, remote, verb, options)
      #expect(here.steps.isEmpty && here.blocked.map(\.reason) == [.owner])
    }
    let there = plan(.local, base, remote, local)
    #expect(there.steps.isEmpty && there.blocked.map(\.reason) == [.owner])
  }

  @Test func `a forced verb of the owner's side makes the other like it again`() {
    for (giver, verb) in [(Side.remote, Verb.pull), (.local, .push)] {
      func forced(_ base: String?, _ owner: String?, _ other: String?, mirror: Bool = false) -> Plan
      {
        plan(
          giver, base, giver == .local ? owner : other, giver == .local ? other : owner, verb,
          PlanOptions(force: !mirror, mirror: mirror))
      }
      let edited = forced("a", "a", "b")
      #expect(edited.steps.map(\.kind) == [giver == .local ? .push : .pull])
      #expect(edited.steps.first?.resolution?.decider == .owner && edited.blocked.isEmpty)
      // As everywhere, only a mirror takes away and brings back.
      for (base, owner, other) in [("a", "a", nil), (nil, nil, "b")]
        as [(String?, String?, String?)]
      {
        #expect(forced(base, owner, other).blocked.map(\.reason) == [.owner])
        #expect(forced(base, owner, other, mirror: true).steps.count == 1)
      }
    }
  }

  @Test func `the owner's change wins over an edit, and that is recorded`() {
    let pulled = plan(.remote, "a", "b", "c")
    #expect(pulled.steps.map(\.kind) == [.pull])
    #expect(pulled.steps.first?.resolution == Resolution(.remote, by: .owner))
    #expect(plan(.local, "a", "b", "c").steps.map(\.kind) == [.push])
    #expect(plan(.remote, "a", "b", nil).steps.map(\.kind) == [.deleteLocal])
    #expect(plan(.remote, nil, "b", "c").steps.map(\.kind) == [.pull])
  }

  @Test func `force does not lift an owner`() {
    let forced = plan(.remote, "a", "b", "c", .push, PlanOptions(force: true))
    #expect(forced.steps.isEmpty && forced.untouched.count == 1)
    let pulled = plan(.local, "a", "a", nil, .pull, PlanOptions(mirror: true))
    #expect(pulled.steps.isEmpty)
  }
}

@Suite struct Attributes {
  @Test func `content and executable bit are carried each on its own`() throws {
    var world = world(base: ["p": "a"], local: ["p": "b"], remote: ["p": "a*"])
    let plan = world.plan()
    #expect(plan.steps.map(\.kind) == [.push])
    try world.apply(plan)
    #expect(world.node(.local, path("p")) == node("b*"))
    #expect(world.node(.remote, path("p")) == node("b*"))
    #expect(world.base[path("p")] == node("b*"))
  }

  @Test func `push carries its half, and the base takes what both then agree on`() throws {
    var world = world(base: ["p": "a"], local: ["p": "b"], remote: ["p": "a*"])
    let plan = world.plan(.push)
    try world.apply(plan)
    #expect(world.node(.local, path("p")) == node("b"))
    #expect(world.node(.remote, path("p")) == node("b*"))
    #expect(world.base[path("p")] == node("b"))
    #expect(plan.untouched.map(\.path.key) == ["p"])
    let item = reconcile(world.input()).items.first
    #expect(item?.state == .remoteToLocal && item?.change == .mode)
  }

  @Test func `pull carries its half`() throws {
    var world = world(base: ["p": "a"], local: ["p": "b"], remote: ["p": "a*"])
    try world.apply(world.plan(.pull))
    #expect(world.node(.local, path("p")) == node("b*"))
    #expect(world.base[path("p")] == node("a*"))
    #expect(reconcile(world.input()).items.map(\.state) == [.localToRemote])
  }

  @Test func `a side without the bit leaves base and local bit alone`() throws {
    var world = world(base: ["p": "a*"], local: ["p": "b*"], remote: ["p": "a"])
    world.remoteCarries.executable = false
    world.remote[path("p")] = .node(TreePerturbation.file(97, isExecutable: nil))
    try world.apply(world.plan())
    #expect(world.base[path("p")] == node("b*"))
    #expect(world.node(.local, path("p")) == node("b*"))
    world.local[path("p")] = .node(node("b"))
    #expect(reconcile(world.input()).items.isEmpty)
    world.remote[path("p")] = .node(TreePerturbation.file(99, isExecutable: nil))
    world.local[path("p")] = .node(node("b*"))
    try world.apply(world.plan())
    #expect(world.node(.local, path("p")) == node("c*"))
  }

  @Test func `a link is blocked where the other side holds none`() {
    let world = world(base: ["p": "a"], local: ["p": "@t", "q": "b"], remote: ["p": "a"])
    let plan = world.plan { $0.remoteCarries.links = false }
    #expect(plan.blocked.map(\.reason) == [.linkNotCarried])
    #expect(plan.steps.map(\.path.key) == ["q"])
  }

  @Test(arguments: ["/etc/passwd", "../x", "a/../../x", "", "a/../b"])
  func `a link that leads out is blocked`(target: String) {
    var world = world(remote: ["ok": "@./a/b"])
    world.remote[path("p")] = .node(.link(target: target))
    let plan = world.plan()
    #expect(plan.blocked.map(\.reason) == [.escapingLink])
    #expect(plan.steps.map(\.path.key) == ["ok"])
  }

  @Test(arguments: Side.allCases)
  func `what a link that leads out has replaced on one side stays on the other`(side: Side) {
    var world = world(
      base: ["d/x": "a", "e": "a"], local: ["d/x": "a", "e": "a"], remote: ["d/x": "a", "e": "b"])
    world.local[path("d/x")] = side == .local ? nil : world.local[path("d/x")]
    world.remote[path("d/x")] = side == .remote ? nil : world.remote[path("d/x")]
    let link = TreeEntry.State.node(.link(target: "../out"))
    switch side {
    case .local: world.local[path("d")] = link
    case .remote: world.remote[path("d")] = link
    }
    let plan = world.plan()
    #expect(plan.steps.map(\.path.key) == ["e"])
    #expect(plan.blocked.map(\.reason) == [.escapingLink, .dependsOn(path("d"))])
    let part = world.plan { $0.scope = Scope { $0.key == "d/x" } }
    #expect(part.steps.isEmpty)
    #expect(part.blocked.map(\.reason) == [.dependsOn(path("d"))])
  }

  @Test func `what a side cannot get has replaced stays there`() {
    let world = world(
      base: ["d/x": "a", "e/x": "a"], local: ["d": "@t", "e": "b"],
      remote: ["d/x": "a", "e/x": "a"])
    let plan = world.plan {
      $0.remoteCarries.links = false
      $0.maximumFileSize = 9
    }
    #expect(plan.steps.isEmpty)
    #expect(
      plan.blocked.map(\.reason) == [
        .linkNotCarried, .dependsOn(path("d")), .tooLarge, .dependsOn(path("e")),
      ])
  }

  @Test func `a file over the limit is blocked on either side`() {
    let world = world(local: ["p": "a"], remote: ["q": "b"])
    let plan = world.plan { $0.maximumFileSize = 9 }
    #expect(plan.blocked.map(\.reason) == [.tooLarge, .tooLarge])
    #expect(world.plan { $0.maximumFileSize = 10 }.blocked.isEmpty)
  }
}
