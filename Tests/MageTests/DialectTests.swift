import MageReplica
import Platform
import Replica
import SyncModel
import TestSupport
import Testing

/// Which kind of server it is, and what its listings say.
@Suite struct DialectTests {
  private func path(_ text: String) -> SyncPath { SyncPath(trusted: text) }

  @Test func `a failure that passes does not make a commercial server another one`() async throws {
    let server = try StandIn(.pro)
    defer { server.stop() }
    server.put("a.py", [0x61], modified: 1000)
    server.order { $0.failingBrowse = ["the database is locked"] }
    let memory = TransientListingMemory()
    await #expect(throws: ReplicaError.self) {
      _ = try await server.replica(memory: memory).snapshot(since: nil)
    }
    let tree = try await server.replica(memory: memory).snapshot(since: nil).tree
    #expect(tree[path("a.py")] != nil)
  }

  @Test func `a file that is listed without a time is read each time`() async throws {
    let server = try StandIn(.pro)
    defer { server.stop() }
    server.order { $0.timeless = ["a.py"] }
    let memory = TransientListingMemory()
    for byte in [UInt8(0x61), 0x62] {
      server.put("a.py", [byte], modified: 1000)
      server.put("b.py", [0x63], modified: 1000)
      let tree = try await server.replica(memory: memory).snapshot(since: nil).tree
      #expect(tree[path("a.py")]?.node == MemoryContents().add([byte], isExecutable: nil))
      #expect(tree[path("b.py")] != nil)
    }
  }

  @Test func `hidden files are counted, take no part, and need not be asked for again`()
    async throws
  {
    let server = try StandIn()
    defer { server.stop() }
    for name in ["a.py", "x/__pycache__/a.py"] { server.put(name, [0x61], modified: 1000) }
    let memory = TransientListingMemory()
    for _ in 0..<2 {
      let replica = try server.replica(memory: memory)
      let tree = try await replica.snapshot(since: nil).tree
      #expect(tree.entries.map(\.path.key) == ["a.py"])
      let rows = memory.listing(of: try await replica.identity().id).rows
      #expect(rows.map(\.path.key) == ["a.py", "x/__pycache__/a.py"])
    }
    server.put("x/__pycache__/a.py", nil)
    let before = server.requests.count
    _ = try await server.replica(memory: memory).snapshot(since: nil)
    #expect(server.requests.count == before + 2)
  }

  @Test func `rows of other projects are counted and never remembered as a whole`() async throws {
    let server = try StandIn()
    defer { server.stop() }
    server.put("a.py", [0x61], modified: 1000)
    server.order { $0.foreign = ["elsewhere/a.py"] }
    let memory = TransientListingMemory()
    for _ in 0..<2 {
      let replica = try server.replica(memory: memory)
      let tree = try await replica.snapshot(since: nil).tree
      #expect(tree.entries.count == 1 && replica.listedOutside == 1)
    }
  }

  @Test func `a server that does not say so may still want a sign-in, and needs no id for it`()
    async throws
  {
    let server = try StandIn()
    defer { server.stop() }
    server.state.withLock { state in
      state.projectID = nil
      state.tellsSignIn = false
    }
    #expect(try await server.connection().wantsSignIn() == nil)
    #expect(server.requests == ["GET /api/status"])
  }
}
