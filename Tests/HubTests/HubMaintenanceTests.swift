import Crypto
import HTTPServing
import HubProtocol
import JSON
import SyncModel
import TestSupport
import Testing

@testable import Hub
@testable import HubStore

struct HubMaintenanceTests {
  /// A data folder with some history, closed again.
  private func made(_ body: (HubWorld) throws -> Void) throws -> (TemporaryFolder, HubTestClock) {
    let world = try HubWorld()
    try body(world)
    return (world.folder, world.clock)
  }

  private func open(_ path: String, _ use: HubStore.Use, _ clock: HubTestClock) throws -> HubStore {
    try HubStore(DataFolder(path), for: use, environment: HubWorld.environment(clock))
  }

  private func code(_ body: () throws -> Void) -> HubStoreError? {
    do {
      try body()
      return nil
    } catch {
      return error as? HubStoreError
    }
  }

  @Test func `a content that is purged is gone from disk and marked in history`() throws {
    let secret = "very secret \(String(repeating: "s3cr3t", count: 20))"
    let (folder, clock) = try made { world in
      try world.commit([("a", secret), ("b", "stays"), ("c", "stays too")])
      try world.commit([("a", nil)])
      _ = try world.ask(
        "PUT", "/projects/demo/drafts/z",
        json: ["content": .string(Base64.encode(Array(secret.utf8))), "expected": nil])
    }
    let path = folder.path + "/data"
    let store = try open(path, .maintain, clock)
    let project = try #require(try store.project(named: "demo"))
    let report = try store.purge(secret.digest, by: "op", in: project)
    #expect(report.versions.map(\.path.key) == ["a"])
    #expect(report.versions.map(\.revision) == [1])
    #expect(report.drafts == 1)
    #expect(try store.check() == [])
    #expect(code { _ = try store.content(secret.digest, in: project) } == .purged(secret.digest))
    #expect(
      try store.content("stays".digest, in: project).bytes(limit: 100) == Array("stays".utf8))
    for pack in try StoreFiles.names(in: store.folder.packs(project.id)) {
      let file = try OpenFile(store.folder.packs(project.id) + "/" + pack, .read)
      let bytes = try file.bytes(at: 0, count: Int(try file.size()))
      #expect(!bytes.contains(secret.digest.bytes))
    }
    #expect(try store.audit(limit: 1).first?.action == "purge")
    // It cannot come back, neither by a commit nor by a pack.
    let again = CommitRequest(
      id: "x.1", message: nil,
      changes: [
        CommitRequest.Item(
          path: try SyncPath(validating: "again"), expected: nil,
          new: .file(
            Node.File(
              digest: secret.digest, size: UInt64(secret.utf8.count), isExecutable: false)),
          content: Array(secret.utf8))
      ])
    #expect(
      code { _ = try store.commit(again, author: "x", in: project) } == .purged(secret.digest))
  }

  @Test func `a purge takes what has arrived of an upload with it`() throws {
    let (folder, clock) = try made { world in
      let path = "/projects/demo/uploads/\("secret".digest)?offset=0&size=6"
      let answer = try world.ask("PUT", path, body: Array("sec".utf8))
      #expect(answer.status == 200)
    }
    let store = try open(folder.path + "/data", .maintain, clock)
    let project = try #require(try store.project(named: "demo"))
    let place = store.folder.uploads(project.id) + "/" + "secret".digest.hex
    #expect(StoreFiles.exists(place))
    #expect(try store.purgePreview("secret".digest, in: project).versions.isEmpty)
    #expect(try store.purge("secret".digest, by: "op", in: project).versions.isEmpty)
    #expect(!StoreFiles.exists(place))
    #expect(
      code { _ = try store.upload("secret".digest, in: project) } == .noSuchUpload)
    #expect(try store.check() == [])
    #expect(
      code { _ = try store.purge("other".digest, by: "op", in: project) }
        == .noSuchContent("other".digest))
  }

  @Test func `reading a purged version answers 410`() throws {
    let (folder, clock) = try made { world in
      try world.commit([("a", "secret")])
      try world.commit([("a", nil)])
    }
    do {
      let store = try open(folder.path + "/data", .maintain, clock)
      let project = try #require(try store.project(named: "demo"))
      _ = try store.purge("secret".digest, by: "op", in: project)
    }
    let store = try open(folder.path + "/data", .serve, clock)
    let hub = Hub(
      store: store, configuration: HubConfiguration(version: "1"),
      environment: HubWorld.environment(clock))
    let token = try store.createToken(
      named: "t", scope: .write, project: nil, expires: nil, by: "test"
    ).text
    for path in [
      "contents/\("secret".digest)", "diff?path=a&from=1&to=2",
    ] {
      let target = try #require(HTTPTarget("/api/v1/projects/demo/" + path))
      let answer = hub.handle(
        HTTPRequest(
          method: "GET", target: target,
          headers: ["Authorization": "Bearer " + token, "Host": "localhost"]))
      #expect(answer.status == 410)
    }
  }

  @Test func `a content that the head still has is not purged`() throws {
    let (folder, clock) = try made { try $0.commit([("a", "x")]) }
    let store = try open(folder.path + "/data", .maintain, clock)
    let project = try #require(try store.project(named: "demo"))
    let failure = code { _ = try store.purge("x".digest, by: "op", in: project) }
    guard case .moved(let paths)? = failure else {
      Issue.record("the purge went through")
      return
    }
    #expect(paths.map(\.path.key) == ["a"])
    #expect(try store.content("x".digest, in: project).size == 1)
  }

  @Test func `a large content is purged too`() throws {
    let (folder, clock) = try made { world in
      _ = try world.ask(
        "PUT", "/projects/demo/uploads/\("big".digest)?offset=0&size=3", body: Array("big".utf8))
    }
    let store = try open(folder.path + "/data", .maintain, clock)
    let project = try #require(try store.project(named: "demo"))
    _ = try store.purge("big".digest, by: "op", in: project)
    #expect(try StoreFiles.names(in: store.folder.larges(project.id)) == [])
    #expect(try store.check() == [])
  }

  @Test func `a byte that flips in a pack is found by check unless every content is still right`()
    throws
  {
    let (folder, clock) = try made { world in
      try world.commit([("a", String(repeating: "text ", count: 40)), ("b", "short")])
    }
    let store = try open(folder.path + "/data", .beside, clock)
    let project = try #require(try store.project(named: "demo"))
    #expect(try store.check() == [])
    let file = try OpenFile(store.folder.pack(project.id, 1), .write)
    let texts = [String(repeating: "text ", count: 40), "short"]
    var harmless = 0
    for offset in 0..<(try file.size()) {
      let byte = try file.bytes(at: offset, count: 1)
      try file.write([byte[0] ^ 1], at: offset)
      let findings = try store.check()
      if findings.isEmpty {
        // Some bits of a compressed frame are reserved and mean nothing.
        harmless += 1
        for text in texts {
          let bytes = try store.content(text.digest, in: project).bytes(limit: 1000)
          #expect(bytes == Array(text.utf8), "byte \(offset)")
        }
      }
      try file.write(byte, at: offset)
    }
    #expect(harmless <= 2)
    #expect(try store.check() == [])
  }

  @Test func `rows that do not fit each other are found by check`() throws {
    struct Damage {
      let sql: String
      let kind: CheckFinding.Kind
    }
    let damages = [
      Damage(sql: "UPDATE projects SET entries = 9", kind: .treeDigest),
      Damage(sql: "UPDATE projects SET tree_digest = zeroblob(32)", kind: .treeDigest),
      Damage(sql: "DELETE FROM tree", kind: .treeDigest),
      Damage(sql: "DELETE FROM objects", kind: .missingContent),
      Damage(sql: "UPDATE objects SET size = size + 1", kind: .content),
      Damage(sql: "UPDATE packs SET length = length + 1", kind: .pack),
      Damage(
        sql: "UPDATE changes SET after = CAST(x'02' || 'y' AS BLOB)", kind: .history),
      Damage(
        sql: "UPDATE changes SET before = CAST(x'02' || 'y' AS BLOB) WHERE revision = 2",
        kind: .history),
      Damage(
        sql: "UPDATE revisions SET tree_digest = zeroblob(32) WHERE revision = 1",
        kind: .treeDigest),
      Damage(sql: "UPDATE revisions SET entries = 7 WHERE revision = 1", kind: .treeDigest),
      Damage(sql: "UPDATE revisions SET changes = 7 WHERE revision = 2", kind: .history),
      Damage(sql: "DELETE FROM changes WHERE revision = 1", kind: .history),
      Damage(sql: "DELETE FROM revisions WHERE revision = 1", kind: .history),
    ]
    for damage in damages {
      let world = try HubWorld()
      try world.commit([("a", "1")])
      try world.commit([("b", "2")])
      #expect(try world.store.check() == [])
      try world.store.writing { try $0.script(damage.sql) }
      let kinds = try world.store.check().map(\.kind)
      #expect(kinds.contains(damage.kind), "\(damage.sql): \(kinds)")
    }
  }

  @Test func `a second server and every maintenance are kept out`() throws {
    let world = try HubWorld()
    let path = world.folder.path + "/data"
    #expect(code { _ = try open(path, .serve, world.clock) } == .locked)
    #expect(code { _ = try open(path, .maintain, world.clock) } == .locked)
    let beside = try open(path, .beside, world.clock)
    _ = try beside.createProject(named: "made-beside", by: "tool")
    #expect(try world.ask("GET", "/projects/made-beside").status == 200)
    let token = try beside.createToken(
      named: "t", scope: .read, project: nil, expires: nil, by: "tool")
    #expect(try world.ask("GET", "/whoami", token: token.text).status == 200)
    try beside.revokeToken(id: token.id, by: "tool")
    #expect(try world.ask("GET", "/whoami", token: token.text).status == 401)
  }

  @Test func `a format that is newer or no format is refused and nothing is written`() throws {
    let (folder, clock) = try made { try $0.commit([("a", "1")]) }
    let path = folder.path + "/data"
    for text in ["syncline-hub 2\n", "syncline-hub x\n", "", "<<<<<<< ours\n"] {
      try folder.write(text, to: "data/format")
      let failure = code { _ = try open(path, .serve, clock) }
      if text.hasSuffix("2\n") {
        #expect(failure == .newerFormat(found: 2, supported: 1))
      } else {
        #expect(failure == .notAHub(path: path + "/format"))
      }
      #expect(try folder.text("data/format") == text)
    }
    try folder.write("hello", to: "foreign/file")
    let foreign = folder.path + "/foreign"
    #expect(code { _ = try open(foreign, .serve, clock) } == .notAHub(path: foreign))
    #expect(try StoreFiles.names(in: foreign) == ["file"])
  }

  @Test func `an older format is migrated after a copy, and a cut migration is finished`() throws {
    let (folder, clock) = try made { try $0.commit([("a", "1")]) }
    let data = DataFolder(folder.path + "/data")
    let steps = [
      Migration(from: 1, script: "ALTER TABLE projects ADD COLUMN note TEXT"),
      Migration(from: 2, script: "UPDATE projects SET note = 'moved'"),
    ]
    let copy = try #require(try HubStore.migrate(data, steps: steps, to: 3))
    #expect(StoreFiles.exists(copy))
    #expect(try data.foundFormat() == 3)
    #expect(
      code { _ = try open(data.path, .serve, clock) } == .newerFormat(found: 3, supported: 1))
    let connection = try StoreConnection(path: data.database, isReadOnly: true)
    #expect(try connection.first("SELECT note FROM projects") { $0.text(0) } == "moved")
    connection.close()
    // A stop between the last step and the format file.
    try data.writeFormat(2)
    #expect(try HubStore.migrate(data, steps: steps, to: 3) != nil)
    #expect(try data.foundFormat() == 3)
    #expect(try HubStore.migrate(data, steps: steps, to: 3) == nil)
    #expect(
      code { _ = try HubStore.migrate(data, steps: [], to: 4) }
        == .olderFormat(found: 3, supported: 4))
  }

  @Test func `the data folder is its owner's alone`() throws {
    let world = try HubWorld()
    var status = FileMode(path: world.store.folder.path)
    #expect(status.bits == 0o700)
    status = FileMode(path: world.store.folder.pack(try world.project.id, 1))
    try world.commit([("a", "1")])
    #expect(FileMode(path: world.store.folder.pack(try world.project.id, 1)).bits == 0o600)
  }

  @Test func `an upload that nobody carries on goes after a week, while the hub runs`() throws {
    let world = try HubWorld()
    let uploads = world.store.folder.uploads(try world.project.id)
    func part(_ text: String, _ offset: Int, _ piece: String) throws -> Int {
      try world.ask(
        "PUT", "/projects/demo/uploads/\(text.digest)?offset=\(offset)&size=\(text.utf8.count)",
        body: Array(piece.utf8)
      ).status
    }
    #expect(try part("abandoned", 0, "aban") == 200)
    #expect(try part("carried on", 0, "carried") == 200)
    world.clock.advance(seconds: 6 * 86_400)
    #expect(try part("carried on", 7, " ") == 200)
    #expect(try world.store.leftovers().uploads.count == 2)
    #expect(try world.store.leftovers().uploads.bytes == 12)
    world.clock.advance(seconds: 86_401)
    #expect(try world.ask("GET", "/whoami").status == 200)
    #expect(try StoreFiles.names(in: uploads) == ["carried on".digest.hex])
    #expect(
      try world.ask("GET", "/projects/demo/uploads/\("abandoned".digest)").code
        == "no_such_upload")
    #expect(try world.store.audit(limit: 1).first?.action == "uploads.expire")
    #expect(try part("carried on", 8, "on") == 200)
    #expect(
      try world.store.content("carried on".digest, in: try world.project).size == 10)
  }

  @Test func `an upload that nobody carries on goes with a start after a week`() throws {
    let (folder, clock) = try made { world in
      _ = try world.ask(
        "PUT", "/projects/demo/uploads/\("big".digest)?offset=0&size=3", body: Array("bi".utf8))
    }
    let path = folder.path + "/data"
    clock.advance(seconds: 7 * 86_400)
    for (seconds, count) in [(0, 1), (1, 0)] as [(Int64, Int)] {
      clock.advance(seconds: seconds)
      let store = try open(path, .serve, clock)
      let project = try #require(try store.project(named: "demo"))
      #expect(try StoreFiles.names(in: store.folder.uploads(project.id)).count == count)
      #expect(try store.leftovers().uploads.count == count)
    }
  }

  @Test func `contents that no commit and no draft has are counted`() throws {
    let world = try HubWorld()
    try world.commit([("a", "one"), ("b", "two")])
    try world.commit([("a", nil)])
    _ = try world.ask(
      "PUT", "/projects/demo/drafts/z",
      json: ["content": .string(Base64.encode(Array("draft".utf8))), "expected": nil])
    #expect(try world.store.leftovers() == Leftovers())
    let pack = try HubWorld.pack([Array("one".utf8), Array("never".utf8), Array("named".utf8)])
    #expect(try world.ask("POST", "/projects/demo/packs", body: pack).status == 200)
    #expect(try world.store.leftovers().unnamed.count == 2)
    #expect(try world.store.leftovers().unnamed.bytes == 10)
  }

  @Test func `a deleted project's data are kept for thirty days`() throws {
    let (folder, clock) = try made { world in
      try world.commit([("a", "1")])
      _ = try world.ask("DELETE", "/projects/demo")
    }
    let path = folder.path + "/data"
    do {
      let store = try open(path, .serve, clock)
      #expect(try store.projects() == [])
      #expect(try StoreFiles.names(in: store.folder.deleted).count == 1)
    }
    clock.advance(seconds: 31 * 86_400)
    let store = try open(path, .serve, clock)
    #expect(try StoreFiles.names(in: store.folder.deleted) == [])
    let rows = try store.reading { try $0.first("SELECT count(*) FROM tree") { $0.integer(0) } }
    #expect(rows == 0)
  }
}
