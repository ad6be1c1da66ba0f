import HTTPClient
import JSON
import SyncModel
import Testing

@testable import MageReplica

@Suite struct MageValueTests {
  private static let project = MageProject(id: "1", name: "demo", root: "/srv/demo")

  @Test func `paths are encoded twice, below the project's name`() {
    let file = MageFile(SyncPath(trusted: "a b/100%.py"))
    #expect(
      Self.project.segment(file) == "demo%252Fa%2520b%252F100%2525.py")
    #expect(file.folder == "a b" && file.name == "100%.py")
  }

  @Test func `a spelling that is not one of the path is not used`() {
    let path = SyncPath(trusted: "\u{E9}.py")
    #expect(MageFile(path, spelling: "e\u{301}.py").spelling.utf8.elementsEqual("e\u{301}.py".utf8))
    #expect(MageFile(path, spelling: "../\u{E9}.py").spelling == "\u{E9}.py")
  }

  @Test(arguments: [
    ("demo/a.py", MageProject.Listed.file(MageFile(SyncPath(trusted: "a.py")))),
    ("demo/.hidden/a.py", .hidden(MageFile(SyncPath(trusted: ".hidden/a.py")))),
    ("demo/x/__pycache__/a.py", .hidden(MageFile(SyncPath(trusted: "x/__pycache__/a.py")))),
    ("other/a.py", .outside), ("demoa.py", .outside), ("/srv/demo/a.py", .outside),
  ])
  func `only files below the project count`(listed: String, meaning: MageProject.Listed) {
    #expect(Self.project.read(listed: listed, below: "demo") == meaning)
  }

  @Test func `a listing cannot lead out of the project`() {
    for name in ["demo/../etc/passwd", "demo//etc/passwd", "demo/a/../../b.py"] {
      if case .file = Self.project.read(listed: name, below: "demo") {
        Issue.record("\(name) was taken for a file")
      }
    }
  }

  @Test func `blocks come before the pipelines that name them, deletions last`() throws {
    func change(_ path: String, _ before: Bool, _ after: Bool) -> PathChange {
      let node = Node.file(
        Node.File(digest: Digest(words: (0, 0, 0, 0)), size: 0, isExecutable: nil))
      return PathChange(
        path: SyncPath(trusted: path), before: before ? node : nil, after: after ? node : nil)
    }
    let changes = [
      change("pipelines/p/metadata.yaml", true, true), change("utils/old.py", true, false),
      change("pipelines/q/triggers.yaml", true, false), change("loaders/new.py", false, true),
      change("x/inner.py", true, false), change("x", false, true),
      change("metadata.yaml", true, true),
    ]
    let order = WriteOrder.groups(changes)
    #expect(order == [[4], [3, 5, 6], [0], [2], [1]])
  }

  @Test func `the session's own token is found inside of the web token`() {
    #expect(MageCredential.inner(of: StandIn.token) == "inner-token")
    #expect(MageCredential.inner(of: "plain") == nil)
    #expect(MageCredential.inner(of: "a.%%%.c") == nil)
    #expect(MageCredential.inner(of: "a.e30.c") == nil)
  }

  @Test func `a credential shows nothing of its token and goes to its own origin only`() throws {
    let origin = try #require(Origin(url: "http://127.0.0.1:1"))
    let other = try #require(Origin(url: "http://127.0.0.1:2"))
    let credential = MageCredential(token: "secret", origin: origin)
    #expect(!"\(credential)".contains("secret"))
    #expect(throws: (any Error).self) {
      try MageConnection(
        address: MageAddress(origin: other), credential: credential,
        environment: .init(transport: HTTPClient()))
    }
  }

  @Test func `plain HTTP to another machine is refused unless it is allowed`() throws {
    let origin = try #require(Origin(url: "http://mage.example.com"))
    let address = MageAddress(origin: origin, base: "/team/")
    #expect("\(address)" == "http://mage.example.com/team")
    #expect(throws: (any Error).self) {
      try MageConnection(
        address: address, credential: nil, environment: .init(transport: HTTPClient()))
    }
    _ = try MageConnection(
      address: address, credential: nil,
      environment: .init(transport: HTTPClient(), allowsPlainHTTP: true))
  }

  @Test func `the date of an answer is read, and nothing else is`() {
    #expect(HTTPDate.seconds("Fri, 20 Nov 2026 19:03:29 GMT") == 1_795_201_409)
    #expect(HTTPDate.seconds("Thu, 01 Jan 1970 00:00:00 GMT") == 0)
    #expect(HTTPDate.seconds("Friday, 20-Nov-26 19:03:29 GMT") == nil)
    #expect(HTTPDate.seconds("Fri, 99 Nov 2026 19:03:29 GMT") == nil)
    #expect(HTTPDate.seconds("") == nil)
  }

  @Test func `an error inside of status 200 is an error, its stack is dropped`() throws {
    let body = try #require(
      try JSONValue.parse(
        Array(
          #"{"error":{"code":500,"exception":"[Errno 21] x","message":"Traceback\n secret"}}"#.utf8)
      ).objectValue)
    #expect(
      MageRefusal(in: body, status: 200) == MageRefusal(code: 500, message: "[Errno 21] x"))
    #expect(MageRefusal(in: ["files": []], status: 200) == nil)
    #expect(MageRefusal(code: 1, message: "one\ntwo").message == "one")
  }
}
