import SyncCore
import SyncModel
import TestSupport
import Testing

@Suite struct `The whole tree` {
  @Test func `a file that meets a folder is one conflict, rooted at the shorter path`() {
    let world = world(
      base: ["d/x": "a"], local: ["d": "b"], remote: ["d/x": "c", "d/y": "n"])
    let reconciliation = reconcile(world.input(policy: .ask))
    #expect(reconciliation.items.count == 1)
    #expect(reconciliation.counts.conflicts == 1)
    let item = reconciliation.items.first
    #expect(item?.path.key == "d" && item?.conflict == .kind && item?.change == .kind)
    #expect(item?.members.map(\.path.key) == ["d", "d/x", "d/y"])
  }

  @Test(arguments: [Side.local, .remote])
  func `a side's subtree wins whole, in one group`(side: Side) throws {
    let start = world(
      base: ["d/x": "a"], local: ["d": "b"], remote: ["d/x": "c", "d/y": "n"])
    let plan = start.plan(policy: side == .local ? .local : .remote)
    var world = start
    try world.apply(plan)
    #expect(world[side] == start[side] && world[side.other] == start[side])
    #expect(Set(plan.steps.map(\.group)) == [0])
    #expect(plan.steps.allSatisfy { $0.resolution != nil })
    #expect(plan.steps.first?.change(side.other)?.node.after == nil)
  }

  @Test(arguments: [Side.local, .remote])
  func `both keeps the folder's name and renames the file`(side: Side) throws {
    var start = World()
    start[side] = [path("d.txt"): .node(node("b"))]
    start[side.other] = [path("d.txt/x"): .node(node("c"))]
    let plan = start.plan(policy: .both)
    try start.apply(plan)
    let copy = "d.conflict-\(side.rawValue)-\(node("b").file?.digest.hex.prefix(8) ?? "").txt"
    #expect(Set(start.local.keys.map(\.key)) == [copy, "d.txt/x"])
    #expect(start.local == start.remote)
    let source = plan.steps.first { $0.kind == .conflictCopy }?.source
    #expect(source == ContentPlace(side: side, path: path("d.txt")))
  }

  @Test(arguments: [ConflictPolicy.newest, .merge, .fail, .ask])
  func `other policies leave a kind conflict`(policy: ConflictPolicy) {
    let world = world(local: ["d": "b"], remote: ["d/x": "c"])
    let plan = world.plan(policy: policy)
    #expect(plan.steps.isEmpty && plan.conflictsLeft.count == 1)
  }

  @Test func `a file that became a folder is replaced in one group, the deletion first`() throws {
    var world = world(
      base: ["d": "a", "z": "z"], local: ["d/x": "b", "d/y": "c"], remote: ["d": "a", "z": "z"])
    let plan = world.plan()
    #expect(
      plan.steps.map { "\($0.kind.rawValue) \($0.path) \($0.group.map { "\($0)" } ?? "-")" } == [
        "deleteRemote d 0", "push d/x 0", "push d/y 0", "deleteRemote z -",
      ])
    try world.apply(plan)
    #expect(world.local == world.remote)
  }

  @Test func `a folder with ignored entries blocks the file and the deletions below`() {
    let world = world(
      base: ["d/x": "a", "e": "e"], local: ["d/x": "a", "e": "e"], remote: ["d": "f", "e": "g"])
    let plan = world.plan { $0.localFacts.occupiedFolders = [path("d/sub")] }
    #expect(plan.steps.map(\.path.key) == ["e"])
    #expect(plan.blocked.map(\.path.key) == ["d", "d/x"])
    #expect(plan.blocked.map(\.reason) == [.occupiedFolder, .dependsOn(path("d"))])
    let empty = world.plan { $0.localFacts.emptyFolders = [path("d/sub")] }
    #expect(empty.blocked.isEmpty && empty.steps.count == 3)
  }

  @Test func `a remote folder with entries that take no part blocks the file and the deletions`() {
    let changed = world(
      base: ["d/x": "a", "e": "e"], local: ["d": "f", "e": "g"], remote: ["d/x": "a", "e": "e"])
    let plan = changed.plan { $0.remoteFacts.occupiedFolders = [path("d/sub")] }
    #expect(plan.steps.map(\.path.key) == ["e"])
    #expect(plan.blocked.map(\.path.key) == ["d", "d/x"])
    #expect(plan.blocked.map(\.reason) == [.occupiedFolder, .dependsOn(path("d"))])
    let twoSided = world(local: ["d": "f"], remote: ["d/x": "a"])
    let answer = twoSided.plan(policy: .local) { $0.remoteFacts.occupiedFolders = [path("d")] }
    #expect(answer.steps.isEmpty)
    #expect(answer.blocked.map(\.reason) == [.occupiedFolder])
  }

  @Test(
    arguments: [
      (root: .remote, below: .remote, decides: true), (.remote, .fail, false),
      (.fail, .remote, false),
      (.local, .remote, false), (.remote, .local, false), (.local, .local, true),
    ] as [(root: ConflictPolicy, below: ConflictPolicy, decides: Bool)])
  func `a kind conflict is decided by a policy that all its paths have`(
    root: ConflictPolicy, below: ConflictPolicy, decides: Bool
  ) {
    let world = world(base: ["d/x": "a"], local: ["d/x": "b"], remote: ["d": "c"])
    let plan = world.plan {
      $0.policies = Policies(
        standard: root, rules: [Policies.Rule(below) { $0.isBelow(path("d")) }])
    }
    #expect(plan.conflictsLeft.isEmpty == decides)
    #expect(plan.steps.isEmpty != decides)
  }

  @Test func `an answer that needs an occupied folder's place is blocked at plan time`() {
    let world = world(local: ["d/x": "a"], remote: ["d": "f"])
    let plan = world.plan(policy: .remote) { $0.localFacts.occupiedFolders = [path("d")] }
    #expect(plan.steps.isEmpty)
    #expect(plan.blocked.map(\.reason) == [.occupiedFolder])
  }

  @Test func `a folder with a blocked entry on the remote blocks the file that would replace it`() {
    let world = world(
      base: ["d/x": "a", "d/y": "a"], local: ["d": "f"], remote: ["d/x": "!", "d/y": "a"])
    let plan = world.plan()
    #expect(plan.steps.isEmpty)
    #expect(plan.blocked.map(\.path.key) == ["d", "d/x", "d/y"])
  }

  @Test func `a blocked folder blocks all below and keeps the base rows`() throws {
    var world = world(
      base: ["d/x": "a", "d/y": "a", "e": "a"], local: ["d": "!"],
      remote: ["d/x": "b", "d/y": "a", "e": "a"])
    let plan = world.plan()
    #expect(plan.blocked.map(\.path.key) == ["d", "d/x", "d/y"])
    #expect(plan.steps.map(\.path.key) == ["e"])
    try world.apply(plan)
    #expect(world.base.keys.map(\.key).sorted() == ["d/x", "d/y"])
  }

  @Test func `names that fold together are blocked where case is folded, and only there`() {
    let world = world(
      base: ["old": "o"], local: ["old": "o"], remote: ["old": "p", "A": "a", "a": "b", "Old": "x"])
    let plan = world.plan { $0.localCarries.isCaseSensitive = false }
    #expect(plan.blocked.map(\.path.key) == ["A", "Old", "a"])
    #expect(
      plan.blocked.map(\.reason) == [
        .nameCollision(with: path("a")), .nameCollision(with: path("old")),
        .nameCollision(with: path("A")),
      ])
    #expect(plan.steps.map(\.path.key) == ["old"])
    #expect(world.plan().blocked.isEmpty)
  }

  @Test func `folders that fold together are names too`() {
    let world = world(
      base: ["Doc/a": "a"], local: ["Doc/a": "a"], remote: ["Doc/a": "a", "doc/b": "b"])
    let plan = world.plan { $0.localCarries.isCaseSensitive = false }
    #expect(plan.blocked.map(\.reason) == [.nameCollision(with: path("Doc"))])
  }

  @Test func `a rename that only changes case goes through, in one group`() throws {
    var world = world(base: ["Foo": "a"], local: ["Foo": "a"], remote: ["foo": "a"])
    let plan = world.plan { $0.localCarries.isCaseSensitive = false }
    #expect(plan.steps.map(\.kind) == [.deleteLocal, .pull])
    #expect(plan.steps.map(\.group) == [0, 0])
    try world.apply(plan)
    #expect(world.local == world.remote)
  }

  @Test func `a rename that only changes case meets an edit and is done once that is decided`()
    throws
  {
    let start = world(base: ["D/x": "a"], local: ["D/x": "b"], remote: ["d/x": "c"])
    let folding: (inout ReconcileInput) -> Void = { $0.localCarries.isCaseSensitive = false }
    let left = start.plan(policy: .fail, folding)
    #expect(left.steps.isEmpty)
    #expect(left.blocked.map(\.reason) == [.nameCollision(with: path("D/x"))])
    var world = start
    try world.apply(start.plan(policy: .remote, folding))
    #expect(world.local == start.remote)
    #expect(world.plan(policy: .remote, folding).steps.isEmpty)
  }

  @Test(
    arguments: [
      (["D/x": "a"], ["d/y": "b"], true), (["D/E/x": "a"], ["D/e/y": "b"], true),
      (["D/E/x": "a"], ["d/E/y": "b"], true), (["D/x": "a"], ["D/y": "b"], false),
      (["D/x": "a"], ["f/y": "b"], false),
    ] as [([String: String], [String: String], Bool)])
  func `what leaves a folder and what comes into it under another case are one group`(
    before: [String: String], after: [String: String], isOne: Bool
  ) throws {
    let start = world(base: before, local: before, remote: after)
    func groups(folding: Bool) -> [Int?] {
      start.plan { $0.localCarries.isCaseSensitive = !folding }.steps.map(\.group)
    }
    let folded = groups(folding: true)
    #expect(folded.count == 2)
    #expect((folded[0] != nil && folded[0] == folded[1]) == isOne)
    #expect(groups(folding: false).allSatisfy { $0 == nil })
  }

  @Test func `an addition that meets a twin opposite is not pushed`() {
    let world = world(local: ["readme": "a"], remote: ["README": "b"])
    let plan = world.plan { $0.localCarries.isCaseSensitive = false }
    #expect(plan.steps.isEmpty && plan.blocked.count == 2)
  }

  @Test func `an absence in an incomplete listing is no deletion`() throws {
    var world = world(base: ["a": "a", "b": "b"], local: ["a": "a"], remote: ["a": "a", "b": "b"])
    let reconciliation = reconcile(world.input { $0.localFacts.isComplete = false })
    #expect(reconciliation.withheldDeletions.map(\.key) == ["b"])
    let plan = makePlan(reconciliation, PlanRequest(verb: .sync, now: noon))
    #expect(plan.steps.isEmpty && plan.brakes.isEmpty)
    #expect(plan.notices == [.incompleteListing(side: .local, withheld: 1)])
    try world.apply(plan)
    #expect(world.base.count == 2)
    #expect(world.plan().steps.map(\.kind) == [.deleteRemote])
  }

  @Test func `a path that became ignored leaves the base and stays on both sides`() throws {
    var world = world(base: ["a": "a", "b": "b"], local: ["b": "b"], remote: ["a": "x", "b": "b"])
    let ignoring: (inout ReconcileInput) -> Void = { $0.isIgnored = { $0.key == "a" } }
    let plan = world.plan(.sync, ignoring)
    #expect(plan.steps.map(\.kind) == [.dropBase])
    #expect(reconcile(world.input(ignoring)).droppedBase.map(\.isIgnored) == [true])
    try world.apply(plan)
    #expect(world.remote[path("a")] != nil)
  }

  @Test func `counts and lists speak of the scope alone`() {
    let world = world(
      base: ["in/a": "a", "out/a": "a"], local: ["in/a": "a", "in/b": "n", "out/a": "x"],
      remote: ["in/a": "a", "out/a": "a", "out/b": "!"])
    let reconciliation = reconcile(
      world.input { $0.scope = Scope { $0.key.hasPrefix("in/") } })
    #expect(reconciliation.counts.inSync == 1)
    #expect(reconciliation.items.map(\.path.key) == ["in/b"])
    #expect(reconciliation.counts.blocked == 0)
    #expect(reconciliation.itemsWithInSync.map(\.path.key) == ["in/a", "in/b"])
  }

  @Test func `a file keeps out of the place of a folder that is out of scope`() {
    let world = world(base: ["d": "a"], local: ["d": "b"], remote: ["d/x": "x"])
    let plan = world.plan(policy: .local) { $0.scope = Scope { $0.key == "d" } }
    #expect(plan.steps.isEmpty)
    #expect(plan.blocked.map(\.reason) == [.dependsOn(path("d/x"))])
  }

  @Test func `a file keeps out of the place of a folder with something ignored, and says so`() {
    let changed = world(base: ["d": "a"], local: ["d": "b"], remote: ["d/x.log": "x"])
    let plan = changed.plan(policy: .local) { $0.isIgnored = { $0.key == "d/x.log" } }
    #expect(plan.steps.isEmpty)
    #expect(plan.blocked.map(\.reason) == [.occupiedFolder])
    let added = world(local: ["d": "b"], remote: ["d/x.log": "x"])
    let other = added.plan { $0.isIgnored = { $0.key == "d/x.log" } }
    #expect(other.steps.isEmpty)
    #expect(other.blocked.map(\.reason) == [.occupiedFolder])
  }

  @Test func `no base says that deletions could not be recognized`() {
    let fresh = world(local: ["a": "a", "b": "b"], remote: ["b": "c", "c": "c"])
    let reconciliation = reconcile(fresh.input())
    #expect(reconciliation.hasNoBase)
    #expect(
      reconciliation.items.map(\.state) == [.localToRemote, .conflict, .remoteToLocal])
  }

  @Test func `a creation follows the spelling of the folders that are there`() {
    let decomposed = "e\u{301}"
    var input = ReconcileInput(
      base: Base(),
      local: Tree([
        TreeEntry(
          path: path("\u{E9}/a"), state: .node(node("a")), spelling: "\(decomposed)/a")
      ]),
      remote: Tree([
        TreeEntry(path: path("\u{E9}/a"), state: .node(node("a"))),
        TreeEntry(path: path("\u{E9}/b"), state: .node(node("b"))),
        TreeEntry(path: path("u/\u{E9}"), state: .node(node("b")), spelling: "u/\(decomposed)"),
        TreeEntry(path: path("u/\u{FC}"), state: .node(node("b"))),
      ]))
    input.policies = Policies(standard: .fail)
    let plan = makePlan(reconcile(input), PlanRequest(verb: .sync, now: noon))
    let spellings = plan.steps.compactMap(\.local).map { $0.spelling.map { Array($0.utf8) } }
    #expect(
      spellings == [Array("u/\(decomposed)".utf8), nil, Array("\(decomposed)/b".utf8)])
  }
}

@Suite struct `Tree rules` {
  @Test func `two clients that add d and d/x cannot both succeed`() {
    let taken: Set<SyncPath> = [path("d/x"), path("e")]
    let changes = [
      PathChange(path: path("f"), before: nil, after: node("a")),
      PathChange(path: path("d"), before: nil, after: node("a")),
      PathChange(path: path("e/y/z"), before: nil, after: node("a")),
      PathChange(path: path("d/x/gone"), before: node("a"), after: nil),
    ]
    let offending = TreeRules.conflicts(
      in: changes, hasNode: { taken.contains($0) },
      hasNodesBelow: { folder in taken.contains { $0.isBelow(folder) } })
    #expect(offending.map(\.key) == ["d", "e/y/z"])
  }
}
