package import Replica
import SyncModel

/// A fresh replica, and ways to look and to meddle behind its back.
package struct ReplicaUnderTest: Sendable {
  /// The replica, empty.
  package var replica: any Replica
  /// Puts a file in place without the replica's help.
  package var write: @Sendable (_ path: String, _ bytes: [UInt8]) throws -> Void
  /// Removes a file without the replica's help.
  package var remove: @Sendable (_ path: String) throws -> Void
  /// Reads a file without the replica's help; nothing if there is none.
  package var bytes: @Sendable (_ path: String) throws -> [UInt8]?
  /// Makes a path unreadable, where that can be done; the replica must then say so.
  package var hide: (@Sendable (_ path: String) throws -> Void)?

  /// Describes a replica under test.
  package init(
    replica: any Replica,
    write: @escaping @Sendable (_ path: String, _ bytes: [UInt8]) throws -> Void,
    remove: @escaping @Sendable (_ path: String) throws -> Void,
    bytes: @escaping @Sendable (_ path: String) throws -> [UInt8]?,
    hide: (@Sendable (_ path: String) throws -> Void)? = nil
  ) {
    self.replica = replica
    self.write = write
    self.remove = remove
    self.bytes = bytes
    self.hide = hide
  }
}

/// A sentence of the contract that a replica did not keep.
package struct ContractViolation: Error, CustomStringConvertible {
  /// What was expected and what came.
  package var description: String
}

/// One sentence of the replica contract, as a check that any replica can be put to.
package struct ReplicaPromise: Sendable, CustomStringConvertible {
  /// The sentence.
  package var description: String
  /// Checks it on a fresh replica; throws where it is not kept.
  package var check: @Sendable (ReplicaUnderTest) async throws -> Void
}

/// The contract of `Replica`, sentence by sentence.
package enum ReplicaContract {
  /// All promises; a test takes them as its arguments.
  package static let promises = looking + reading + writing

  static func expect(
    _ condition: Bool, _ words: @autoclosure () -> String
  ) throws(ContractViolation) {
    if !condition { throw ContractViolation(description: words()) }
  }

  static func tree(_ subject: ReplicaUnderTest) async throws -> Tree {
    let snapshot = try await subject.replica.snapshot(since: nil)
    try expect(snapshot.isComplete, "a look at a healthy replica is complete")
    return snapshot.tree
  }

  static func file(
    _ subject: ReplicaUnderTest, _ path: SyncPath
  ) async throws -> Node.File {
    guard let file = try await tree(subject)[path]?.node?.file else {
      throw ContractViolation(description: "no file at \(path)")
    }
    return file
  }

  static func path(_ text: String) throws -> SyncPath { try SyncPath(validating: text) }

  static func apply(
    _ subject: ReplicaUnderTest, _ changes: [PathChange], _ contents: any ContentProvider,
    run: String = "run", counter: UInt32 = 1
  ) async throws -> [ChangeResult] {
    let batch = Batch(id: CommitID(run: run, counter: counter), changes: changes)
    let outcome = try await subject.replica.apply(batch, contents: contents)
    try expect(outcome.results.count == changes.count, "one result for each change")
    return outcome.results
  }
}
