import Platform
import HTTPClient
import HubProtocol
package import Replica
package import SyncModel

/// A project on a hub, as one side of a sync.
///
/// Its calls block threads of the connection's pool and may be made from any task. A cursor's
/// fingerprint is the tree digest: a known tree must be the very tree that its cursor was given
/// with, or that tree with the changes of a batch whose outcome carried the cursor.
package final class HubReplica: Replica {
  /// What the replica learned from the hub's answers.
  struct Memory {
    var projectID: String?
    /// Whether the id came with a snapshot that nobody has asked the identity of yet.
    var isFresh = false
    var head: Cursor?
    var limits: HubInfo.Limits?
    var keeper: (any FrameKeeper)?
  }

  /// The way to the hub.
  package let connection: HubConnection
  /// The project's name.
  package let project: String
  let meter: ProgressMeter?
  let edited: (@Sendable (SyncPath) -> Timestamp?)?
  let memory = Locked(Memory())

  /// Names a project on a hub; asks nothing yet.
  ///
  /// - Parameters:
  ///   - connection: the way to the hub.
  ///   - project: the project's name.
  ///   - meter: counts what is sent and received.
  ///   - edited: tells when a path that is pushed was last edited locally.
  package init(
    connection: HubConnection, project: String, meter: ProgressMeter? = nil,
    edited: (@Sendable (SyncPath) -> Timestamp?)? = nil
  ) {
    self.connection = connection
    self.project = project
    self.meter = meter
    self.edited = edited
  }

  package var capabilities: Capabilities { .everything }

  package func handFrames(to keeper: any FrameKeeper) -> Bool {
    memory.withLock { $0.keeper = keeper }
    return true
  }

  /// Hands a frame to whoever keeps them.
  func hand(over frame: @autoclosure () -> PassingFrame) {
    guard let keeper = memory.withLock({ $0.keeper }) else { return }
    keeper.keep(frame())
  }

  /// The path of the project in the API.
  var path: APIPath { .project(project) }

  /// Asks who the project is, unless a snapshot has just told.
  package func identity() async throws -> ReplicaIdentity {
    let told = memory.withLock { memory -> String? in
      defer { memory.isFresh = false }
      return memory.isFresh ? memory.projectID : nil
    }
    if let told { return ReplicaIdentity(id: told, clock: connection.lastTime) }
    return try await perform { [self] cancellation in
      let info = try connection.message(
        ProjectInfo.self, HubRequest(path: path), cancellation)
      memory.withLock { $0.projectID = info.id }
      return ReplicaIdentity(id: info.id, clock: connection.lastTime)
    }
  }

  /// What the hub takes in one request; asked once.
  func limits(_ cancellation: CancellationFlag) throws -> HubInfo.Limits {
    if let limits = memory.withLock({ $0.limits }) { return limits }
    let info = try connection.message(HubInfo.self, HubRequest(path: .hub), cancellation)
    memory.withLock { $0.limits = info.limits }
    return info.limits
  }

  /// Runs what blocks on the pool; every refusal that is left becomes a `ReplicaError`.
  func perform<Value: Sendable>(
    _ body: @escaping @Sendable (CancellationFlag) throws -> Value
  ) async throws -> Value {
    try await connection.blocking { [connection] cancellation in
      do {
        return try body(cancellation)
      } catch let refusal as HubRefusal {
        throw refusal.asReplicaError(connection.origin)
      }
    }
  }
}
