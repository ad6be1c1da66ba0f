import Platform
import Crypto
import Engine
import ProjectState
import Replica
import SyncCore
import SyncModel
import TestSupport
import Testing

/// What recovery makes of a run that was cut off.
@Suite struct RecoveryTests {
  /// A group whose deletion makes room for a file, and what the disk shows of it.
  struct GroupCase: CustomTestStringConvertible {
    var testDescription: String
    /// What stands locally below the folder that goes, and at the file that comes.
    var below: String?
    var file: String?
    /// The base rows that are to change; an empty text stands for a row that goes.
    var expected: [String: String]
  }

  static let groups = [
    GroupCase(testDescription: "nothing was done", below: "x", file: nil, expected: [:]),
    GroupCase(
      testDescription: "cut after the deletion", below: nil, file: nil,
      expected: ["d": "", "d/x": ""]),
    GroupCase(
      testDescription: "all of it was done", below: nil, file: "new",
      expected: ["d": "new", "d/x": ""]),
    GroupCase(
      testDescription: "cut after the deletion, then the user made the file", below: nil,
      file: "mine", expected: ["d/x": ""]),
  ]

  private func node(_ text: String) -> Node {
    .file(
      Node.File(
        digest: SHA256.hash(Array(text.utf8)), size: UInt64(text.utf8.count), isExecutable: false))
  }

  private func tree(_ files: [String: String?]) -> Tree {
    Tree(
      files.compactMap { path, text in
        text.map {
          TreeEntry(path: SyncPath(trusted: path), state: .node(node($0)), modified: nil)
        }
      })
  }

  @Test(arguments: groups)
  func `a path that is missing because its group was cut was not deleted by its user`(
    _ given: GroupCase
  ) {
    let intents = [
      Intent(
        path: SyncPath(trusted: "d/x"), local: Change(before: node("x"), after: nil), remote: nil,
        base: Change(before: node("x"), after: nil), setsBase: true, group: 4),
      Intent(
        path: SyncPath(trusted: "d"), local: Change(before: nil, after: node("new")), remote: nil,
        base: Change(before: node("old"), after: node("new")), setsBase: true, group: 4,
        dropsBaseWhenCut: true),
    ]
    let settled = Recovery.settle(
      intents, local: tree(["d/x": given.below, "d": given.file]), remote: tree(["d": "new"]),
      evidence: LocalEvidence { _ in false })
    var found: [SyncPath: Node?] = [:]
    for change in settled.base { found[change.path] = .some(change.node) }
    var expected: [SyncPath: Node?] = [:]
    for (path, text) in given.expected {
      expected[SyncPath(trusted: path)] = .some(text.isEmpty ? nil : node(text))
    }
    #expect(found == expected)
  }

  @Test func `a step that stands alone keeps its row`() {
    let intent = Intent(
      path: SyncPath(trusted: "a"), local: Change(before: nil, after: node("new")), remote: nil,
      base: Change(before: node("old"), after: node("new")), setsBase: true)
    let settled = Recovery.settle(
      [intent], local: tree([:]), remote: tree(["a": "new"]),
      evidence: LocalEvidence { _ in false })
    #expect(settled.base.isEmpty && settled.effects.isEmpty)
  }

  @Test func `intents read back as they were written`() throws {
    let intents = [
      Intent(
        path: SyncPath(trusted: "d/x"), local: Change(before: node("x"), after: nil), remote: nil,
        base: Change(before: node("x"), after: nil), setsBase: true, group: 70_000),
      Intent(
        path: SyncPath(trusted: "d"), local: Change(before: nil, after: node("new")),
        remote: Change(before: .link(target: "l"), after: node("new")),
        base: Change(before: nil, after: nil), setsBase: false, group: 0, dropsBaseWhenCut: true),
      Intent(
        path: SyncPath(trusted: "e"), local: nil, remote: nil,
        base: Change(before: nil, after: nil), setsBase: true),
    ]
    let bytes = try RunJournal.encode(intents)
    #expect(RunJournal.decode(bytes) == intents)
    for count in 1..<bytes.count {
      let cut = RunJournal.decode(Array(bytes[..<count]))
      #expect(cut.map { $0.count < intents.count } ?? true)
    }
    #expect(RunJournal.decode([]) == [])
  }

  @Test func `damaged intents are never read as others`() throws {
    let intent = Intent(
      path: SyncPath(trusted: "a"), local: nil, remote: Change(before: nil, after: node("n")),
      base: Change(before: nil, after: node("n")), setsBase: true)
    let bytes = try RunJournal.encode([intent])
    for index in bytes.indices {
      var damaged = bytes
      damaged[index] ^= 0x5A
      let found = RunJournal.decode(damaged)
      #expect(found == nil || (index > 0 && found == [intent]))
    }
  }

  /// A world whose local side lost a folder to make room for a file, and was cut off there.
  private func worldCutInsideGroup() async throws -> EngineWorld {
    let world = try EngineWorld()
    try world.disk.write("old\n", to: "d")
    try world.disk.write("other\n", to: "other")
    try await world.run()
    let target = try #require(try world.state.target(named: "main"))
    let old = try #require(try world.state.base(of: target)[world.path("d")]?.node)
    // The user made a folder of the file; a forced pull was to bring the file back, and was cut
    // off when the folder was gone.
    let below = world.remote.contents.add(Array("mine\n".utf8))
    try world.disk.removeFile("d")
    try world.state.transaction {
      try world.state.begin(
        RunRecord(
          id: "cut", target: target.id, verb: "pull", started: Timestamp(nanoseconds: 1)))
      try world.state.beginPass(
        run: "cut", counter: 0,
        intents: RunJournal.encode([
          Intent(
            path: world.path("d/x"), local: Change(before: below, after: nil), remote: nil,
            base: Change(before: nil, after: nil), setsBase: false, group: 0),
          Intent(
            path: world.path("d"), local: Change(before: nil, after: old), remote: nil,
            base: Change(before: old, after: old), setsBase: true, group: 0,
            dropsBaseWhenCut: true),
        ]))
    }
    try world.disk.write("mine\n", to: ".syncline/trash/cut/local/d/x")
    return world
  }

  @Test func `a run that was cut inside a group deletes nothing on the remote`() async throws {
    let world = try await worldCutInsideGroup()
    let report = try await world.run(.sync)
    #expect(report.deletedRemote.isEmpty)
    #expect(world.remoteText("d") == "old\n")
    #expect(try world.disk.text("d") == "old\n")
    #expect(try world.trash().values.contains("mine\n"))
  }

  @Test func `what an interrupted run had fetched is not fetched again`() async throws {
    let world = try EngineWorld()
    world.put("a", "text a\n")
    world.put("b", "text b\n")
    try await world.run(.pull)
    world.put("c", "text c\n")
    let content = world.remote.contents.add(Array("text c\n".utf8))
    let digest = try #require(content.file?.digest.hex)
    try world.cut(
      "cut",
      [
        Intent(
          path: world.path("c"), local: Change(before: nil, after: content), remote: nil,
          base: Change(before: nil, after: content), setsBase: true)
      ])
    try world.disk.write(
      "text c\n", to: ".syncline/staging/cut/\(digest.prefix(1))/\(digest)")
    // Whoever asked the remote for a content now would be refused.
    world.remote.order(.readFails)
    do { try await world.run(.pull) } catch {}
    #expect(try world.disk.text("c") == "text c\n")
    #expect(
      try !world.disk.everything().contains {
        $0.hasPrefix(".syncline/staging/") && !$0.hasSuffix("/")
      })
  }

  @Test func `content that never stood at its path does not stay in the trash`() async throws {
    let world = try EngineWorld()
    try world.disk.write("1\n", to: "a")
    try await world.run()
    world.put("a", "2\n")
    let target = try #require(try world.state.target(named: "main"))
    let old = try #require(try world.state.base(of: target)[world.path("a")]?.node)
    let new = world.remote.contents.add(Array("2\n".utf8))
    try world.cut(
      "cut",
      [
        Intent(
          path: world.path("a"), local: Change(before: old, after: new), remote: nil,
          base: Change(before: old, after: new), setsBase: true)
      ])
    try world.disk.write("2\n", to: ".syncline/trash/cut/local/a")
    let report = try await world.run(.pull)
    #expect(report.conflicts.isEmpty && report.failed.isEmpty)
    #expect(try world.disk.text("a") == "2\n")
    #expect(try Set(world.trash().values) == ["1\n"])
    #expect(try !world.disk.everything().contains { $0.hasPrefix(".syncline/trash/cut/") })
  }

  @Test func `an edit of a file that an interrupted pull had made is an edit`() async throws {
    let world = try EngineWorld()
    try world.disk.write("1\n", to: "a")
    try await world.run()
    world.put("b", "theirs\n")
    let theirs = world.remote.contents.add(Array("theirs\n".utf8))
    try world.cut("cut", [world.making("b", theirs)])
    // The staging area was whole, and the content was taken out of it.
    try world.disk.write("", to: ".syncline/staging/cut/complete")
    try world.disk.write("theirs, and mine\n", to: "b")
    let report = try await world.run(.sync)
    #expect(report.conflicts.isEmpty)
    #expect(world.remoteText("b") == "theirs, and mine\n")
  }

  @Test func `a file that the user made while a pull was still fetching is no edit`() async throws {
    let world = try EngineWorld()
    try world.disk.write("1\n", to: "a")
    try await world.run()
    world.put("b", "theirs\n")
    let theirs = world.remote.contents.add(Array("theirs\n".utf8))
    try world.cut("cut", [world.making("b", theirs)])
    try world.disk.write("my own\n", to: "b")
    let report = try await world.run(.sync)
    #expect(report.conflicts.map(\.path.key) == ["b"])
    #expect(world.remoteText("b") == "theirs\n")
    #expect(try world.disk.text("b") == "my own\n")
  }

  @Test func `a group that is cut by a race deletes nothing on the remote either`() async throws {
    let world = try EngineWorld()
    try world.disk.write("old\n", to: "d")
    try world.disk.write("other\n", to: "other")
    try await world.run()
    try world.disk.removeFile("d")
    try world.disk.write("mine\n", to: "d/x")
    let disk = world.disk
    let busy = BusyReplica(world.remote, whileReading: { try disk.write("late\n", to: "d/late") })
    _ = try await world.engine(remote: busy).run(
      RunRequest(verb: .pull, options: PlanOptions(mirror: true)))
    #expect(!world.disk.exists("d/x") && world.disk.exists("d/late"))
    try world.disk.removeFile("d/late")
    let report = try await world.run(.sync)
    #expect(report.deletedRemote.isEmpty)
    #expect(try world.disk.text("d") == "old\n")
    #expect(world.remoteText("d") == "old\n")
  }

  @Test func `a run that ends in trouble after it wrote tells what it wrote`() async throws {
    let world = try EngineWorld()
    try world.disk.write("mine\n", to: "a")
    world.put("b", "theirs\n")
    let barriers = Locked(0)
    let hooks = FileHooks(before: { (step) throws(Errno) in
      guard step.kind == .syncFileSystem else { return }
      let number = barriers.withLock { count in
        count += 1
        return count
      }
      if number == 2 { throw .inputOutput }
    })
    do {
      _ = try await world.engine(hooks: hooks).run(RunRequest(verb: .sync))
      Issue.record("it said that it is done")
    } catch EngineError.cutOff(_, let cause, let report) {
      #expect((cause as? ReplicaError)?.code == .storage)
      #expect(report.pushed == [world.path("a")] && report.pulled == [world.path("b")])
    }
    #expect(try world.state.runs().map(\.state) == [.applying])
    let next = try await world.run(.sync)
    #expect(next.conflicts.isEmpty && next.failed.isEmpty)
    #expect(try world.state.runs().map(\.state) == [.finished])
  }

  /// Where two names cannot be exchanged, a file is out of its place for an instant.
  @Test(arguments: [nil, "g"])
  func `without exchange a disk that breaks at any step takes no file for deleted`(
    twin: String?
  ) async throws {
    var moment = 0
    while true {
      let world = try EngineWorld()
      // The old content under a second path, so that no one of the two proves anything.
      for name in ["f", twin].compactMap(\.self) { try world.disk.write("old", to: name) }
      try await world.run()
      for name in ["f", twin].compactMap(\.self) { world.put(name, "new") }
      let steps = Locked(0)
      let limit = moment
      let hooks = FileHooks(before: { (step) throws(Errno) in
        let number = steps.withLock { steps in
          defer { steps += 1 }
          return steps
        }
        if number >= limit { throw .inputOutput }
        if step.kind == .rename(.exchange) { throw .notSupported }
      })
      _ = try? await world.engine(hooks: hooks).run(RunRequest(verb: .pull))
      let plain = FileHooks(before: { (step) throws(Errno) in
        if step.kind == .rename(.exchange) { throw .notSupported }
      })
      let report = try await world.engine(hooks: plain).run(RunRequest(verb: .sync))
      #expect(report.deletedRemote.isEmpty && report.conflicts.isEmpty, "broken at \(moment)")
      for name in ["f", twin].compactMap(\.self) {
        #expect(world.remoteText(name) == "new", "\(name), broken at \(moment)")
        #expect(try world.disk.text(name) == "new", "\(name), broken at \(moment)")
      }
      if steps.withLock({ $0 }) <= moment { break }
      moment += 1
    }
    #expect(moment > 40)
  }

  @Test func `one content for two paths does not prove that both were made`() async throws {
    let world = try EngineWorld()
    try world.disk.write("1\n", to: "first")
    try await world.run()
    world.put("b", "same\n")
    let new = world.remote.contents.add(Array("same\n".utf8))
    try world.cut("cut", ["a", "b"].map { world.making($0, new) })
    // The staging area was whole; the one that took the content was "b", which then went again.
    try world.disk.write("", to: ".syncline/staging/cut/complete")
    world.put("a", "same\n")
    let report = try await world.run(.sync)
    #expect(report.deletedRemote.isEmpty)
    #expect(world.remoteText("a") == "same\n" && world.remoteText("b") == "same\n")
  }

  @Test func `a run that is interrupted while it writes does not say that it is done`() async throws
  {
    // In a task of its own, so that it is the run that is cancelled, and not this test.
    try await Task {
      let world = try EngineWorld()
      try world.disk.write("mine\n", to: "a")
      world.put("b", "theirs\n")
      let busy = BusyReplica(world.remote, afterApply: { withUnsafeCurrentTask { $0?.cancel() } })
      do {
        _ = try await world.engine(remote: busy).run(RunRequest(verb: .sync))
        Issue.record("it said that it is done")
      } catch EngineError.cutOff(_, let cause, let report) {
        #expect(cause is CancellationError)
        #expect(report.pushed == [world.path("a")] && report.pulled.isEmpty)
      }
      #expect(!world.disk.exists("b"))
      #expect(try world.state.runs().map(\.state) == [.applying])
    }.value
  }
}
