import LocalReplica
import Platform
import Replica
import SyncModel
import TestSupport
import Testing

/// The contract that all replicas keep, on the folder and on the replica in memory.
struct ReplicaContractTests {
  @Test(arguments: ReplicaContract.promises)
  func `the local folder keeps the contract`(_ promise: ReplicaPromise) async throws {
    let project = try ProjectFixture()
    let disk = project.disk
    let hidden = HiddenNames()
    let hooks = FileHooks(before: { (step) throws(Errno) in
      if step.kind == .openFile, hidden.contains(step.name) { throw .accessDenied }
    })
    try await promise.check(
      ReplicaUnderTest(
        replica: try project.replica(hooks: hooks),
        write: { try disk.write($1, to: $0) }, remove: { try disk.removeFile($0) },
        bytes: { try disk.exists($0) ? disk.read($0) : nil },
        hide: { path in
          hidden.insert(String(path.split(separator: "/").last ?? ""))
          try disk.write([7], to: path)
        }))
  }

  @Test(arguments: ReplicaContract.promises)
  func `the replica in memory keeps the contract`(_ promise: ReplicaPromise) async throws {
    let replica = InMemoryReplica()
    try await promise.check(
      ReplicaUnderTest(
        replica: replica, write: { replica.put($1, at: try SyncPath(validating: $0)) },
        remove: { replica.set(nil, at: try SyncPath(validating: $0)) },
        bytes: { replica.bytes(at: try SyncPath(validating: $0)) },
        hide: { path in
          let path = try SyncPath(validating: path)
          replica.set(
            TreeEntry(path: path, state: .blocked(.refused(code: "hidden"))), at: path)
        }))
  }

  @Test func `the replica in memory refuses a commit id that was used for other changes`()
    async throws
  {
    let replica = InMemoryReplica()
    let contents = MemoryContents()
    let id = CommitID(run: "r", counter: 1)
    let path = try SyncPath(validating: "a")
    let first = PathChange(path: path, before: nil, after: contents.add("1"))
    let second = PathChange(path: path, before: nil, after: contents.add("2"))
    _ = try await replica.apply(Batch(id: id, changes: [first]), contents: contents)
    let error = await #expect(throws: ReplicaError.self) {
      try await replica.apply(Batch(id: id, changes: [second]), contents: contents)
    }
    #expect(error?.code == .commitReused)
  }
}
