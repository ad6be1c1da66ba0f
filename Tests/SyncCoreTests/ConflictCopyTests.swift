import SyncCore
import SyncModel
import TestSupport
import Testing

@Suite struct `Conflict copies` {
  private let hex = "0123456789abcdef" + String(repeating: "0", count: 48)

  @Test(arguments: [
    ("name.txt", "name.conflict-local-01234567.txt"),
    ("dir/name.txt", "dir/name.conflict-local-01234567.txt"),
    ("name", "name.conflict-local-01234567"),
    (".env", ".env.conflict-local-01234567"),
    (".config.yaml", ".config.conflict-local-01234567.yaml"),
    ("a.b.c", "a.b.conflict-local-01234567.c"),
    ("pack.tar.gz", "pack.conflict-local-01234567.tar.gz"),
    (".tar.gz", ".tar.conflict-local-01234567.gz"),
    ("..x", "..x.conflict-local-01234567"),
    ("d.x/name", "d.x/name.conflict-local-01234567"),
    (
      "n." + String(repeating: "e", count: 40),
      "n." + String(repeating: "e", count: 40) + ".conflict-local-01234567"
    ),
  ])
  func `a copy keeps the extension`(name: String, copy: String) {
    #expect(ConflictCopy.path(for: path(name), losing: .local, hex: hex)?.key == copy)
  }

  @Test func `a long name loses the end of its stem between characters`() throws {
    for filler in ["n", "\u{E9}", "\u{1F468}\u{200D}\u{1F469}"] {
      var stem = ""
      while (stem + filler).utf8.count <= 251 { stem += filler }
      let copy = try #require(
        ConflictCopy.path(for: path(stem + ".txt"), losing: .remote, hex: hex))
      #expect(copy.key.utf8.count <= 255)
      #expect(copy.key.hasSuffix(".conflict-remote-01234567.txt"))
      let kept = copy.key.dropLast(".conflict-remote-01234567.txt".count)
      #expect(stem.hasPrefix(kept) && kept.count % 1 == 0)
      #expect(stem.dropFirst(kept.count).allSatisfy { filler.contains($0) })
    }
  }

  @Test func `a copy is known by its name as long as it holds what it was made for`() throws {
    let held = node("@held")
    let hex = ConflictCopy.hex(of: held)
    for name in ["name.txt", "dir/name", ".env", "pack.tar.gz"] {
      for digits in [8, 9, 64] {
        for side in Side.allCases {
          let copy = try #require(
            ConflictCopy.path(for: path(name), losing: side, hex: hex, digits: digits))
          #expect(ConflictCopy.isCopy(copy, holding: held))
          #expect(!ConflictCopy.isCopy(copy, holding: node("@other")))
        }
      }
    }
    for name in ["a.txt", "a.conflict-local-", "a.conflict-local.txt", "a.conflict-other-" + hex] {
      #expect(!ConflictCopy.isCopy(path(name), holding: held))
    }
  }

  @Test func `a path that would become too long has no copy and stays a conflict`() {
    let deep =
      Array(repeating: String(repeating: "d", count: 250), count: 16)
      .joined(separator: "/") + "/" + String(repeating: "n", count: 70)
    let world = world(base: [deep: "a"], local: [deep: "b"], remote: [deep: "c"])
    let plan = world.plan(policy: .both)
    #expect(plan.steps.isEmpty && plan.conflictsLeft.count == 1)
  }

  private var conflict: World {
    world(base: ["p": "a"], local: ["p": "b"], remote: ["p": "c"])
  }

  private func name(_ digits: Int) -> SyncPath {
    path("p.conflict-local-\(ConflictCopy.hex(of: node("b")).prefix(digits))")
  }

  @Test(arguments: Side.allCases)
  func `a copy that stands on one side, outside of what was named, gets no second name`(
    side: Side
  ) throws {
    var world = conflict
    let copy = name(8)
    switch side {
    case .local: world.local[copy] = .node(node("b"))
    case .remote: world.remote[copy] = .node(node("b"))
    }
    let plan = world.plan(policy: .both) { $0.scope = Scope { $0 == path("p") } }
    try world.apply(plan)
    let copies = Set(world.local.keys).union(world.remote.keys).filter { $0 != path("p") }
    #expect(copies == [copy])
    // The loser's side is never left without what it had.
    #expect(world.local[copy] == .node(node("b")))
    #expect(world.local[path("p")] == world.remote[path("p")])
  }

  @Test func `a name that other content has taken gets more digits`() {
    var world = conflict
    world.local[name(8)] = .node(node("z"))
    world.remote[name(9)] = .node(node("y"))
    let copy = world.plan(policy: .both).steps.first { $0.kind == .conflictCopy }
    #expect(copy?.path == name(10))
  }

  @Test(arguments: Side.allCases)
  func `a name whose content cannot be seen may be the copy, and leaves the conflict`(
    side: Side
  ) {
    var world = conflict
    world[side][name(8)] = .blocked(.unreadable(errno: 24))
    let plan = world.plan(policy: .both)
    #expect(plan.steps.isEmpty && plan.conflictsLeft.count == 1)
  }

  @Test func `a copy that is already there is not made again`() throws {
    for sides in [[Side.local], [.remote], [.local, .remote]] {
      var world = conflict
      for side in sides { world[side][name(8)] = .node(node("b")) }
      let plan = world.plan(policy: .both)
      #expect(!plan.steps.contains { $0.kind == .conflictCopy })
      try world.apply(plan)
      #expect(world.local.count == 2 && world.local == world.remote)
    }
  }

  @Test(arguments: [true, false])
  func `a copy on the other side alone comes here, whether or not it is carried anyway`(
    isOwned: Bool
  ) throws {
    var world = conflict
    let copy = name(8)
    world.remote[copy] = .node(node("b"))
    let plan = world.plan(policy: .both) { input in
      if isOwned { input.owners = Owners { $0 == copy ? .local : nil } }
    }
    #expect(plan.copiesOnTheirWay == (isOwned ? [] : [copy]))
    try world.apply(plan)
    #expect(world.local[copy] == .node(node("b")))
    #expect(world.remote[copy] == .node(node("b")) && world.remote.count == 2)
  }

  @Test(arguments: [true, false])
  func `a copy that would be ignored leaves the conflict`(isThere: Bool) {
    var world = conflict
    if isThere { world.remote[name(8)] = .node(node("b")) }
    let plan = world.plan(policy: .both) { $0.isIgnored = { $0.key.contains("conflict") } }
    #expect(plan.steps.isEmpty && plan.conflictsLeft.count == 1)
  }

  @Test func `the copy and what replaces the original are one group, the copy first`() {
    let steps = conflict.plan(policy: .both).steps
    #expect(steps.map(\.kind) == [.conflictCopy, .pull])
    #expect(steps.map(\.group) == [0, 0])
    #expect(steps.first?.source == ContentPlace(side: .local, path: path("p")))
  }
}

@Suite struct Renames {
  @Test func `what goes and what comes with the same content is paired, equal names first`() {
    let world = world(
      base: ["old/a": "a", "old/b": "a", "c": "c"], local: ["new/b": "a", "x": "a", "d": "d"],
      remote: ["old/a": "a", "old/b": "a", "c": "c"])
    let plan = world.plan()
    let expected = [
      Rename(side: .remote, from: path("old/a"), to: path("x")),
      Rename(side: .remote, from: path("old/b"), to: path("new/b")),
    ]
    #expect(plan.renames == expected)
    #expect(Rename.pairs(in: reconcile(world.input()).items) == expected)
  }

  @Test func `empty files pair only under one name`() {
    let empty = Node.file(
      Node.File(digest: TreePerturbation.content(0), size: 0, isExecutable: false))
    let pairs = Rename.pairs(
      on: .local, deleted: [(path("a/__init__"), empty), (path("a/other"), empty)],
      added: [(path("b/__init__"), empty), (path("b/more"), empty)])
    #expect(pairs == [Rename(side: .local, from: path("a/__init__"), to: path("b/__init__"))])
  }
}
