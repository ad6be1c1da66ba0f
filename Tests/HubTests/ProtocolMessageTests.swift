import Crypto
import HubProtocol
import SyncModel
import Testing

@Suite struct ProtocolMessageTests {
  static let file = Node.file(
    Node.File(digest: SHA256.hash([1, 2, 3]), size: 3, isExecutable: nil))

  static let commit = CommitRequest(
    id: "run.1", message: nil,
    changes: [
      .init(path: SyncPath(trusted: "b"), expected: nil, new: file, content: [1, 2, 3]),
      .init(
        path: SyncPath(trusted: "a"), expected: .link(target: "x"), new: nil,
        edited: Timestamp(nanoseconds: 5)),
    ])

  @Test func `commits arrive as they were sent`() throws {
    let read = try CommitRequest.decode(Self.commit.json, maximumChanges: 2, maximumInline: 3)
    #expect(read == Self.commit)
  }

  @Test func `commits above a limit are refused`() {
    #expect(throws: MessageError.tooMany(field: "changes", limit: 1)) {
      _ = try CommitRequest.decode(Self.commit.json, maximumChanges: 1, maximumInline: 3)
    }
    #expect(throws: MessageError.tooMany(field: "content", limit: 2)) {
      _ = try CommitRequest.decode(Self.commit.json, maximumChanges: 2, maximumInline: 2)
    }
  }

  @Test func `the digest of a commit minds what changes and nothing else`() {
    var other = Self.commit
    other.changes.reverse()
    other.message = "words"
    other.changes[0].edited = nil
    other.changes[1].content = nil
    #expect(other.changesDigest == Self.commit.changesDigest)
    other.changes[0].expected = .link(target: "y")
    #expect(other.changesDigest != Self.commit.changesDigest)
  }

  @Test(arguments: [
    (#"{"commit":"r.1","changes":[{"path":"a","new":null}]}"#, "expected left out"),
    (#"{"commit":"r.1","changes":[{"path":"a","expected":null}]}"#, "new left out"),
    (#"{"commit":"","changes":[]}"#, "an empty id"),
    (#"{"commit":"a b","changes":[]}"#, "an id with a space"),
    (#"{"commit":"r.1"}"#, "no changes"),
    (
      #"{"commit":"r.1","changes":[{"path":"a","expected":null,"new":null},{"path":"a","expected":null,"new":null}]}"#,
      "a path twice"
    ),
    (
      #"{"commit":"r.1","changes":[{"path":"a","expected":null,"new":null,"content":"AA=="}]}"#,
      "content of nothing"
    ),
    (
      #"{"commit":"r.1","changes":[{"path":"../a","expected":null,"new":null}]}"#, "a path up"
    ),
  ])
  func `commits that say too little or too much are refused`(text: String, what: String) {
    #expect(throws: MessageError.self, "\(what)") {
      _ = try CommitRequest.decode(Array(text.utf8), maximumChanges: 9, maximumInline: 9)
    }
  }

  @Test func `a content of another length than its node is refused`() throws {
    var commit = Self.commit
    commit.changes[0].content = [1, 2]
    #expect(throws: MessageError.invalid(field: "content")) {
      _ = try CommitRequest.decode(commit.json, maximumChanges: 9, maximumInline: 9)
    }
  }

  @Test(arguments: WireError.Code.known)
  func `refusals arrive as they were sent`(code: WireError.Code) throws {
    let error = WireError(
      code, message: "no", paths: ["a", "../b"],
      moved: [.init(path: SyncPath(trusted: "m"), found: Self.file)],
      digests: [SHA256.hash([])], limit: 4, received: 5, versions: 1...2)
    #expect(try WireError.decode(error.json) == error)
    #expect(WireError.Code(word: code.word) == code)
    #expect((400..<600).contains(code.status))
  }

  @Test func `a refusal with facts beside the error and an unknown code is understood`() throws {
    let text =
      #"{"error":{"code":"odd","message":"m"},"moved":[{"path":"a","found":null}],"limit":3}"#
    let error = try WireError.decode(Array(text.utf8))
    #expect(error.code == .unknown("odd"))
    #expect(error.code.word == "odd")
    #expect(error.moved == [.init(path: SyncPath(trusted: "a"), found: nil)])
    #expect(error.limit == 3)
  }

  @Test(arguments: [
    ("../../x", "i", "name"), ("..", "i", "name"), ("/etc", "i", "name"), ("", "i", "name"),
    ("a\u{1b}[2J", "i", "name"), ("a\u{202e}b", "i", "name"), ("p", "", "id"), ("p", "a b", "id"),
    ("p", "\u{1b}[31m", "id"), ("p", String(repeating: "i", count: 129), "id"),
    (String(repeating: "n", count: 129), "i", "name"),
  ])
  func `a project that a hub calls by something that steers is refused`(
    name: String, id: String, field: String
  ) {
    let message = ProjectInfo(name: name, id: id, revision: 0, entries: 0).json
    #expect(throws: MessageError.invalid(field: field)) { try ProjectInfo.decode(message) }
  }

  @Test func `every other message arrives as it was sent`() throws {
    let time = Timestamp(nanoseconds: 1_000_000_007)
    func check<Message: WireMessage & Equatable>(_ message: Message) throws {
      #expect(try Message.decode(message.json) == message)
    }
    let project = ProjectInfo(
      name: "p", id: "i", revision: 3, entries: 4, treeDigest: TreeDigest(), created: time)
    try check(project)
    try check(ProjectList([project, ProjectInfo(name: "q", id: "j", revision: 0, entries: 0)]))
    try check(ProjectName("é"))
    try check(HubInfo(name: "h", version: "1.0", protocols: 1...1, limits: .init()))
    try check(WhoAmI(name: "ann", scopes: [.read, .write], project: nil, expires: time))
    try check(TokenRequest(name: "ci", project: "p", scope: .admin, expires: nil))
    try check(CommitResponse(revision: 3, treeDigest: TreeDigest(), isRepeated: true))
    try check(UploadState(received: 7, isComplete: true))
    try check(StoredContents(stored: 7))
    try check(FileDifference(isBinary: false, patch: "@@\n", insertions: 1, deletions: 2))
    try check(FileVersions(FeedEntrySample.entries))
    try check(TreePage(revision: 3, entries: FeedEntrySample.entries, hasMore: true))
    try check(
      RestoreRequest(
        path: SyncPath(trusted: "a"), revision: 2, commit: "r.1", expected: Self.file))
    try check(
      HistoryPage(
        entries: [
          HistoryEntry(
            revision: 3, time: time, author: "ann", message: "m", commit: "r.1",
            changes: [.init(path: SyncPath(trusted: "a"), before: nil, after: Self.file)],
            changesOmitted: 5)
        ], hasMore: false))
    let digests = DigestList([SHA256.hash([1]), SHA256.hash([2])])
    #expect(try DigestList.decode(digests.json(.asked), as: .asked) == digests)
    #expect(throws: MessageError.missing(field: "missing")) {
      _ = try DigestList.decode(digests.json(.asked), as: .missing)
    }
    #expect(throws: MessageError.tooMany(field: "digests", limit: 1)) {
      _ = try DigestList.decode(digests.json(.asked), as: .asked, atMost: 1)
    }
  }

  @Test func `targets keep names and paths in one segment`() {
    let path = APIPath.project("my project/é").appending("files", "a/b c.txt", "versions")
      .query("revision", 7).query("path", nil).query("q", "a&b=c")
    #expect(
      path.description
        == "/api/v1/projects/my%20project%2F%C3%A9/files/a%2Fb%20c.txt/versions"
        + "?revision=7&q=a%26b%3Dc")
    #expect(APIPath.project("..").description == "/api/v1/projects/%2E%2E")
  }
}

/// Entries for messages that hold some.
enum FeedEntrySample {
  static let entries = [
    FeedEntry(
      path: SyncPath(trusted: "a"), node: ProtocolMessageTests.file, modified: nil, author: "ann",
      revision: 1),
    FeedEntry(
      path: SyncPath(trusted: "b"), node: nil, modified: Timestamp(nanoseconds: 3), author: nil,
      revision: 2),
  ]
}
