import HTTPServing
import HubProtocol
import JSON
import SyncModel
import Synchronization
import Testing

@testable import Hub
@testable import HubStore

struct HubCommitTests {
  @Test func `a commit raises the revision by one and shows in the feed`() throws {
    let world = try HubWorld()
    let answer = try world.commit([("b/c", "2"), ("a", "1")])
    #expect(answer.status == 200)
    #expect(answer.json?["revision"]?.int64Value == 1)
    #expect(answer.json?["repeated"]?.boolValue == false)
    let feed = try ChangesFeed.decode(try world.ask("GET", "/projects/demo/changes").bytes)
    #expect(feed.entries.map(\.path.key) == ["a", "b/c"])
    #expect(feed.head.treeDigest == TreeDigest(Tree(feed.entries.compactMap(\.treeEntry))))
    #expect(feed.entries.first?.author == "root")
    #expect(try world.store.check() == [])
  }

  @Test func `the feed sorts a slash below every other byte`() throws {
    let world = try HubWorld()
    try world.commit([("a/b", "1"), ("a-b", "2"), ("a.b", "3"), ("ab", "4")])
    let feed = try ChangesFeed.decode(try world.ask("GET", "/projects/demo/changes").bytes)
    #expect(feed.entries.map(\.path.key) == ["a/b", "a-b", "a.b", "ab"])
  }

  @Test func `the feed since a revision tells what differs and each path once`() throws {
    let world = try HubWorld()
    try world.commit([("keep", "1"), ("edit", "1"), ("drop", "1"), ("back", "1")])
    try world.commit([("edit", "2"), ("drop", nil), ("new", "1"), ("gone", "1"), ("back", "2")])
    try world.commit([("edit", "3"), ("gone", nil), ("back", "1")])
    let bytes = try world.ask("GET", "/projects/demo/changes?since=1").bytes
    let feed = try ChangesFeed.decode(bytes)
    #expect(feed.entries.map(\.path.key) == ["drop", "edit", "new"])
    #expect(feed.entries.map { $0.node?.file?.digest } == [nil, "3".digest, "1".digest])
    #expect(feed.entries.map(\.revision) == [2, 3, 2])
  }

  @Test func `a head that is known is answered with 304 and no body`() throws {
    let world = try HubWorld()
    try world.commit([("a", "1")])
    let first = try world.ask("GET", "/projects/demo/changes")
    let tag = try #require(first.headers["ETag"])
    let second = try world.ask(
      "GET", "/projects/demo/changes?since=1", headers: ["If-None-Match": tag])
    #expect(second.status == 304)
    #expect(second.bytes == [])
    try world.commit([("a", "2")])
    let third = try world.ask("GET", "/projects/demo/changes", headers: ["If-None-Match": tag])
    #expect(third.status == 200)
  }

  @Test func `a revision that the hub never had is history gone`() throws {
    let world = try HubWorld()
    let answer = try world.ask("GET", "/projects/demo/changes?since=5")
    #expect(answer.status == 410)
    #expect(answer.code == "history_gone")
  }

  @Test func `the second of two committers on one path is told what is there`() throws {
    let world = try HubWorld()
    try world.commit([("a", "1")])
    let mine = [
      HubWorld.change("a", expected: HubWorld.node("1"), new: HubWorld.node("x"), content: "x")
    ]
    let theirs = [
      HubWorld.change("a", expected: HubWorld.node("1"), new: HubWorld.node("y"), content: "y"),
      HubWorld.change("b", expected: nil, new: HubWorld.node("y")),
    ]
    #expect(try world.send(mine, id: "m.1").status == 200)
    let refused = try world.send(theirs, id: "t.1")
    #expect(refused.status == 409)
    #expect(refused.code == "moved")
    #expect(refused.error?["moved"]?[0]?["path"] == "a")
    #expect(refused.error?["moved"]?[0]?["found"] == HubWorld.node("x"))
    // All or nothing: the path that had not moved is not there either.
    #expect(try world.ask("GET", "/projects/demo/files/b").status == 404)
    #expect(try world.project.revision == 2)
  }

  @Test func `of many threads that race for one path exactly one wins each round`() async throws {
    let world = try HubWorld()
    for round in 0..<10 {
      let before = try world.ask("GET", "/projects/demo/files/a").json?["node"] ?? .null
      let statuses = await withTaskGroup(of: Int.self) { group in
        for writer in 0..<4 {
          group.addTask {
            let text = "\(round) \(writer)"
            let change = HubWorld.change(
              "a", expected: before, new: HubWorld.node(text), content: text)
            return (try? world.send([change], id: "w\(writer).\(round)").status) ?? 0
          }
        }
        return await group.reduce(into: [Int]()) { $0.append($1) }
      }
      #expect(statuses.sorted() == [200, 409, 409, 409])
    }
    #expect(try world.project.revision == 10)
    #expect(try world.store.check() == [])
  }

  @Test func `the same commit is applied once and answered twice`() throws {
    let world = try HubWorld()
    let change = HubWorld.change("a", expected: nil, new: HubWorld.node("1"), content: "1")
    let first = try world.send([change], id: "r.1")
    let second = try world.send([change], id: "r.1")
    #expect(second.status == 200)
    #expect(second.json?["repeated"]?.boolValue == true)
    #expect(second.json?["revision"] == first.json?["revision"])
    #expect(second.json?["tree_digest"] == first.json?["tree_digest"])
    let other = HubWorld.change("b", expected: nil, new: HubWorld.node("1"), content: "1")
    let reused = try world.send([other], id: "r.1")
    #expect(reused.status == 409)
    #expect(reused.code == "commit_reused")
    #expect(try world.project.revision == 1)
  }

  /// A tree that cannot be, and the paths that the answer names.
  struct Impossible: CustomTestStringConvertible {
    let before: [String]
    let delete: [String]
    let add: [String]
    let named: [String]
    var testDescription: String { "\(before) - \(delete) + \(add)" }
  }

  @Test(arguments: [
    Impossible(before: ["d"], delete: [], add: ["d/x"], named: ["d", "d/x"]),
    Impossible(before: ["d/x"], delete: [], add: ["d"], named: ["d", "d/x"]),
    Impossible(before: [], delete: [], add: ["d", "d/x"], named: ["d", "d/x"]),
    Impossible(before: ["d/x/y"], delete: [], add: ["d"], named: ["d", "d/x/y"]),
    Impossible(before: ["d"], delete: [], add: ["d/x/y"], named: ["d", "d/x/y"]),
    Impossible(before: ["d/x", "d/y"], delete: ["d/x"], add: ["d"], named: ["d", "d/y"]),
  ])
  func `a path that is a file and a folder at once is refused`(_ row: Impossible) throws {
    let world = try HubWorld()
    if !row.before.isEmpty { try world.commit(row.before.map { ($0, "1") }) }
    let revision = try world.project.revision
    let answer = try world.commit(row.delete.map { ($0, nil) } + row.add.map { ($0, "2") })
    #expect(answer.status == 409)
    #expect(answer.code == "impossible_tree")
    let paths = answer.error?["paths"]?.arrayValue?.compactMap(\.stringValue)
    #expect(paths == row.named)
    #expect(try world.project.revision == revision)
  }

  @Test func `a file makes room for a folder of its name in one commit`() throws {
    let world = try HubWorld()
    try world.commit([("d", "1"), ("d-", "1")])
    #expect(try world.commit([("d", nil), ("d/x", "2")]).status == 200)
    #expect(try world.commit([("d/x", nil), ("d", "3")]).status == 200)
    #expect(try world.store.check() == [])
  }

  @Test func `contents that are nowhere are listed`() throws {
    let world = try HubWorld()
    let answer = try world.send([
      HubWorld.change("a", expected: nil, new: HubWorld.node("here"), content: "here"),
      HubWorld.change("b", expected: nil, new: HubWorld.node("nowhere")),
    ])
    #expect(answer.status == 409)
    #expect(answer.code == "missing_content")
    #expect(answer.error?["digests"] == [.string("nowhere".digest.description)])
  }

  @Test func `a content that is not what it claims is refused`() throws {
    let world = try HubWorld()
    let wrong = try world.send([
      HubWorld.change("a", expected: nil, new: HubWorld.node("abc"), content: "abd")
    ])
    #expect(wrong.status == 422)
    #expect(wrong.code == "digest_mismatch")
    try world.commit([("b", "four")])
    let size: JSONValue = [
      "kind": "file", "digest": .string("four".digest.description), "size": 5,
    ]
    let lie = try world.send([HubWorld.change("c", expected: nil, new: size)])
    #expect(lie.code == "digest_mismatch")
  }

  @Test func `a client without the executable bit keeps the head's`() throws {
    let world = try HubWorld()
    let new = HubWorld.node("1", executable: true)
    #expect(
      try world.send([HubWorld.change("a", expected: nil, new: new, content: "1")]).status == 200)
    func bare(_ text: String) -> JSONValue {
      var object = HubWorld.node(text).objectValue ?? [:]
      object["executable"] = nil
      return .object(object)
    }
    let edit = HubWorld.change("a", expected: bare("1"), new: bare("2"), content: "2")
    #expect(try world.send([edit], id: "r.2").status == 200)
    let entry = try world.ask("GET", "/projects/demo/files/a")
    #expect(entry.json?["node"] == HubWorld.node("2", executable: true))
    let wrong = HubWorld.change("a", expected: HubWorld.node("2"), new: nil)
    #expect(try world.send([wrong], id: "r.3").code == "moved")
  }

  @Test func `two spellings of one name are one path and the last spelling is given`() throws {
    let world = try HubWorld()
    let composed = "caf\u{E9}"
    let decomposed = "cafe\u{301}"
    let add = HubWorld.change(decomposed, expected: nil, new: HubWorld.node("1"), content: "1")
    #expect(try world.send([add], id: "r.1").status == 200)
    let twin = HubWorld.change(composed, expected: nil, new: HubWorld.node("2"), content: "2")
    #expect(try world.send([twin], id: "r.2").code == "moved")
    let bytes = try world.ask("GET", "/projects/demo/changes").bytes
    let feed = try ChangesFeed.decode(bytes)
    #expect(feed.entries.count == 1)
    #expect(feed.entries[0].path.key.utf8.elementsEqual(composed.utf8))
    #expect(feed.entries[0].spelling?.utf8.elementsEqual(decomposed.utf8) == true)
    let both = try world.send(
      [
        HubWorld.change(composed, expected: HubWorld.node("1"), new: nil),
        HubWorld.change(decomposed, expected: HubWorld.node("1"), new: nil),
      ], id: "r.3")
    #expect(both.status == 400)
  }

  @Test(arguments: [
    "../x", "/etc/passwd", "a/../b", "./a", "a//b", "a/", ".git/config", ".GIT/x", "git~1/x",
    ".g\u{200C}it/x", ".syncline/state.db", "a\nb", "a\u{7F}", "a\u{0}b", "C:x", "a\\b", "NUL",
    "com1.txt", "a.", "a ", "", String(repeating: "a", count: 256),
    Array(repeating: "a", count: 129).joined(separator: "/"),
  ])
  func `a path that a tree may not hold is refused and named`(_ path: String) throws {
    let world = try HubWorld()
    let answer = try world.send([
      HubWorld.change(path, expected: nil, new: HubWorld.node("1"), content: "1")
    ])
    #expect(answer.status == 422)
    #expect(answer.code == "invalid_path")
    #expect(answer.error?["paths"] == [.string(path)])
    #expect(try world.project.revision == 0)
  }

  @Test(arguments: [
    "/etc/passwd", "../x", "a/../../x", "..", "sub/../../..", "a/../b", "a/..",
  ])
  func `a link that leads out of the project is refused`(_ target: String) throws {
    let world = try HubWorld()
    let link: JSONValue = ["kind": "link", "target": .string(target)]
    let answer = try world.send([HubWorld.change("link", expected: nil, new: link)])
    #expect(answer.status == 422)
    #expect(answer.code == "invalid_path")
  }

  @Test func `a link inside the project is kept as data`() throws {
    let world = try HubWorld()
    let link: JSONValue = ["kind": "link", "target": "../x"]
    #expect(try world.send([HubWorld.change("d/link", expected: nil, new: link)]).status == 200)
    let answer = try world.ask("GET", "/projects/demo/files/d%2Flink")
    #expect(answer.json?["node"] == link)
  }

  /// A body that is not a commit.
  struct Malformed: CustomTestStringConvertible {
    let body: String
    let status: Int
    var testDescription: String { body.prefix(60) + " \(status)" }
  }

  @Test(arguments: [
    Malformed(body: "", status: 400), Malformed(body: "{", status: 400),
    Malformed(body: "[]", status: 400), Malformed(body: #"{"commit":"a"}"#, status: 400),
    Malformed(body: #"{"commit":"a","changes":[]}"#, status: 400),
    Malformed(body: #"{"commit":"","changes":[]}"#, status: 400),
    Malformed(body: #"{"commit":"a","changes":[{"path":"a","new":null}]}"#, status: 400),
    Malformed(body: #"{"commit":"a b","changes":[]}"#, status: 400),
    Malformed(body: String(repeating: "[", count: 100_000), status: 400),
    Malformed(
      body: #"{"commit":"a","changes":[{"path":"a","expected":null,"new":{"kind":"pipe"}}]}"#,
      status: 400),
  ])
  func `what is not a commit is malformed`(_ row: Malformed) throws {
    let world = try HubWorld()
    let answer = try world.ask("POST", "/projects/demo/commits", body: Array(row.body.utf8))
    #expect(answer.status == row.status)
    #expect(answer.code == "malformed")
  }

  @Test func `more entries or bytes than the limits are too large`() throws {
    let world = try HubWorld(limits: HubInfo.Limits(body: 4000, entries: 2, inlineContent: 10))
    let many = try world.commit([("a", "1"), ("b", "1"), ("c", "1")])
    #expect(many.status == 413)
    #expect(many.code == "too_large")
    #expect(many.error?["limit"]?.int64Value == 2)
    #expect(try world.commit([("a", "12345678901")]).status == 413)
    #expect(try world.commit([("a", String(repeating: "x", count: 4000))]).status == 413)
    #expect(try world.commit([("a", "1234567890")]).status == 200)
  }
}
