import Crypto
import LocalReplica
import Platform
import Replica
import SyncModel
import TestSupport
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// What a folder looks like after changes were applied, also when somebody else works in it.
struct ApplyTests {
  let project: ProjectFixture

  init() throws { project = try ProjectFixture() }

  private func isMoved(_ result: ChangeResult) -> Bool {
    if case .moved = result { return true }
    return false
  }

  @Test func `what is replaced and deleted is kept, twice in a run in two folders`() async throws {
    try project.disk.write("one", to: "d/a")
    let replica = try project.replica()
    let results = try await project.apply(
      replica,
      [
        project.change("d/a", from: "one", to: "two"),
        project.change("d/a", from: "two", to: "three"),
        project.change("d/a", from: "three", to: nil),
      ])
    #expect(results == [.done, .done, .done])
    #expect(try project.files().isEmpty)
    #expect(try project.trash() == ["d/a"])
    #expect(try project.trash(in: "local.2") == ["d/a"])
    #expect(try project.disk.text(".syncline/trash/run/local/d/a") == "one")
    #expect(try project.disk.text(".syncline/trash/run/local.3/d/a") == "three")
    #expect(replica.kept(by: "run").map(\.location).count == 3)
    let evidence = try replica.recoveryEvidence(
      run: "run", path: project.path("d/a"), intended: nil)
    #expect(evidence.kept.map(\.location) == replica.kept(by: "run").map(\.location))
    let state = try project.disk.folder(".syncline")
    #expect(try state.status(of: "trash").mode & 0o077 == 0)
  }

  @Test func `a second state of one path is never taken for another path of the project`()
    async throws
  {
    try project.disk.write("one", to: "a")
    try project.disk.write("other", to: "a~2")
    let replica = try project.replica()
    let results = try await project.apply(
      replica,
      [
        project.change("a", from: "one", to: "two"), project.change("a", from: "two", to: nil),
        project.change("a~2", from: "other", to: nil),
      ])
    #expect(results == [.done, .done, .done])
    let evidence = try replica.recoveryEvidence(
      run: "run", path: project.path("a~2"), intended: nil)
    #expect(evidence.kept.map(\.location) == ["trash/run/local/a~2"])
    let entries = try replica.trashStore().entries(of: "run")
    #expect(
      entries.map { String(decoding: $0.path, as: UTF8.self) } == ["a", "a~2", "a"])
    #expect(entries.map(\.folder) == ["local", "local", "local.2"])
  }

  @Test func `a delete removes the folders that it emptied and no others`() async throws {
    try project.disk.write("x", to: "a/b/c/gone")
    try project.disk.write("x", to: "a/stays")
    _ = try project.disk.folder("a/was empty")
    let results = try await project.apply(
      project.replica(), [project.change("a/b/c/gone", from: "x", to: nil)])
    #expect(results == [.done])
    #expect(try project.files() == ["a/stays", "a/was empty/"])
  }

  @Test func `an edit between the check and the exchange is put back and told`() async throws {
    try project.disk.write("base", to: "a")
    let disk = project.disk
    let once = Once()
    let hooks = FileHooks(before: { (step) throws(Errno) in
      guard step.kind == .rename(.exchange), once.take() else { return }
      try disk.write("edit", to: "a")
    })
    let replica = try project.replica(hooks: hooks)
    let results = try await project.apply(
      replica, [project.change("a", from: "base", to: "remote")])
    #expect(isMoved(results[0]))
    #expect(try disk.text("a") == "edit")
    #expect(try project.trash().isEmpty)
  }

  @Test func `an editor that saves by renaming is met as well`() async throws {
    try project.disk.write("base", to: "a")
    let disk = project.disk
    let once = Once()
    let hooks = FileHooks(before: { (step) throws(Errno) in
      guard step.kind == .rename(.exchange), once.take() else { return }
      try disk.write("edit", to: "a.swp")
      let folder = try disk.open()
      try folder.rename("a.swp", to: folder, as: "a", .replace)
    })
    let results = try await project.apply(
      project.replica(hooks: hooks), [project.change("a", from: "base", to: "remote")])
    #expect(isMoved(results[0]))
    #expect(try disk.text("a") == "edit")
  }

  @Test func `an edit during the putting back is kept too`() async throws {
    try project.disk.write("base", to: "a")
    let disk = project.disk
    let exchanges = Counter()
    let hooks = FileHooks(before: { (step) throws(Errno) in
      guard step.kind == .rename(.exchange) else { return }
      exchanges.add()
      try disk.removeFile("a")
      try disk.write(exchanges.value == 1 ? "edit one" : "edit two", to: "a")
    })
    let replica = try project.replica(hooks: hooks)
    let results = try await project.apply(
      replica, [project.change("a", from: "base", to: "remote")])
    #expect(isMoved(results[0]))
    #expect(try disk.text("a") == "edit one")
    #expect(replica.kept(by: "run").count == 1)
    #expect(try disk.text(".syncline/trash/run/local/a") == "edit two")
  }

  @Test func `an edit between the check and a delete is put back and told`() async throws {
    try project.disk.write("base", to: "a")
    let disk = project.disk
    let once = Once()
    let hooks = FileHooks(before: { (step) throws(Errno) in
      guard step.kind == .rename(.noReplace), step.name == "a", once.take() else { return }
      try disk.write("edit", to: "a")
    })
    let results = try await project.apply(
      project.replica(hooks: hooks), [project.change("a", from: "base", to: nil)])
    #expect(isMoved(results[0]))
    #expect(try disk.text("a") == "edit")
    #expect(try project.trash().isEmpty)
  }

  @Test func `a file made at the instant of a create is left alone`() async throws {
    let disk = project.disk
    let hooks = FileHooks(before: { (step) throws(Errno) in
      if step.kind == .rename(.noReplace), step.name == "a" { try disk.write("mine", to: "a") }
    })
    let results = try await project.apply(
      project.replica(hooks: hooks), [project.change("a", from: nil, to: "remote")])
    #expect(isMoved(results[0]))
    #expect(try disk.text("a") == "mine")
  }

  @Test(arguments: [RenameMode.exchange, .noReplace])
  func `a file system without flags on renames does the same`(_ missing: RenameMode) async throws {
    let hooks = FileHooks(before: { (step) throws(Errno) in
      if step.kind == .rename(.exchange) { throw .notSupported }
      if step.kind == .rename(.noReplace), missing == .noReplace { throw .notSupported }
    })
    try project.disk.write("old", to: "a")
    try project.disk.write("old", to: "b")
    let replica = try project.replica(hooks: hooks)
    let results = try await project.apply(
      replica,
      [
        project.change("a", from: "old", to: "new"), project.change("b", from: "old", to: nil),
        project.change("c", from: nil, to: "made"), project.change("c", from: nil, to: "other"),
      ])
    #expect(results.prefix(3) == [.done, .done, .done])
    #expect(isMoved(results[3]))
    #expect(try project.files() == ["a", "c"])
    #expect(try project.disk.text("a") == "new")
    #expect(try project.disk.text("c") == "made")
    #expect(try project.trash() == ["a", "b"])
    let volume = try replica.probeVolume()
    #expect(!volume.knowsExchange && volume.knowsNoReplace == (missing == .exchange))
  }

  @Test func `nothing is written or read through a linked folder`() async throws {
    let outside = try TemporaryFolder()
    try outside.write("theirs", to: "a")
    try project.disk.link("link", to: outside.path)
    let replica = try project.replica()
    let results = try await project.apply(
      replica,
      [
        project.change("link/a", from: "theirs", to: "ours"),
        project.change("link/new", from: nil, to: "ours"),
        project.change("link/sub/new", from: nil, to: "ours"),
        project.change("link/a", from: "theirs", to: nil),
      ])
    #expect(results.prefix(3).allSatisfy(isMoved))
    #expect(try outside.everything() == ["a"])
    #expect(try outside.text("a") == "theirs")
    let digest = SHA256.hash(Array("theirs".utf8))
    let wanted = WantedContent(path: try project.path("link/a"), digest: digest, size: 6)
    let missing = try await replica.read([wanted], into: MemoryContents())
    #expect(missing.map(\.content) == [wanted])
  }

  @Test func `a link that replaced a folder during the batch is not followed`() async throws {
    let outside = try TemporaryFolder()
    let results = try await project.apply(
      project.replica(),
      [
        PathChange(path: project.path("d"), before: nil, after: .link(target: "elsewhere")),
        project.change("d/x", from: nil, to: "ours"),
        PathChange(path: project.path("up"), before: nil, after: .link(target: outside.path)),
        PathChange(path: project.path("up2"), before: nil, after: .link(target: "../x")),
      ])
    #expect(results[0] == .done && isMoved(results[1]))
    #expect(results[2] == .failed(.escapingLink) && results[3] == .failed(.escapingLink))
    #expect(try project.files() == ["d"])
  }

  @Test func `another name of a file keeps the bytes that are replaced under this one`()
    async throws
  {
    let outside = try TemporaryFolder()
    try outside.write("one", to: "other")
    try #require(link(outside.path + "/other", project.disk.path + "/a") == 0)
    let results = try await project.apply(
      project.replica(), [project.change("a", from: "one", to: "two")])
    #expect(results == [.done])
    #expect(try project.disk.text("a") == "two")
    #expect(try outside.text("other") == "one")
  }

  @Test(arguments: [".syncline", "syncline.yaml", "Syncline.YAML"])
  func `the program's own names are never written`(_ name: String) async throws {
    let path = SyncPath(trusted: name)
    let change = PathChange(path: path, before: nil, after: project.contents.add("evil"))
    let results = try await project.apply(project.replica(), [change])
    #expect(results == [.failed(.refused(code: "reserved_name"))])
    #expect(try project.files().isEmpty)
  }

  @Test func `a file takes the place of empty folders, and of no others`() async throws {
    _ = try project.disk.folder("empty/inner")
    try project.disk.write("x", to: "full/inner/ignored")
    let results = try await project.apply(
      project.replica(),
      [
        project.change("empty", from: nil, to: "file"),
        project.change("full", from: nil, to: "file"),
      ])
    #expect(results == [.done, .failed(.occupiedFolder)])
    #expect(try project.files() == ["empty", "full/inner/ignored"])
  }

  @Test func `the executable bit alone changes the very file, and a missing bit none`()
    async throws
  {
    try project.disk.write("x", to: "a")
    try project.disk.setMode(0o640, of: "a")
    let inode = try project.disk.open().status(of: "a").inode
    let replica = try project.replica()
    let plain = project.contents.add("x", isExecutable: false)
    let executable = project.contents.add("x", isExecutable: true)
    let path = try project.path("a")
    var results = try await project.apply(
      replica, [PathChange(path: path, before: plain, after: executable)])
    var status = try project.disk.open().status(of: "a")
    #expect(results == [.done] && status.mode == 0o750 && status.inode == inode)
    results = try await project.apply(
      replica,
      [
        PathChange(
          path: path, before: executable, after: project.contents.add("y", isExecutable: nil))
      ])
    status = try project.disk.open().status(of: "a")
    #expect(results == [.done] && status.mode == 0o750)
    #expect(try project.disk.text("a") == "y")
  }

  @Test func `a path finds its folder under another normalization form`() async throws {
    try project.disk.write("x", to: "cafe\u{301}/old")
    let results = try await project.apply(
      project.replica(),
      [
        project.change("caf\u{E9}/new", from: nil, to: "y"),
        project.change("caf\u{E9}/old", from: "x", to: "z"),
      ])
    #expect(results == [.done, .done])
    #expect(try project.disk.folder("cafe\u{301}").list().entries.count == 2)
    #expect(try project.files().count == 2)
  }

  @Test func `a folder that somebody removed does not come back for an edit in it`() async throws {
    let results = try await project.apply(
      project.replica(), [project.change("d/a", from: "old", to: "new")])
    #expect(results == [.moved(found: nil)])
    #expect(try project.files().isEmpty)
  }

  @Test func `what came out and cannot be read goes back`() async throws {
    try project.disk.write("old", to: "a")
    let reads = Counter()
    let hooks = FileHooks(before: { (step) throws(Errno) in
      guard step.kind == .openFile, step.name == "a" else { return }
      reads.add()
      // The first look is the check, the second one comes after the exchange.
      if reads.value == 2 { throw .inputOutput }
    })
    let results = try await project.apply(
      project.replica(hooks: hooks), [project.change("a", from: "old", to: "new")])
    #expect(isMoved(results[0]))
    #expect(try project.disk.text("a") == "old")
    #expect(try project.trash().isEmpty)
  }

  @Test func `a full disk is an error before anything is written`() async throws {
    try project.disk.write("old", to: "a")
    let hooks = FileHooks(before: { (step) throws(Errno) in
      if step.kind == .write { throw .noSpace }
    })
    let replica = try project.replica(hooks: hooks)
    let error = await #expect(throws: ReplicaError.self) {
      try await project.apply(replica, [project.change("a", from: "old", to: "new")])
    }
    #expect(error?.code == .storage)
    #expect(try project.disk.text("a") == "old")
    #expect(try project.trash().isEmpty)
  }

  @Test func `a folder that may not be written fails its paths alone`() async throws {
    let hooks = FileHooks(before: { (step) throws(Errno) in
      if step.kind == .createDirectory, step.name == "closed" { throw .accessDenied }
    })
    let results = try await project.apply(
      project.replica(hooks: hooks),
      [
        project.change("closed/a", from: nil, to: "x"),
        project.change("open/a", from: nil, to: "x"),
      ])
    #expect(results == [.failed(.unwritable(errno: Errno.accessDenied.rawValue)), .done])
    #expect(try project.files() == ["open/a"])
  }

  @Test func `no content is in place before it is on the disk`() async throws {
    let order = StepLog()
    let hooks = FileHooks(before: { (step) throws(Errno) in order.add(step) })
    _ = try await project.apply(
      project.replica(hooks: hooks), [project.change("a", from: nil, to: "x")])
    let steps = order.steps
    let barrier = try #require(steps.firstIndex { $0.kind == .syncFileSystem })
    let create = try #require(
      steps.firstIndex { $0.kind == .rename(.noReplace) && $0.name == "a" })
    let last = try #require(steps.lastIndex { $0.kind == .syncFileSystem })
    #expect(barrier < create && create < last)
  }

  @Test func `what was written is known to the next scan`() async throws {
    let replica = try project.replica()
    let results = try await project.apply(
      replica, [project.change("a", from: nil, to: "x"), project.change("b", from: nil, to: "y")])
    #expect(results == [.done, .done])
    #expect(replica.cache.rows.map(\.path.key) == ["a", "b"])
    let result = try await replica.scan(using: replica.cache)
    #expect(
      result.snapshot.tree.entries.map(\.node) == [
        project.contents.add("x"), project.contents.add("y"),
      ])
  }
}
