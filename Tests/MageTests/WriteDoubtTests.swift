import Crypto
import JSON
import MageReplica
import Platform
import Replica
import SyncModel
import TestSupport
import Testing

/// Writes whose outcome is in doubt: what is not certain to be ours is left alone.
@Suite struct WriteDoubtTests {
  private let contents = MemoryContents()

  private func path(_ text: String) -> SyncPath { SyncPath(trusted: text) }

  private func node(_ text: String) -> Node {
    .file(
      Node.File(
        digest: SHA256.hash(Array(text.utf8)), size: UInt64(text.utf8.count), isExecutable: nil))
  }

  /// Makes a file, or writes over it.
  private func write(
    _ text: String, to name: String, over before: String? = nil, on server: StandIn
  ) async throws -> BatchOutcome {
    let change = PathChange(
      path: path(name), before: before.map { node($0) }, after: contents.add(text))
    return try await server.replica().apply(
      Batch(id: CommitID(run: "r", counter: 1), changes: [change]), contents: contents)
  }

  @Test func `an empty file that somebody made meanwhile is not taken for a cut write of ours`()
    async throws
  {
    let server = try StandIn()
    defer { server.stop() }
    server.order { faults in
      faults.beforeWrite["new.py"] = { server in
        server.put("new.py", [])
        server.order { $0.failingWrites["new.py"] = .notBegun }
      }
    }
    let outcome = try await write("ours\n", to: "new.py", on: server)
    #expect(outcome.results == [.moved(found: .node(node("")))])
    #expect(server.bytes("new.py") == [])
  }

  @Test(arguments: [(StandIn.Progress.emptied, ""), (.halfDone, "ou")])
  func `a part of a new file is shown and not written over`(
    progress: StandIn.Progress, left: String
  ) async throws {
    let server = try StandIn()
    defer { server.stop() }
    server.order { $0.failingWrites["a.py"] = progress }
    let outcome = try await write("ours", to: "a.py", on: server)
    #expect(outcome.results == [.moved(found: .node(node(left)))])
  }

  @Test func `a new file on the commercial server is made empty, written and read back`()
    async throws
  {
    let server = try StandIn(.pro)
    defer { server.stop() }
    let outcome = try await write("ours\n", to: "a.py", on: server)
    #expect(outcome.results == [.done])
    #expect(server.bytes("a.py") == Array("ours\n".utf8))
  }

  @Test func `what somebody writes into a file that was just made empty stays`() async throws {
    let server = try StandIn(.pro)
    defer { server.stop() }
    server.order { faults in
      faults.afterCreate["a.py"] = { $0.put("a.py", Array("theirs\n".utf8), modified: 1000) }
    }
    let outcome = try await write("ours\n", to: "a.py", on: server)
    #expect(outcome.results == [.moved(found: .node(node("theirs\n")))])
    #expect(server.bytes("a.py") == Array("theirs\n".utf8))
  }

  @Test func `CRLF is not sent where it could not be read back`() async throws {
    let server = try StandIn(.pro)
    defer { server.stop() }
    server.put("old.py", Array("a\n".utf8), modified: 1000)
    let made = try await write("a\r\nb\r\n", to: "new.py", on: server)
    #expect(made.results == [.failed(.contentNotCarried)])
    let replaced = try await write("a\r\nb\r\n", to: "old.py", over: "a\n", on: server)
    #expect(replaced.results == [.failed(.contentNotCarried)])
    #expect(server.bytes("new.py") == nil && server.bytes("old.py") == Array("a\n".utf8))
  }

  @Test(arguments: [[500], [404], [500, 500, 500]])
  func `a server that does not tell its versions spoils no more than the one file`(
    codes: [Int]
  ) async throws {
    let server = try StandIn()
    defer { server.stop() }
    server.put("a.py", Array("old\n".utf8), modified: 1000)
    server.order { $0.refusedVersions = codes }
    let outcome = try await write("new\n", to: "a.py", over: "old\n", on: server)
    guard codes == [500] else {
      #expect(outcome.results == [.failed(.refused(code: "mage_\(codes[0])"))])
      #expect(server.bytes("a.py") == Array("old\n".utf8))
      return
    }
    #expect(outcome.results == [.done])
    #expect(server.bytes("a.py") == Array("new\n".utf8))
  }

  @Test func `a server that goes away says why the rest was not tried`() async throws {
    let server = try StandIn()
    defer { server.stop() }
    server.put("gone.py", Array("old".utf8), modified: 1000)
    server.order { faults in
      faults.beforeWrite["gone.py"] = { server in server.order { $0.answer = (502, []) } }
    }
    let outcome = try await server.replica().apply(
      Batch(
        id: CommitID(run: "r", counter: 1),
        changes: [
          PathChange(path: path("a.py"), before: nil, after: contents.add("new")),
          PathChange(path: path("gone.py"), before: node("old"), after: nil),
        ]), contents: contents)
    #expect(outcome.results == [.done, .notTried])
    #expect((outcome.cut as? ReplicaError)?.code == .unreachable)
  }
}

/// A folder that stands where a file is to be.
@Suite struct FolderInTheWayTests {
  private let server: StandIn

  init() throws {
    server = try StandIn()
    server.state.withLock { _ = $0.folders.insert("x") }
  }

  private func make(_ name: String) async throws -> BatchOutcome {
    defer { server.stop() }
    let contents = MemoryContents()
    let change = PathChange(
      path: SyncPath(trusted: name), before: nil, after: contents.add("file\n"))
    return try await server.replica().apply(
      Batch(id: CommitID(run: "r", counter: 1), changes: [change]), contents: contents)
  }

  private var files: [String] { server.state.withLock { $0.files.keys.sorted() } }

  @Test func `an empty one is moved away`() async throws {
    #expect(try await make("x").results == [.done])
    #expect(server.bytes("x") == Array("file\n".utf8))
  }

  @Test func `a file that came into it since goes back with it`() async throws {
    server.order { $0.beforeMove["x"] = { $0.put("x/theirs.py", [0x61]) } }
    let outcome = try await make("x")
    #expect(outcome.results == [.failed(.occupiedFolder)] && outcome.overtaken.isEmpty)
    #expect(files == ["x/theirs.py"])
  }

  @Test func `a file that took its place since goes back`() async throws {
    server.order { faults in
      faults.beforeMove["x"] = { server in
        server.state.withLock { _ = $0.folders.remove("x") }
        server.put("x", [0x61])
      }
    }
    let outcome = try await make("x")
    #expect(outcome.results == [.failed(.occupiedFolder)])
    #expect(files == ["x"] && server.bytes("x") == [0x61])
  }

  @Test func `another failure of the server's moves nothing`() async throws {
    server.put("y.py", [0x61])
    server.order { faults in
      faults.failingWrites["z.py"] = .notBegun
      faults.beforeMove["z.py"] = { _ in Issue.record("moved") }
    }
    #expect(try await make("z.py").results == [.done])
  }
}
