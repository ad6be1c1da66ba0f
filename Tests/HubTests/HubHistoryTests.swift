import HubProtocol
import JSON
import SyncModel
import Testing

@testable import Hub
@testable import HubStore

struct HubHistoryTests {
  private func world() throws -> HubWorld {
    let world = try HubWorld()
    try world.commit([("a", "one\n"), ("d/x", "1"), ("d/y", "1")], id: "r.1")
    world.clock.advance(seconds: 60)
    try world.commit([("a", "one\ntwo\n"), ("d/x", nil)], id: "r.2")
    try world.commit([("a", nil), ("e", "1")], id: "r.3")
    return world
  }

  @Test func `history tells commits newest first with what each changed`() throws {
    let world = try world()
    let page = try HistoryPage.decode(try world.ask("GET", "/projects/demo/history").bytes)
    #expect(page.entries.map(\.revision) == [3, 2, 1])
    #expect(page.entries.map(\.commit) == ["r.3", "r.2", "r.1"])
    #expect(page.entries[1].changes.map(\.path.key) == ["a", "d/x"])
    #expect(page.entries[1].changes.map(\.change) == ["modified", "deleted"])
    #expect(page.entries[0].author == "root")
    #expect(page.entries[0].message == "a message")
    #expect(!page.hasMore)
  }

  @Test func `history comes in pages and of one path`() throws {
    let world = try world()
    let first = try HistoryPage.decode(
      try world.ask("GET", "/projects/demo/history?limit=2").bytes)
    #expect(first.entries.map(\.revision) == [3, 2])
    #expect(first.hasMore)
    let next = try HistoryPage.decode(
      try world.ask("GET", "/projects/demo/history?limit=2&before=2").bytes)
    #expect(next.entries.map(\.revision) == [1])
    #expect(!next.hasMore)
    let path = try HistoryPage.decode(
      try world.ask("GET", "/projects/demo/history?path=d%2Fx").bytes)
    #expect(path.entries.map(\.revision) == [2, 1])
    #expect(path.entries.allSatisfy { $0.changes.map(\.path.key) == ["d/x"] })
  }

  @Test func `a commit of more than a thousand changes is shown in part unless asked`() throws {
    let world = try HubWorld()
    try world.commit((0..<1005).map { ("f\($0)", "1") })
    let part = try HistoryPage.decode(try world.ask("GET", "/projects/demo/history").bytes)
    #expect(part.entries[0].changes.count == 1000)
    #expect(part.entries[0].changesOmitted == 5)
    let full = try HistoryPage.decode(
      try world.ask("GET", "/projects/demo/history?full=1").bytes)
    #expect(full.entries[0].changes.count == 1005)
    #expect(full.entries[0].changesOmitted == 0)
  }

  @Test func `a page of history ends after so many changes, with one commit at least`() throws {
    let world = try HubWorld()
    for (name, count) in [("a", 3), ("b", 2), ("c", 4), ("d", 1)] {
      try world.commit((0..<count).map { ("\(name)\($0)", "1") })
    }
    func page(_ before: UInt64?, _ most: Int, changesLimit: Int = .max) throws -> HistoryPage {
      try world.store.history(
        before: before, limit: 100, path: nil, changesLimit: changesLimit, pageChanges: most,
        in: try world.project)
    }
    #expect(try page(nil, 5).entries.map(\.revision) == [4, 3])
    #expect(try page(nil, 5).hasMore)
    #expect(try page(3, 5).entries.map(\.revision) == [2, 1])
    #expect(try !page(3, 5).hasMore)
    #expect(try page(4, 1).entries.map { $0.changes.count } == [4])
    #expect(try page(4, 1).hasMore)
    #expect(try page(nil, 5, changesLimit: 1).entries.count == 4)
  }

  @Test func `no page of history holds more changes than one page may`() throws {
    let world = try HubWorld()
    for round in 0..<3 {
      try world.commitBlindly((0..<9000).map { "\(round)/\($0)" })
    }
    let page = try HistoryPage.decode(
      try world.ask("GET", "/projects/demo/history?full=1&limit=1000").bytes)
    #expect(page.entries.map(\.revision) == [3, 2])
    #expect(page.hasMore)
  }

  @Test(arguments: [(0, []), (1, ["a", "d/x", "d/y"]), (2, ["a", "d/y"]), (3, ["d/y", "e"])])
  func `the tree of every revision is what it was`(_ revision: Int, _ paths: [String]) throws {
    let world = try world()
    let page = try TreePage.decode(
      try world.ask("GET", "/projects/demo/tree?revision=\(revision)").bytes)
    #expect(page.entries.map(\.path.key) == paths)
    #expect(page.revision == UInt64(revision))
  }

  @Test func `a tree comes below a folder and in pages`() throws {
    let world = try HubWorld()
    try world.commit([("d", nil), ("d-", "1"), ("d/a", "1"), ("d/b", "1"), ("d/b-", "1")])
    let below = try TreePage.decode(
      try world.ask("GET", "/projects/demo/tree?prefix=d/&limit=2").bytes)
    #expect(below.entries.map(\.path.key) == ["d/a", "d/b"])
    #expect(below.hasMore)
    let rest = try TreePage.decode(
      try world.ask("GET", "/projects/demo/tree?prefix=d/&limit=2&after=d%2Fb").bytes)
    #expect(rest.entries.map(\.path.key) == ["d/b-"])
    #expect(!rest.hasMore)
    #expect(try world.ask("GET", "/projects/demo/tree?prefix=d").code == "malformed")
  }

  @Test func `a tree in pages of any size is the same tree`() throws {
    let world = try HubWorld()
    try world.commitBlindly((0..<40).map { "d/\($0)" })
    try world.commit((0..<40).filter { $0 % 3 == 0 }.map { ("d/\($0)", nil) })
    try world.commitBlindly((40..<60).map { "d/\($0)" })
    for revision in 1...3 as ClosedRange<UInt64> {
      let whole = try world.store.tree(
        revision: revision, below: nil, after: nil, limit: 1000, in: try world.project)
      #expect(!whole.hasMore)
      for limit in [1, 7, 39, 40, 41] {
        var entries: [FeedEntry] = []
        while true {
          let page = try world.store.tree(
            revision: revision, below: nil, after: entries.last?.path, limit: limit,
            in: try world.project)
          entries += page.entries
          #expect(page.entries.count <= limit)
          if !page.hasMore { break }
        }
        #expect(entries == whole.entries)
      }
    }
  }

  @Test func `a page of a tree sorts nothing and reads no table whole`() throws {
    let world = try HubWorld()
    let plan = try world.store.reading { connection in
      try connection.rows(
        "EXPLAIN QUERY PLAN " + HubStore.treePathsQuery, .integer(1), .blob([]), .blob([0xFF]),
        .integer(1), .integer(1)
      ) { $0.text(3) }
    }
    #expect(!plan.contains { $0.contains("TEMP B-TREE") || $0.contains("SCAN") }, "\(plan)")
  }

  @Test func `a path tells what stood there at a revision`() throws {
    let world = try world()
    let old = try world.ask("GET", "/projects/demo/files/a?revision=1").json
    #expect(old?["node"] == HubWorld.node("one\n"))
    #expect(old?["revision"]?.int64Value == 1)
    #expect(try world.ask("GET", "/projects/demo/files/a").code == "no_such_path")
    #expect(try world.ask("GET", "/projects/demo/files/a?revision=9").code == "no_such_revision")
    #expect(try world.ask("GET", "/projects/demo/files/..%2Fa").code == "invalid_path")
    let versions = try FileVersions.decode(
      try world.ask("GET", "/projects/demo/files/a/versions").bytes)
    #expect(versions.versions.map(\.revision) == [3, 2, 1])
    #expect(versions.versions[0].node == nil)
    #expect(try world.ask("GET", "/projects/demo/files/zz/versions").status == 404)
    let newest = try world.store.versions(
      of: try SyncPath(validating: "a"), limit: 2, in: try world.project)
    #expect(newest.map(\.revision) == [3, 2])
  }

  @Test func `two versions of a path are compared line by line`() throws {
    let world = try world()
    let answer = try FileDifference.decode(
      try world.ask("GET", "/projects/demo/diff?path=a&from=1&to=2").bytes)
    #expect(answer.insertions == 1)
    #expect(answer.deletions == 0)
    #expect(answer.patch.contains("+two"))
    let gone = try FileDifference.decode(
      try world.ask("GET", "/projects/demo/diff?path=a&from=2&to=3").bytes)
    #expect(gone.deletions == 2)
    #expect(try world.ask("GET", "/projects/demo/diff?path=zz&from=1&to=2").status == 404)
    try world.commit([("bin", "a\u{0}b")])
    let binary = try FileDifference.decode(
      try world.ask("GET", "/projects/demo/diff?path=bin&from=3&to=4").bytes)
    #expect(binary.isBinary)
  }

  @Test func `a version comes back as a new commit`() throws {
    let world = try world()
    let body: JSONValue = ["path": "a", "revision": 1, "commit": "back.1", "expected": nil]
    let answer = try world.ask("POST", "/projects/demo/restore", json: body)
    #expect(answer.json?["revision"]?.int64Value == 4)
    let entry = try world.ask("GET", "/projects/demo/files/a").json
    #expect(entry?["node"] == HubWorld.node("one\n"))
    let again = try world.ask("POST", "/projects/demo/restore", json: body)
    #expect(again.json?["repeated"]?.boolValue == true)
    let moved = try world.ask(
      "POST", "/projects/demo/restore",
      json: ["path": "a", "revision": 2, "commit": "back.2", "expected": nil])
    #expect(moved.code == "moved")
  }

  @Test func `a draft is saved, found, replaced only as expected, and published`() throws {
    let world = try world()
    let path = "/projects/demo/drafts/e"
    func draft(_ text: String, _ expected: String?) -> JSONValue {
      [
        "content": .string(Base64.encode(Array(text.utf8))),
        "expected": expected.map { .string($0.digest.description) } ?? .null,
      ]
    }
    #expect(try world.ask("PUT", path, json: draft("v1", nil)).status == 200)
    #expect(try world.ask("PUT", path, json: draft("v2", nil)).code == "moved")
    #expect(try world.ask("PUT", path, json: draft("v2", "v1")).status == 200)
    let shown = try world.ask("GET", path)
    #expect(shown.json?["content"]?.stringValue == Base64.encode(Array("v2".utf8)))
    let list = try world.ask("GET", "/projects/demo/drafts")
    #expect(list.json?["drafts"]?.arrayValue?.count == 1)
    // Saved is not published: the head is what it was.
    #expect(try world.project.revision == 3)
    let wrong = try world.ask(
      "POST", path + "/publish", json: ["message": "m", "expected": nil])
    #expect(wrong.code == "moved")
    let published = try world.ask(
      "POST", path + "/publish", json: ["message": "m", "expected": HubWorld.node("1")])
    #expect(published.json?["revision"]?.int64Value == 4)
    #expect(try world.ask("GET", path).status == 404)
    #expect(
      try world.ask("GET", "/projects/demo/files/e").json?["node"] == HubWorld.node("v2"))
    #expect(try world.ask("DELETE", path).status == 404)
    #expect(try world.ask("PUT", path, json: draft("v3", nil)).status == 200)
    #expect(try world.ask("DELETE", path).status == 200)
    #expect(try world.store.check() == [])
  }

  @Test func `deploying and rolling back leave the head alone`() throws {
    let world = try world()
    let path = "/projects/demo/current/a"
    #expect(try world.ask("GET", path).status == 404)
    #expect(try world.ask("PUT", path, json: ["revision": 2]).status == 200)
    #expect(try world.ask("PUT", path, json: ["revision": 1]).status == 200)
    let shown = try world.ask("GET", path).json
    #expect(shown == ["revision": 1, "node": HubWorld.node("one\n")])
    #expect(try world.project.revision == 3)
    #expect(try world.ask("PUT", path, json: ["revision": 3]).code == "no_such_path")
    #expect(try world.ask("PUT", path, json: ["revision": 9]).code == "no_such_revision")
    #expect(try world.ask("PUT", path, json: ["revision": "x"]).code == "malformed")
  }

  @Test func `projects are made, listed, renamed and deleted`() throws {
    let world = try HubWorld()
    let made = try world.ask("POST", "/projects", json: ["name": "Zwei.2"])
    #expect(made.status == 201)
    #expect(try world.ask("POST", "/projects", json: ["name": "Zwei.2"]).code == "exists")
    for name in ["", "../x", "a/b", ".hidden", "-x", "a b", "\u{E9}"] {
      #expect(try world.ask("POST", "/projects", json: ["name": .string(name)]).status == 400)
    }
    let list = try ProjectList.decode(try world.ask("GET", "/projects").bytes)
    #expect(list.projects.map(\.name) == ["Zwei.2", "demo"])
    let renamed = try world.ask("PATCH", "/projects/demo", json: ["name": "other"])
    #expect(renamed.json?["name"] == "other")
    #expect(try world.ask("GET", "/projects/demo").status == 404)
    #expect(
      try world.ask("PATCH", "/projects/other", json: ["name": "Zwei.2"]).code == "exists")
    let bound = try world.token(.read, project: "other")
    #expect(try world.ask("DELETE", "/projects/other").status == 200)
    #expect(try world.ask("GET", "/projects/other").status == 404)
    #expect(try world.ask("GET", "/whoami", token: bound).status == 401)
    #expect(try StoreFiles.names(in: world.store.folder.deleted).count == 1)
  }
}
