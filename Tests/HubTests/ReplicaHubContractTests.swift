import Crypto
import HTTPClient
import HubProtocol
import HubReplica
import Replica
import SyncModel
import TestSupport
import Testing

@Suite struct ReplicaHubContractTests {
  @Test(arguments: ReplicaContract.promises)
  func `a hub keeps the contract`(promise: ReplicaPromise) async throws {
    try await promise.check(try RealHub().subject())
  }

  @Test func `one client's push is what another reads, large, small and many`() async throws {
    let hub = try RealHub()
    let contents = MemoryContents()
    var changes: [PathChange] = []
    var sizes = (0..<300).map { 200 + $0 * 37 }
    sizes += [0, 1 << 20, (1 << 20) + 1, 8 << 20, (8 << 20) + 1, 17 << 20]
    for (index, size) in sizes.enumerated() {
      let node = contents.add(PackSample.noise(size, seed: UInt64(index)))
      changes.append(
        PathChange(path: Sample.path("folder \(index % 7)/é \(index)"), before: nil, after: node))
    }
    let first = try hub.replica()
    _ = try await first.snapshot(since: nil)
    let outcome = try await first.apply(
      Batch(id: CommitID(run: "r", counter: 1), changes: changes), contents: contents)
    #expect(outcome.results.allSatisfy { $0 == .done })
    #expect(outcome.cursor?.revision == 1)

    let second = try hub.replica()
    let snapshot = try await second.snapshot(since: nil)
    #expect(snapshot.cursor == outcome.cursor)
    #expect(snapshot.tree.entries.count == sizes.count)
    let sink = MemoryContents()
    let wanted = snapshot.tree.entries.compactMap { entry in
      entry.node?.file.map {
        WantedContent(path: entry.path, digest: $0.digest, size: $0.size)
      }
    }
    #expect(try await second.read(wanted, into: sink).isEmpty)
    for change in changes {
      let digest = try #require(change.node.after?.file?.digest)
      #expect(sink[digest] == contents[digest])
    }
  }

  @Test func `a known tree is carried forward by what changed, and no change is told`()
    async throws
  {
    let hub = try RealHub()
    for name in ["a", "b", "c/d"] { try hub.write(name, Array(name.utf8)) }
    let replica = try hub.replica()
    let first = try await replica.snapshot(since: nil)
    let known = KnownTree(tree: first.tree, cursor: try #require(first.cursor))
    #expect(try await replica.snapshot(since: known).tree == first.tree)
    try hub.write("b", nil)
    try hub.write("a", Array("new".utf8))
    try hub.write("c/e", [1])
    let next = try await replica.snapshot(since: known)
    #expect(next.tree.entries.map(\.path.key) == ["a", "c/d", "c/e"])
    #expect(next.cursor?.revision == 6)
    let whole = try await replica.snapshot(since: nil)
    #expect(next.tree == whole.tree)
    #expect(next.cursor == whole.cursor)
  }

  @Test func `a commit that is sent twice is applied once`() async throws {
    let hub = try RealHub()
    let contents = MemoryContents()
    let batch = Batch(
      id: CommitID(run: "r", counter: 1),
      changes: [PathChange(path: Sample.path("a"), before: nil, after: contents.add("x"))])
    for _ in 0..<2 {
      let outcome = try await hub.replica().apply(batch, contents: contents)
      #expect(outcome.results == [.done])
    }
    #expect(try await hub.replica().snapshot(since: nil).cursor?.revision == 1)
    var other = batch
    other.changes[0].node.after = contents.add("y")
    let error = await #expect(throws: ReplicaError.self) {
      _ = try await hub.replica().apply(other, contents: contents)
    }
    #expect(error?.code == .commitReused)
  }

  @Test func `a tree that cannot be is refused and planned again`() async throws {
    let hub = try RealHub()
    try hub.write("d/x", [1])
    let contents = MemoryContents()
    let outcome = try await hub.replica().apply(
      Batch(
        id: CommitID(run: "r", counter: 1),
        changes: [PathChange(path: Sample.path("d"), before: nil, after: contents.add("f"))]),
      contents: contents)
    #expect(outcome.results == [.moved(found: nil)])
  }

  @Test func `a project that is not there, or a token that is not, look the same`() async throws {
    let hub = try RealHub()
    let missing = HubReplica(connection: try hub.connection(), project: "elsewhere")
    let stranger = HubReplica(
      connection: try HubConnection(
        origin: hub.origin,
        credential: HubCredential(token: "slt_nobody", origin: hub.origin),
        environment: .init(transport: HTTPClient(), retry: .once)),
      project: "demo")
    for replica in [missing, stranger] {
      let error = await #expect(throws: ReplicaError.self) { _ = try await replica.identity() }
      #expect(error?.code == .notAllowed)
    }
  }

  @Test func `history, versions and restore tell what was done`() async throws {
    let hub = try RealHub()
    try hub.write("a/b c", Array("one\n".utf8))
    try hub.write("a/b c", Array("two\n".utf8))
    let administration = HubAdministration(connection: try hub.connection())
    let path = Sample.path("a/b c")
    #expect(try await administration.whoami().name == "ann")
    #expect(try await administration.hub().protocols.contains(Wire.version))
    #expect(try await administration.projects().map(\.name) == ["demo"])
    let history = try await administration.history(of: "demo", path: path)
    #expect(history.entries.map(\.revision) == [2, 1])
    #expect(history.entries[0].changes.first?.change == "modified")
    #expect(!history.hasMore)
    let versions = try await administration.versions(of: path, in: "demo")
    #expect(versions.map(\.revision) == [2, 1])
    let old = try await administration.file(path, in: "demo", at: 1)
    #expect(old.node?.file?.digest == SHA256.hash(Array("one\n".utf8)))
    let diff = try await administration.difference(of: path, in: "demo", from: 1, to: 2)
    #expect(diff.insertions == 1 && diff.deletions == 1)
    let response = try await administration.restore(
      RestoreRequest(path: path, revision: 1, commit: "r.1", expected: versions[0].node),
      in: "demo")
    #expect(response.revision == 3)
    #expect(try hub.bytes("a/b c") == Array("one\n".utf8))
    let refusal = await #expect(throws: WireError.self) {
      _ = try await administration.file(Sample.path("nowhere"), in: "demo")
    }
    #expect(refusal?.code == .noSuchPath)
    let made = try await administration.createProject("second")
    #expect(made.revision == 0)
    let exists = await #expect(throws: WireError.self) {
      _ = try await administration.createProject("second")
    }
    #expect(exists?.code == .exists)
  }
}
