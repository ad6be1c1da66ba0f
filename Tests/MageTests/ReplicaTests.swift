import Crypto
import HTTPClient
import JSON
import MageReplica
import Platform
import Replica
import SyncModel
import TestSupport
import Testing

@Suite struct ReplicaTests {
  private func path(_ text: String) -> SyncPath { SyncPath(trusted: text) }

  private func batch(_ changes: PathChange...) -> Batch {
    Batch(id: CommitID(run: "r", counter: 1), changes: changes)
  }

  private func node(_ text: String) -> Node {
    .file(
      Node.File(
        digest: SHA256.hash(Array(text.utf8)), size: UInt64(text.utf8.count), isExecutable: nil))
  }

  @Test func `an empty or torn read never reaches the tree`() async throws {
    let server = try StandIn()
    defer { server.stop() }
    server.put("a.py", Array("whole\n".utf8), modified: StandIn.soon)
    server.order { faults in
      faults.readings["a.py"] = [
        StandIn.MadeReading(content: "", size: 0), StandIn.MadeReading(content: "", size: nil),
        StandIn.MadeReading(content: "who", size: 3), StandIn.MadeReading(content: "who", size: 6),
      ]
    }
    let tree = try await server.replica().snapshot(since: nil).tree
    #expect(tree[path("a.py")]?.node == node("whole\n"))
  }

  private static let absent: JSONValue = [
    "content": "", "size": .null, "modified_timestamp": .null,
  ]

  @Test(arguments: [false, true])
  func `a file that the listing names is not gone by an odd answer`(isKnown: Bool) async throws {
    let server = try StandIn()
    defer { server.stop() }
    let memory = TransientListingMemory()
    server.put("a.py", Array("one\n".utf8), modified: 1000)
    if isKnown { _ = try await server.replica(memory: memory).snapshot(since: nil) }
    server.put("a.py", Array("two\n".utf8), modified: 2000)
    server.order { $0.oddFiles["a.py"] = [Self.absent] }
    let tree = try await server.replica(memory: memory).snapshot(since: nil).tree
    #expect(tree[path("a.py")]?.node == node("two\n"))
    // It stays so: left alone, and not gone.
    server.put("a.py", Array("three\n".utf8), modified: 3000)
    server.order { $0.oddFiles["a.py"] = [Self.absent, Self.absent] }
    let odd = try await server.replica(memory: memory).snapshot(since: nil).tree
    #expect(odd[path("a.py")]?.state == .blocked(.refused(code: "content_missing")))
    let again = try await server.replica(memory: memory).snapshot(since: nil).tree
    #expect(again[path("a.py")]?.node == node("three\n"))
  }

  @Test func `a file that goes between the listing and the read is gone`() async throws {
    let server = try StandIn()
    defer { server.stop() }
    let memory = TransientListingMemory()
    server.put("a.py", Array("one\n".utf8), modified: 1000)
    _ = try await server.replica(memory: memory).snapshot(since: nil)
    server.put("a.py", Array("two\n".utf8), modified: 2000)
    server.order { faults in
      faults.afterListing = { server in server.put("a.py", nil) }
    }
    let tree = try await server.replica(memory: memory).snapshot(since: nil).tree
    #expect(tree[path("a.py")] == nil)
  }

  @Test(arguments: [[:], ["content": "", "modified_timestamp": .null]] as [JSONValue])
  func `an answer to a read without a size is not understood`(odd: JSONValue) async throws {
    let server = try StandIn()
    defer { server.stop() }
    server.put("a.py", Array("one\n".utf8), modified: 1000)
    server.order { $0.oddFiles["a.py"] = [odd] }
    let error = await #expect(throws: ReplicaError.self) {
      _ = try await server.replica().snapshot(since: nil)
    }
    #expect(error?.code == .notUnderstood)
  }

  @Test(arguments: [400, 500])
  func `a file that the server does not hand out is blocked, the others are seen`(
    code: Int
  ) async throws {
    let server = try StandIn()
    defer { server.stop() }
    for name in ["a.py", "link.py"] { server.put(name, [0x61], modified: 1000) }
    server.order { $0.unreadable["link.py"] = code }
    let tree = try await server.replica().snapshot(since: nil).tree
    #expect(tree[path("a.py")]?.node == node("a"))
    #expect(tree[path("link.py")]?.state == .blocked(.refused(code: "mage_\(code)")))
  }

  @Test func `a folder is occupied by what takes no part and by names that cannot be paths`()
    async throws
  {
    let server = try StandIn()
    defer { server.stop() }
    for name in ["a/kept.py", "b/out.py", "c/we:ird.py"] {
      server.put(name, [0x61], modified: 1000)
    }
    let found = try await server.replica(takes: { $0 != path("b/out.py") })
      .snapshot(since: nil)
    #expect(found.tree.entries.map(\.path.key) == ["a/kept.py"])
    #expect(found.occupied == [path("b"), path("c")])
  }

  @Test func `an agreed file that takes no part is not gone, listed or not`() async throws {
    let server = try StandIn()
    defer { server.stop() }
    for name in ["a.py", "out.py"] { server.put(name, [0x61], modified: 1000) }
    let memory = AgreedMemory(paths: ["a.py", "out.py", "gone.csv", "gone.py"].map { path($0) })
    let tree = try await server.replica(
      memory: memory, takes: { [path("a.py"), path("gone.py")].contains($0) }
    )
    .snapshot(since: nil).tree
    for name in ["out.py", "gone.csv"] {
      #expect(tree[path(name)]?.state == .blocked(.listingIncomplete))
    }
    #expect(tree.entries.count == 3)
  }

  @Test func `what was planned for one project is not written to another`() async throws {
    let server = try StandIn()
    defer { server.stop() }
    let replica = try server.replica()
    _ = try await replica.snapshot(since: nil)
    server.state.withLock { $0.projectID = "another" }
    let contents = MemoryContents()
    await #expect(throws: ReplicaError.self) {
      _ = try await replica.apply(
        batch(PathChange(path: path("a.py"), before: nil, after: contents.add("new"))),
        contents: contents)
    }
    #expect(server.bytes("a.py") == nil)
  }

  @Test func `two servers with one project_uuid are two projects, with a memory each`()
    async throws
  {
    let (staging, production) = (try StandIn(), try StandIn())
    defer {
      staging.stop()
      production.stop()
    }
    let memory = TransientListingMemory()
    for (server, text) in [(staging, "new\n"), (production, "old\n")] {
      server.put("a.py", Array(text.utf8), modified: 1000)
      let tree = try await server.replica(memory: memory).snapshot(since: nil).tree
      #expect(tree[path("a.py")]?.node == node(text))
    }
    let first = try await staging.replica().identity().id
    #expect(try await production.replica().identity().id != first)
    #expect(try await staging.replica().identity().id == first)
    #expect(memory.listing(of: first).rows.count == 1)
  }

  @Test func `an empty listing deletes nothing that answers by name`() async throws {
    let server = try StandIn()
    defer { server.stop() }
    for number in 0..<30 { server.put("f\(number).py", [0x61], modified: 1000) }
    let replica = try server.replica()
    let whole = try await replica.snapshot(since: nil).tree
    server.order { $0.listsNothing = true }
    #expect(try await replica.snapshot(since: nil).tree == whole)
    server.order { faults in
      faults.listsNothing = false
      faults.unlisted = ["f3.py"]
    }
    server.put("f4.py", nil)
    let later = try await replica.snapshot(since: nil).tree
    #expect(later[path("f3.py")] != nil && later[path("f4.py")] == nil)
    #expect(later.entries.count == 29)
  }

  @Test func `a listing that did not change costs two requests`() async throws {
    let server = try StandIn()
    defer { server.stop() }
    for number in 0..<5 { server.put("f\(number).py", [0x61], modified: 1000) }
    let memory = TransientListingMemory()
    _ = try await server.replica(memory: memory).snapshot(since: nil)
    let before = server.requests.count
    _ = try await server.replica(memory: memory).snapshot(since: nil)
    #expect(server.requests.dropFirst(before) == ["GET /api/status", "GET /api/files"])
  }

  @Test func `a deletion is believed once it is confirmed, and costs nothing later`() async throws {
    let server = try StandIn()
    defer { server.stop() }
    for number in 0..<3 { server.put("f\(number).py", [0x61], modified: 1000) }
    let memory = TransientListingMemory()
    _ = try await server.replica(memory: memory).snapshot(since: nil)
    server.put("f1.py", nil)
    var asked: [Int] = []
    for _ in 0..<2 {
      let before = server.requests.count
      let tree = try await server.replica(memory: memory).snapshot(since: nil).tree
      #expect(tree.entries.map(\.path.key) == ["f0.py", "f2.py"])
      asked.append(server.requests.count - before)
    }
    #expect(asked == [3, 2])
  }

  @Test func `two writes of one size within a second are both seen`() async throws {
    let server = try StandIn()
    defer { server.stop() }
    let replica = try server.replica()
    let now = StandIn.soon
    for text in ["one", "two"] {
      server.put("a.py", Array(text.utf8), modified: now)
      let tree = try await replica.snapshot(since: nil).tree
      #expect(tree[path("a.py")]?.node == node(text))
    }
  }

  @Test func `a file whose size and time were kept is seen when everything is read`() async throws {
    let server = try StandIn()
    defer { server.stop() }
    let memory = TransientListingMemory()
    server.put("a.py", Array("one".utf8), modified: 1000)
    _ = try await server.replica(memory: memory).snapshot(since: nil)
    server.put("a.py", Array("two".utf8), modified: 1000)
    let careful = MageReplica(
      connection: try server.connection(), memory: memory,
      options: .init(takes: { _ in true }, readsEverything: true))
    let tree = try await careful.snapshot(since: nil).tree
    #expect(tree[path("a.py")]?.node == node("two"))
  }

  @Test func `what a pull wants was read by the look`() async throws {
    let server = try StandIn()
    defer { server.stop() }
    server.put("a.py", Array("text".utf8), modified: 1000)
    let replica = try server.replica()
    let tree = try await replica.snapshot(since: nil).tree
    let file = try #require(tree[path("a.py")]?.node?.file)
    let before = server.requests.count
    let sink = MemoryContents()
    let missing = try await replica.read(
      [WantedContent(path: path("a.py"), digest: file.digest, size: file.size)], into: sink)
    #expect(missing.isEmpty && sink[file.digest] == Array("text".utf8))
    #expect(server.requests.count == before)
  }

  @Test func `texts with CRLF keep their bytes, bytes that are no text are named`() async throws {
    let server = try StandIn()
    defer { server.stop() }
    server.put("crlf.py", Array("a\r\nb\r\n".utf8), modified: 1000)
    server.put("mixed.py", Array("a\r\nb\n".utf8), modified: 1000)
    server.put("latin.txt", [0x66, 0xFC], modified: 1000)
    let tree = try await server.replica().snapshot(since: nil).tree
    #expect(tree[path("crlf.py")]?.node == node("a\r\nb\r\n"))
    #expect(tree[path("mixed.py")]?.state == .blocked(.contentNotCarried))
    #expect(tree[path("latin.txt")]?.state == .blocked(.contentNotCarried))
  }

  @Test func `a write that slipped in between is told with its place`() async throws {
    let server = try StandIn()
    defer { server.stop() }
    server.put("a.py", Array("old".utf8), modified: 1000)
    server.order { faults in
      faults.beforeWrite["a.py"] = { $0.save("a.py", "theirs", version: "4242") }
    }
    let contents = MemoryContents()
    let change = PathChange(path: path("a.py"), before: node("old"), after: contents.add("ours"))
    let outcome = try await server.replica().apply(batch(change), contents: contents)
    #expect(outcome.results == [.done])
    #expect(
      outcome.overtaken == [OvertakenWrite(path: path("a.py"), place: ".file_versions/a.py/4242")])
    let found = try await server.replica().file(at: path("a.py"), version: 4242)
    #expect(found?.node == node("theirs"))
  }

  @Test func `an undisturbed write tells of nobody`() async throws {
    let server = try StandIn()
    defer { server.stop() }
    server.put("a.py", Array("old".utf8), modified: 1000)
    let contents = MemoryContents()
    let change = PathChange(path: path("a.py"), before: node("old"), after: contents.add("ours"))
    let outcome = try await server.replica().apply(batch(change), contents: contents)
    #expect(outcome.results == [.done] && outcome.overtaken.isEmpty)
  }

  @Test(arguments: StandIn.Progress.allCases)
  func `a write that failed halfway is settled by looking`(
    progress: StandIn.Progress
  ) async throws {
    // A new file of which a part stands there may be somebody else's.
    let isWhole = [.notBegun, .done].contains(progress)
    for before in ["old", nil] where before != nil || isWhole {
      let server = try StandIn()
      defer { server.stop() }
      if let before { server.put("a.py", Array(before.utf8), modified: 1000) }
      server.order { $0.failingWrites["a.py"] = progress }
      let contents = MemoryContents()
      let change = PathChange(
        path: path("a.py"), before: before.map(node), after: contents.add("ours"))
      let outcome = try await server.replica().apply(batch(change), contents: contents)
      #expect(outcome.results == [.done])
      #expect(server.bytes("a.py") == Array("ours".utf8))
    }
  }

  @Test func `YAML that is none is not pushed, and what is beside it is`() async throws {
    let server = try StandIn()
    defer { server.stop() }
    let contents = MemoryContents()
    let outcome = try await server.replica().apply(
      batch(
        PathChange(
          path: path("pipelines/p/metadata.yaml"), before: nil, after: contents.add("a:\n - [")),
        PathChange(path: path("b.yaml"), before: nil, after: contents.add("a: 1\n"))),
      contents: contents)
    guard case .failed(.notWellFormed) = outcome.results[0] else {
      Issue.record("\(outcome.results)")
      return
    }
    #expect(outcome.results[1] == .done)
    #expect(server.bytes("pipelines/p/metadata.yaml") == nil)
  }

  @Test func `a text that would come back changed is not pushed`() async throws {
    let server = try StandIn()
    defer { server.stop() }
    let contents = MemoryContents()
    let outcome = try await server.replica().apply(
      batch(PathChange(path: path("a.py"), before: nil, after: contents.add("a\rb"))),
      contents: contents)
    #expect(outcome.results == [.failed(.contentNotCarried)])
    #expect(server.bytes("a.py") == nil)
  }

  @Test func `a folder with a file in it is not moved away`() async throws {
    let server = try StandIn()
    defer { server.stop() }
    server.put("x/theirs.csv", [1])
    let contents = MemoryContents()
    let outcome = try await server.replica().apply(
      batch(PathChange(path: path("x"), before: nil, after: contents.add("file"))),
      contents: contents)
    #expect(outcome.results == [.failed(.occupiedFolder)])
    #expect(server.bytes("x/theirs.csv") == [1])
  }
}

/// A memory that knows nothing of listings, only what was agreed on.
private struct AgreedMemory: ListingMemory {
  let paths: [SyncPath]

  func listing(of project: String) -> RememberedListing { RememberedListing() }

  func keep(_ listing: RememberedListing, of project: String) {}

  func agreedPaths(of project: String) -> [SyncPath] { paths }
}
