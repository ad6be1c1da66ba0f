import Crypto
import HTTPServing
import HubProtocol
import JSON
import Platform
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

  @Test func `a data folder without its database is told as that, and gets no empty one`() throws {
    let world = try HubWorld()
    let folder = DataFolder(world.folder.path + "/backup")
    _ = try world.folder.folder("backup")
    try world.folder.setMode(0o755, of: "backup")
    try world.store.backup(to: folder)
    #expect(try world.folder.folder("backup").status(of: "hub.db").mode & 0o077 == 0)
    let environment = HubWorld.environment(world.clock)
    try world.folder.removeFile("backup/hub.db")
    for use in [HubStore.Use.beside, .serve, .maintain] {
      #expect(
        code { _ = try HubStore(folder, for: use, environment: environment) }
          == .databaseMissing(path: folder.database))
      #expect(!world.folder.exists("backup/hub.db"))
    }
    try world.folder.write("", to: "backup/hub.db")
    #expect(
      code { _ = try HubStore(folder, for: .beside, environment: environment) }
        == .databaseMissing(path: folder.database))
  }

  @Test func `a new hub's database is for its owner alone, whatever the folder is`() throws {
    let place = try TemporaryFolder()
    _ = try place.folder("data")
    try place.setMode(0o755, of: "data")
    _ = try HubStore(
      DataFolder(place.path + "/data"), for: .serve,
      environment: HubWorld.environment(HubTestClock()))
    for name in ["hub.db", "hub.db-wal", "hub.db-shm"] where place.exists("data/" + name) {
      #expect(try place.folder("data").status(of: name).mode & 0o077 == 0, "\(name)")
    }
  }

  @Test func `of two backups into one folder the second is refused, whenever it comes`() throws {
    let world = try HubWorld()
    try world.commit([("a", "1")])
    let path = world.folder.path + "/backup"
    let target = DataFolder(path)
    do {
      let first = try BackupTarget(target, of: world.store.folder)
      try world.folder.write("begun", to: "backup/hub.db")
      #expect(code { try world.store.backup(to: target) } == .targetInUse(path: path))
      #expect(try world.folder.text("backup/hub.db") == "begun")
      try first.finish()
    }
    // As for one that had looked before the first one ended, and opens the mark after.
    let mark = try OpenFile(path + "/backup-under-way", .write)
    #expect(mark.isInPlace)
    #expect(code { try world.store.backup(to: target) } == .notEmpty(path: path))
    #expect(try world.folder.text("backup/hub.db") == "begun")
    try world.folder.removeFile("backup/backup-under-way")
    #expect(!mark.isInPlace)
    try world.folder.write("", to: "backup/backup-under-way")
    #expect(!mark.isInPlace)
  }

  @Test func `a backup that fails leaves nothing behind, and says what failed`() throws {
    let world = try HubWorld()
    try world.commit([("a", "1")])
    let id = try #require(try StoreFiles.names(in: world.store.folder.projects).first)
    let packs = "data/projects/\(id)/packs"
    let name = try #require(try StoreFiles.names(in: world.store.folder.packs(id)).first)
    let pack = try world.folder.read(packs + "/" + name)
    try world.folder.removeFile(packs + "/" + name)
    _ = try world.folder.folder("empty")
    for target in ["new", "empty"] {
      #expect(throws: (any Error).self) {
        try world.store.backup(to: DataFolder(world.folder.path + "/" + target))
      }
    }
    #expect(!world.folder.exists("new"))
    #expect(try StoreFiles.names(in: world.folder.path + "/empty").isEmpty)
    try world.folder.write(pack, to: packs + "/" + name)
    #expect(try world.store.check() == [])
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
    // Something of the user's among what is ours: it stays, and is refused.
    let id = try #require(try StoreFiles.names(in: target.projects).first)
    for place in [
      "deleted/notes", "projects/notes.txt", "projects/\(id)/packs/notes.txt",
      "projects/\(id)/large/x.pack",
    ] {
      try world.folder.write("mine", to: "backup/" + place)
      #expect(code { try world.store.backup(to: target) } == .notEmpty(path: path), "\(place)")
      #expect(try world.folder.text("backup/" + place) == "mine")
      try world.folder.removeFile("backup/" + place)
    }
    let packs = "backup/projects/\(id)/packs"
    _ = try world.folder.folder(packs + "/9.pack")
    try world.folder.write("mine", to: packs + "/9.pack/notes.txt")
    #expect(code { try world.store.backup(to: target) } == .notEmpty(path: path))
    #expect(try world.folder.text(packs + "/9.pack/notes.txt") == "mine")
    try world.folder.removeFile(packs + "/9.pack/notes.txt")
    try world.folder.folder(packs).removeDirectory("9.pack")
    try world.store.backup(to: target)
    #expect(!world.folder.exists("backup/backup-under-way"))
    #expect(
      try HubStore(target, for: .beside, environment: HubWorld.environment(world.clock))
        .check() == [])
    // A file of the user's that only has the name of the mark: nothing is touched.
    try world.folder.removeFile("backup/format")
    try world.folder.write("mine", to: "backup/backup-under-way")
    #expect(code { try world.store.backup(to: target) } == .notEmpty(path: path))
    #expect(try world.folder.text("backup/backup-under-way") == "mine")
    try world.folder.write("", to: "backup/format")
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
