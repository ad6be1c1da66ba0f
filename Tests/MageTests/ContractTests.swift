import MageReplica
import TestSupport
import Testing

@Suite struct ContractTests {
  @Test(arguments: ReplicaContract.promises)
  func `an open-source server keeps the contract`(promise: ReplicaPromise) async throws {
    let server = try StandIn(.openSource)
    defer { server.stop() }
    try await promise.check(server.subject())
  }

  @Test(arguments: ReplicaContract.promises)
  func `a commercial server keeps the contract`(promise: ReplicaPromise) async throws {
    let server = try StandIn(.pro)
    defer { server.stop() }
    try await promise.check(server.subject())
  }
}
