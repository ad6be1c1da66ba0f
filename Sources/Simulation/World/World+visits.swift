import Platform
import Replica
import SyncModel
import TestSupport

/// A run of another client between two calls of a run to its remote.
package struct Visit: Sendable, CustomStringConvertible {
  /// Before which call it comes, counted from 0.
  package var call: Int
  /// Which client runs.
  package var client: Int
  /// What it runs; it meets the remote of the run that it comes into.
  package var run: RunStep

  package var description: String { "visited before \(call) by \(client): \(run)" }
}

extension World {
  /// Lets another client run from its beginning to its end, with every law held against it.
  ///
  /// One thread carries all; the run that is visited stands still meanwhile, between two calls.
  /// It goes on also where that one ends: a task of its own is not cancelled with it.
  func visit(_ visit: Visit, during step: RunStep, of owner: Client) async throws -> Finding? {
    let visitor = clients[visit.client % clients.count]
    guard visitor !== owner else { return nil }
    var run = visit.run
    run.remote = step.remote
    coverage.note("a client between the calls of another")
    say("  visited by client \(visitor.number): \(run)")
    // Safe because everything of one world runs on one thread.
    nonisolated(unsafe) let world = self
    nonisolated(unsafe) let client = visitor
    let step = run
    return try await Task(executorPreference: Pools.current) {
      try await world.checkedRun(client, step)
    }.value
  }
}

/// A remote before each call to which other clients may run.
struct VisitedReplica: Replica {
  let inner: any Replica
  let visits: [Visit]
  let calls = Locked(0)
  let meet: @Sendable (Visit) async throws -> Void

  /// Lets come who comes before this call.
  private func pass() async throws {
    let number = calls.withLock { calls in
      defer { calls += 1 }
      return calls
    }
    for visit in visits where visit.call == number { try await meet(visit) }
  }

  var capabilities: Capabilities { inner.capabilities }

  func identity() async throws -> ReplicaIdentity {
    try await pass()
    return try await inner.identity()
  }

  func snapshot(since known: KnownTree?) async throws -> Snapshot {
    try await pass()
    return try await inner.snapshot(since: known)
  }

  func read(_ wanted: [WantedContent], into sink: any ContentSink) async throws
    -> [(content: WantedContent, reason: BlockReason)]
  {
    try await pass()
    return try await inner.read(wanted, into: sink)
  }

  func handFrames(to keeper: any FrameKeeper) -> Bool { inner.handFrames(to: keeper) }

  func apply(_ batch: Batch, contents: any ContentProvider) async throws -> BatchOutcome {
    try await pass()
    return try await inner.apply(batch, contents: contents)
  }
}
