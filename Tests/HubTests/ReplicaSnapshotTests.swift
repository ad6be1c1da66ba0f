import HTTPServing
import HubProtocol
import HubReplica
import Replica
import SyncModel
import Testing

@Suite struct ReplicaSnapshotTests {
  static let before = ["a": "1", "b": "2"]

  @Test func `nothing is concluded from what is not a feed`() async throws {
    let answers: [HTTPResponse] = [
      ScriptedHub.page, ScriptedHub.json(200, []), ScriptedHub.json(200, Array("{}".utf8)),
      ScriptedHub.json(200, Array("[]".utf8)), HTTPResponse(status: 204),
      ScriptedHub.json(200, Sample.feed(["a": "1"], revision: 1, digest: TreeDigest()).json),
      ScriptedHub.json(200, Sample.feed(["a": "1"], revision: 4, since: 3).json),
      ScriptedHub.json(304, []),
      HTTPResponse(status: 200, body: .bytes(Sample.feed(["a": "1"], revision: 1).json)),
    ]
    let hub = try ScriptedHub { number, _ in answers[number] }
    for number in answers.indices {
      let error = await #expect(throws: ReplicaError.self, "\(number)") {
        _ = try await hub.replica().snapshot(since: nil)
      }
      #expect(error?.code == .notUnderstood, "\(number)")
    }
  }

  @Test func `the whole tree comes with its cursor and tells the identity`() async throws {
    let hub = try ScriptedHub { _, _ in
      ScriptedHub.json(200, Sample.feed(Self.before, revision: 4).json)
    }
    let replica = try hub.replica()
    let snapshot = try await replica.snapshot(since: nil)
    #expect(snapshot.tree.entries.map(\.path.key) == ["a", "b"])
    #expect(snapshot.tree.entries[0].editor == "ann")
    #expect(snapshot.isComplete)
    #expect(
      snapshot.cursor
        == Cursor(revision: 4, fingerprint: Sample.treeDigest(Self.before).hex))
    #expect(try await replica.identity().id == "p1")
    #expect(hub.asked.count == 1)
  }

  @Test func `no change is one request without a body`() async throws {
    let known = Sample.known(Self.before, revision: 4)
    let hub = try ScriptedHub { _, _ in ScriptedHub.json(304, []) }
    let snapshot = try await hub.replica().snapshot(since: known)
    #expect(snapshot.tree == known.tree)
    #expect(snapshot.cursor == known.cursor)
    #expect(hub.asked.map(\.line) == ["GET /api/v1/projects/demo/changes?since=4"])
    #expect(hub.asked[0].headers["If-None-Match"] == "\"4-\(known.cursor.fingerprint)\"")
  }

  @Test func `changes are applied to the known tree`() async throws {
    let after = ["a": "1", "c": "3"]
    let hub = try ScriptedHub { _, _ in
      ScriptedHub.json(
        200,
        Sample.feed(
          ["b": "", "c": "3"], revision: 6, since: 4, digest: Sample.treeDigest(after)
        ).json)
    }
    let known = Sample.known(Self.before, revision: 4)
    let snapshot = try await hub.replica().snapshot(since: known)
    #expect(snapshot.tree.entries.map(\.path.key) == ["a", "c"])
    #expect(snapshot.cursor?.revision == 6)
    #expect(snapshot.cursor?.fingerprint == Sample.treeDigest(after).hex)
  }

  /// A history that is not a continuation of revision 4.
  struct Rewound: CustomTestStringConvertible, Sendable {
    var testDescription: String
    var answers: [String: HTTPResponse]
    var found: UInt64
  }

  static let changed = ["a": "1", "b": "other"]

  static func whole(_ revision: UInt64) -> HTTPResponse {
    ScriptedHub.json(200, Sample.feed(changed, revision: revision).json)
  }

  static func since(_ revision: UInt64, digest: TreeDigest) -> HTTPResponse {
    ScriptedHub.json(
      200, Sample.feed([:], revision: revision, since: 4, digest: digest).json)
  }

  static func page(_ files: [String: String]) -> TreePage {
    TreePage(revision: 4, entries: Sample.feed(files, revision: 4).entries, hasMore: false)
  }

  static let rewound = [
    Rewound(
      testDescription: "the revision went back",
      answers: ["since": ScriptedHub.refusal(WireError(.historyGone, message: "")), "": whole(2)],
      found: 2),
    Rewound(
      testDescription: "the same revision with another tree",
      answers: ["since": since(4, digest: Sample.treeDigest(changed)), "": whole(4)], found: 4),
    Rewound(
      testDescription: "the same revision, and the feed is gone",
      answers: ["since": ScriptedHub.refusal(WireError(.historyGone, message: "")), "": whole(4)],
      found: 4),
    Rewound(
      testDescription: "a later revision that the changes do not lead to",
      answers: [
        "since": since(9, digest: Sample.treeDigest(changed)), "": whole(9),
        "tree": ScriptedHub.json(200, TreePage(revision: 4, entries: [], hasMore: false).json),
      ], found: 9),
    Rewound(
      testDescription: "a later revision, and the known one is another",
      answers: [
        "since": ScriptedHub.refusal(WireError(.historyGone, message: "")), "": whole(9),
        "tree": ScriptedHub.json(200, TreePage(revision: 4, entries: [], hasMore: false).json),
      ], found: 9),
    Rewound(
      testDescription: "a later revision, and the known one is gone",
      answers: [
        "since": ScriptedHub.refusal(WireError(.historyGone, message: "")), "": whole(9),
        "tree": ScriptedHub.refusal(WireError(.noSuchRevision, message: "")),
      ], found: 9),
  ]

  static func answer(_ answers: [String: HTTPResponse], _ request: HTTPRequest) -> HTTPResponse {
    let name =
      request.segments.last == "tree" ? "tree" : request.query("since") == nil ? "" : "since"
    return answers[name] ?? HTTPResponse(status: 418)
  }

  @Test func `a known tree that was wrong is told from a history that was rewound`() async throws {
    // The known tree is not the one that its cursor was given with: a record of ours was wrong.
    let real = Sample.known(["a": "1"], revision: 4)
    let known = KnownTree(tree: Sample.known(Self.before, revision: 4).tree, cursor: real.cursor)
    let answers = [
      "since": Self.since(9, digest: Sample.treeDigest(Self.changed)), "": Self.whole(9),
      "tree": ScriptedHub.json(200, Self.page(["a": "1"]).json),
    ]
    let hub = try ScriptedHub { _, request in Self.answer(answers, request) }
    let snapshot = try await hub.replica().snapshot(since: known)
    #expect(snapshot.cursor?.revision == 9 && snapshot.tree.entries.count == 2)
  }

  @Test(arguments: rewound)
  func `a history that was rewound is reported and not trusted`(one: Rewound) async throws {
    let known = Sample.known(Self.before, revision: 4)
    let hub = try ScriptedHub { _, request in Self.answer(one.answers, request) }
    let error = await #expect(throws: HistoryRewound.self) {
      _ = try await hub.replica().snapshot(since: known)
    }
    #expect(error?.known == known.cursor)
    #expect(error?.found.cursor?.revision == one.found)
    #expect(error?.found.tree.entries.count == 2)
  }

  @Test func `a feed that only became too old is no rewind`() async throws {
    let entries = Self.before.map {
      FeedEntry(
        path: Sample.path($0), node: Sample.file(Array($1.utf8)), modified: nil, author: nil,
        revision: 1)
    }.sorted { $0.path < $1.path }
    let hub = try ScriptedHub { _, request in
      if request.segments.last == "tree" {
        let isFirst = request.query("after") == nil
        return ScriptedHub.json(
          200,
          TreePage(revision: 4, entries: [entries[isFirst ? 0 : 1]], hasMore: isFirst).json)
      }
      return Self.answer(
        [
          "since": ScriptedHub.refusal(WireError(.historyGone, message: "")),
          "": Self.whole(9),
        ], request)
    }
    let known = Sample.known(Self.before, revision: 4)
    #expect(try await hub.replica().snapshot(since: known).cursor?.revision == 9)
  }

  @Test func `a project that was replaced between two requests is not trusted`() async throws {
    let hub = try ScriptedHub { number, _ in
      ScriptedHub.json(200, Sample.feed(Self.before, revision: 4, id: "p\(number)").json)
    }
    let replica = try hub.replica()
    _ = try await replica.snapshot(since: nil)
    let error = await #expect(throws: ReplicaError.self) {
      _ = try await replica.snapshot(since: nil)
    }
    #expect(error?.code == .notUnderstood)
  }
}
