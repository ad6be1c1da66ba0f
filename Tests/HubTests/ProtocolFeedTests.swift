import Crypto
import HubProtocol
import SyncModel
import Testing

/// A feed that must not be taken for an observation.
struct HostileFeed: CustomTestStringConvertible, Sendable {
  var testDescription: String
  var text: String

  static let digest = "sha256:" + String(repeating: "0a", count: 32)
  static let zero = String(repeating: "0", count: 64)

  static func entry(_ path: String, node: String? = nil) -> String {
    let node = node ?? #"{"kind":"file","digest":"\#(digest)","size":1,"executable":false}"#
    return #"{"path":"\#(path)","node":\#(node),"modified":"2026-11-20T00:00:00Z","#
      + #""author":"ann","revision":3}"#
  }

  static func feed(
    _ entries: [String], count: Int? = nil, head: String? = nil, tail: String? = nil
  ) -> String {
    let head =
      head ?? #""project":"p","id":"i","revision":3,"since":null,"tree_digest":"\#(zero)","#
      + #""complete":true"#
    let tail = tail ?? #","count":\#(count ?? entries.count)"#
    return #"{\#(head),"entries":[\#(entries.joined(separator: ","))]\#(tail)}"#
  }

  static let all: [HostileFeed] = [
    .init(testDescription: "empty", text: ""),
    .init(testDescription: "a page", text: "<html><body>Welcome</body></html>"),
    .init(testDescription: "an empty object", text: "{}"),
    .init(testDescription: "an empty list", text: "[]"),
    .init(testDescription: "null", text: "null"),
    .init(testDescription: "no count", text: feed([entry("a")], tail: "")),
    .init(testDescription: "a smaller count", text: feed([entry("a"), entry("b")], count: 1)),
    .init(testDescription: "a larger count", text: feed([entry("a")], count: 2)),
    .init(testDescription: "a negative count", text: feed([], count: -1)),
    .init(
      testDescription: "a count before the entries",
      text: #"{"count":0,"#
        + feed([], tail: "").dropFirst()),
    .init(
      testDescription: "not complete",
      text: feed(
        [],
        head:
          #""project":"p","id":"i","revision":3,"since":null,"tree_digest":"\#(zero)","complete":false"#
      )),
    .init(
      testDescription: "complete left out",
      text: feed(
        [], head: #""project":"p","id":"i","revision":3,"since":null,"tree_digest":"\#(zero)""#)),
    .init(
      testDescription: "no id",
      text: feed(
        [],
        head:
          #""project":"p","id":"","revision":3,"since":null,"tree_digest":"\#(zero)","complete":true"#
      )),
    .init(
      testDescription: "since after the head",
      text: feed(
        [],
        head:
          #""project":"p","id":"i","revision":3,"since":4,"tree_digest":"\#(zero)","complete":true"#
      )),
    .init(
      testDescription: "a negative revision",
      text: feed(
        [],
        head:
          #""project":"p","id":"i","revision":-3,"since":null,"tree_digest":"\#(zero)","complete":true"#
      )),
    .init(testDescription: "unsorted", text: feed([entry("b"), entry("a")])),
    .init(testDescription: "sorted by bytes only", text: feed([entry("a-"), entry("a/b")])),
    .init(testDescription: "one path twice", text: feed([entry("a"), entry("a")])),
    .init(testDescription: "up", text: feed([entry("../a")])),
    .init(testDescription: "up within", text: feed([entry("a/../../b")])),
    .init(testDescription: "absolute", text: feed([entry("/etc/passwd")])),
    .init(testDescription: "an empty path", text: feed([entry("")])),
    .init(testDescription: "our own folder", text: feed([entry(".syncline/state.db")])),
    .init(testDescription: "git's folder", text: feed([entry("a/.git/config")])),
    .init(testDescription: "a NUL", text: feed([entry("a\\u0000b")])),
    .init(testDescription: "a backslash", text: feed([entry("a\\\\b")])),
    .init(testDescription: "gone in a whole tree", text: feed([entry("a", node: "null")])),
    .init(testDescription: "a node left out", text: feed([#"{"path":"a","revision":1}"#])),
    .init(testDescription: "an unknown kind", text: feed([entry("a", node: #"{"kind":"pipe"}"#)])),
    .init(
      testDescription: "a negative size",
      text: feed([entry("a", node: #"{"kind":"file","digest":"\#(digest)","size":-1}"#)])),
    .init(
      testDescription: "a short digest",
      text: feed([entry("a", node: #"{"kind":"file","digest":"sha256:00","size":1}"#)])),
    .init(
      testDescription: "a digest of another kind",
      text: feed([entry("a", node: #"{"kind":"file","digest":"md5:00","size":1}"#)])),
    .init(
      testDescription: "a link to nothing",
      text: feed([entry("a", node: #"{"kind":"link","target":""}"#)])),
    .init(
      testDescription: "a link with a NUL",
      text: feed([entry("a", node: #"{"kind":"link","target":"a\u0000b"}"#)])),
    .init(testDescription: "something after it", text: feed([]) + "x"),
    .init(testDescription: "deep nesting", text: String(repeating: "[", count: 100_000)),
  ]
}

@Suite struct ProtocolFeedTests {
  static let sample: ChangesFeed = {
    let paths = ["a", "a/b", "a-b", "dir/ünï", "z\u{1F600}"]
    let entries = paths.enumerated().map { index, text in
      FeedEntry(
        path: SyncPath(trusted: text),
        node: index == 1
          ? nil
          : index == 2
            ? .link(target: "../x")
            : .file(
              Node.File(
                digest: SHA256.hash(Array(text.utf8)), size: UInt64(index),
                isExecutable: index == 3)),
        modified: index == 4
          ? nil : Timestamp(nanoseconds: 1_790_000_000_123_456_789 + Int64(index)),
        author: index == 0 ? nil : "ann \"the\" author", revision: UInt64(index + 1))
    }
    return ChangesFeed(
      head: ChangesFeed.Head(
        project: "demo", id: "p1", revision: 9, since: 2, treeDigest: TreeDigest()),
      entries: entries)
  }()

  @Test func `arrive as they were sent`() throws {
    #expect(try ChangesFeed.decode(Self.sample.json) == Self.sample)
  }

  @Test func `written piece by piece are the same document`() {
    var writer = ChangesFeedWriter(Self.sample.head)
    var bytes: [UInt8] = []
    for entry in Self.sample.entries {
      writer.append(entry)
      bytes += writer.take()
    }
    #expect(bytes + writer.finish() == Self.sample.json)
  }

  @Test func `cut at any byte are refused`() {
    let bytes = Self.sample.json
    for length in bytes.indices {
      #expect(throws: MessageError.self) { _ = try ChangesFeed.decode(Array(bytes[..<length])) }
    }
  }

  @Test(arguments: HostileFeed.all)
  func `that are hostile or cut are refused`(feed: HostileFeed) {
    #expect(throws: MessageError.self) { _ = try ChangesFeed.decode(Array(feed.text.utf8)) }
  }

  @Test func `with fields of a later version are understood`() throws {
    let text = HostileFeed.feed([HostileFeed.entry("a")], tail: #","later":{"x":[1]},"count":1"#)
    #expect(try ChangesFeed.decode(Array(text.utf8)).entries.count == 1)
  }

  @Test func `with more entries than the limit are refused`() {
    let feed = HostileFeed.feed([HostileFeed.entry("a"), HostileFeed.entry("b")])
    #expect(throws: MessageError.tooMany(field: "entries", limit: 1)) {
      _ = try ChangesFeed.decode(Array(feed.utf8), maximumEntries: 1)
    }
  }

  @Test(arguments: [
    "2026-11-20T15:53:03.123456789Z", "1969-12-31T23:59:59.999999999Z",
    "2026-11-20T15:53:03Z", "2026-11-20T17:53:03.5+02:00", "2024-02-29T00:00:00.000000001Z",
  ])
  func `read times in every form that the page allows`(text: String) throws {
    let entry = HostileFeed.entry("a").replacing("2026-11-20T00:00:00Z", with: text)
    let feed = try ChangesFeed.decode(
      Array(HostileFeed.feed([entry, entry.replacing(#""a""#, with: #""b""#)]).utf8))
    let plain = try ChangesFeed.decode(
      Array(
        HostileFeed.feed([
          HostileFeed.entry("a").replacing(
            "2026-11-20T00:00:00Z", with: text.replacing("Z", with: "+00:00"))
        ]).utf8))
    #expect(feed.entries[0].modified == plain.entries[0].modified)
    #expect(feed.entries[1].modified == plain.entries[0].modified)
    #expect(feed.entries[0].modified != nil)
  }

  @Test(arguments: ["2026-13-20T15:53:03.123456789Z", "2026-11-20T24:53:03.123456789Z", "soon"])
  func `refuse times that do not exist`(text: String) {
    let entry = HostileFeed.entry("a").replacing("2026-11-20T00:00:00Z", with: text)
    #expect(throws: MessageError.invalid(field: "modified")) {
      _ = try ChangesFeed.decode(Array(HostileFeed.feed([entry]).utf8))
    }
  }
}
