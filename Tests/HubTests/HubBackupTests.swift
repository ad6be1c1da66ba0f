import Crypto
import HTTPServing
import HubProtocol
import JSON
import SyncModel
import TestSupport
import Testing
@testable import Hub
@testable import HubStore

/// Copies of a hub, and hubs made of them.
struct HubBackupTests {
  private func code(_ body: () throws -> Void) -> HubStoreError? {
    do {
      try body()
      return nil
    } catch {
      return error as? HubStoreError
    }
  }

  @Test func `a backup of a running hub is whole and opens as a hub`() throws {
    let world = try HubWorld()
    try world.commit([("a", "1"), ("b", "2")])
    _ = try world.ask(
      "PUT", "/projects/demo/uploads/\("big".digest)?offset=0&size=3", body: Array("big".utf8))
    let target = DataFolder(world.folder.path + "/backup")
    try world.store.backup(to: target)
    // What happens afterwards is not in it.
    try world.commit([("a", "3")])
    #expect(code { try world.store.backup(to: target) } == .notEmpty(path: target.path))
    let restored = DataFolder(world.folder.path + "/restored")
    let environment = HubWorld.environment(world.clock)
    try HubStore.restore(target, to: restored, environment: environment)
    let store = try HubStore(restored, for: .serve, environment: environment)
    #expect(try store.check() == [])
    let project = try #require(try store.project(named: "demo"))
    #expect(project.revision == 1)
    #expect(try store.content("2".digest, in: project).bytes(limit: 9) == Array("2".utf8))
    #expect(try store.content("big".digest, in: project).size == 3)
    #expect(try store.verify(token: world.admin)?.name == "root")
    // The hub that was restored goes on from there.
    let commit = CommitRequest(
      id: "r.9", message: nil,
      changes: [
        CommitRequest.Item(
          path: try SyncPath(validating: "n"), expected: nil,
          new: .file(Node.File(digest: "n".digest, size: 1, isExecutable: false)),
          content: Array("n".utf8))
      ])
    #expect(try store.commit(commit, author: "x", in: project).revision == 2)
    #expect(try store.check() == [])
  }

  @Test func `a backup that was cut short is made anew, and nobody else's files are touched`()
    throws
  {
    let world = try HubWorld()
    try world.commit([("a", "1")])
    let path = world.folder.path + "/backup"
    let target = DataFolder(path)
    try world.store.backup(to: target)
    // As after a kill before the last two steps, with a torn database.
    try world.folder.removeFile("backup/format")
    try world.folder.write("", to: "backup/backup-under-way")
    try world.folder.write("torn", to: "backup/hub.db")
    try world.store.backup(to: target)
    #expect(!world.folder.exists("backup/backup-under-way"))
    #expect(
      try HubStore(target, for: .beside, environment: HubWorld.environment(world.clock))
        .check() == [])
    // Something of the user's beside the mark: it stays, and is refused.
    try world.folder.removeFile("backup/format")
    try world.folder.write("", to: "backup/backup-under-way")
    try world.folder.write("mine", to: "backup/notes.txt")
    #expect(code { try world.store.backup(to: target) } == .notEmpty(path: path))
    #expect(try world.folder.text("backup/notes.txt") == "mine")
    for inside in ["/data", "/data/projects/x", "/data/../data/new"] {
      let place = world.folder.path + inside
      #expect(code { try world.store.backup(to: DataFolder(place)) } == .insideItself(path: place))
    }
    #expect(try world.store.check() == [])
  }
}
