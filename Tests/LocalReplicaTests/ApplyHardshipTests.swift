import Crypto
import LocalReplica
import Platform
import Replica
import SyncModel
import TestSupport
import Testing

/// What becomes of a change where the file system can little, or fails in the middle.
struct ApplyHardshipTests {
  let project: ProjectFixture

  init() throws { project = try ProjectFixture() }

  @Test func `without exchange and second names a file is replaced all the same`() async throws {
    try project.disk.write("old", to: "a")
    let hooks = FileHooks(before: { (step) throws(Errno) in
      if step.kind == .rename(.exchange) { throw .notSupported }
      if step.kind == .linkFile { throw .notPermitted }
    })
    let results = try await project.apply(
      project.replica(hooks: hooks), [project.change("a", from: "old", to: "new")])
    #expect(results == [.done])
    #expect(try project.disk.text("a") == "new")
    #expect(try project.disk.text(".syncline/trash/run/local/a") == "old")
  }

  @Test(arguments: 1...14, [RenameMode.exchange, .noReplace])
  func `without exchange a save by rename is not lost, at whatever step it comes`(
    moment: Int, missing: RenameMode
  ) async throws {
    try project.disk.write("old", to: "a")
    let disk = project.disk
    let steps = Counter()
    let hooks = FileHooks(before: { (step) throws(Errno) in
      if steps.value > 0 || step.kind == .rename(.exchange) {
        steps.add()
        if steps.value == moment {
          try? disk.write("mine", to: "saved")
          let root = try disk.open()
          try root.rename("saved", to: root, as: "a", .replace)
        }
      }
      if step.kind == .rename(.exchange) { throw .notSupported }
      if step.kind == .rename(.noReplace), missing == .noReplace { throw .notSupported }
    })
    _ = try await project.apply(
      project.replica(hooks: hooks), [project.change("a", from: "old", to: "new")])
    let kept = try project.disk.everything().filter { !$0.hasSuffix("/") }
    #expect(
      try kept.contains { try project.disk.text($0) == "mine" } || steps.value < moment, "\(kept)")
  }

  @Test(arguments: ["new", nil], [Errno.accessDenied, .inputOutput])
  func `a file that can no longer be read stays, and is told as unreadable`(
    after: String?, error: Errno
  ) async throws {
    try project.disk.write("old", to: "a")
    let hooks = FileHooks(before: { (step) throws(Errno) in
      if step.kind == .openFile, step.name == "a" { throw error }
    })
    let replica = try project.replica(hooks: hooks)
    let results = try await project.apply(replica, [project.change("a", from: "old", to: after)])
    #expect(results == [.failed(.unreadable(errno: error.rawValue))])
    #expect(try project.disk.text("a") == "old")
    #expect(try project.trash().isEmpty)
  }

  @Test func `where it cannot be told whether case counts, two names are taken for one`() throws {
    let hooks = FileHooks(before: { (step) throws(Errno) in
      if step.kind == .status, step.name == ".GITIGNORE" { throw .inputOutput }
    })
    try project.disk.write("*", to: ".syncline/.gitignore")
    #expect(try !project.replica(hooks: hooks).capabilities.isCaseSensitive)
    #expect(try project.replica().capabilities.isCaseSensitive)
  }

  @Test func `a file that takes the place of ours, as old and as long, is not taken for it`()
    async throws
  {
    try project.disk.write("base", to: "a")
    try project.disk.write("eDIT", to: "other")
    try project.disk.setModified(1_000_000_000, of: "other")
    let disk = project.disk
    let once = Once()
    // The second look at the place, after the exchange, is the one that the cache remembers.
    let looks = Counter()
    let hooks = FileHooks(before: { (step) throws(Errno) in
      if step.kind == .rename(.exchange) { looks.add() }
      guard step.kind == .status, step.name == "a", looks.value > 0, once.take() else { return }
      let folder = try disk.open()
      try folder.rename("other", to: folder, as: "a", .replace)
    })
    let replica = try project.replica(hooks: hooks)
    _ = try await project.apply(replica, [project.change("a", from: "base", to: "ours")])
    #expect(try disk.text("a") == "eDIT")
    let seen = try await replica.scan(using: replica.cache)
    #expect(
      seen.snapshot.tree[try project.path("a")]?.node?.file?.digest
        == SHA256.hash(Array("eDIT".utf8)))
  }

  @Test func `an edit that cannot go back is told, whatever went wrong`() async throws {
    try project.disk.write("base", to: "a")
    let disk = project.disk
    let times = Locked(0)
    let hooks = FileHooks(before: { (step) throws(Errno) in
      guard step.kind == .rename(.exchange) else { return }
      let number = times.withLock { times in
        times += 1
        return times
      }
      if number == 1 { try disk.write("edit", to: "a") }
      if number == 2 { throw .inputOutput }
    })
    let replica = try project.replica(hooks: hooks)
    let results = try await project.apply(
      replica, [project.change("a", from: "base", to: "remote")])
    #expect(results == [.failed(.unwritable(errno: Errno.inputOutput.rawValue))])
    #expect(replica.rescued(by: "run").map(\.location) == ["trash/run/local/a"])
    #expect(try disk.text(".syncline/trash/run/local/a") == "edit")
  }
}
