import HTTPClient
import HTTPServing
import MageReplica
import Platform
import SyncModel
import TestSupport

/// The stand-in for a Mage server behind a real socket, and the ways to it.
final class StandIn: Sendable {
  typealias Progress = MageStandIn.Progress
  typealias MadeReading = MageStandIn.MadeReading

  let core: MageStandIn
  private let server: Locked<HTTPServer?>
  let origin: Origin

  static let token = MageStandIn.token

  init(_ kind: MageStandIn.Kind = .openSource) throws {
    let core = MageStandIn(kind)
    let server = try HTTPServer { core.answer($0) }
    guard let origin = Origin(url: "http://127.0.0.1:\(server.port)") else {
      throw HTTPServerError(code: .cannotStart)
    }
    self.core = core
    self.origin = origin
    self.server = Locked(server)
  }

  private let deaf = Locked<DeafPort?>(nil)

  /// Ends the server.
  func stop() {
    server.withLock { server in
      let port = server?.port
      server?.stop(graceSeconds: 0)
      if server != nil { deaf.withLock { $0 = port.flatMap { DeafPort($0) } } }
      server = nil
    }
  }

  var state: Locked<MageStandIn.State> { core.state }

  /// Writes a file as somebody at the server's disk does; `modified` in seconds since 1970.
  func put(_ path: String, _ bytes: [UInt8]?, modified: Double? = nil) {
    core.put(path, bytes, modified: modified)
  }

  func bytes(_ path: String) -> [UInt8]? { core.bytes(path) }

  /// The requests so far, as `METHOD target`.
  var requests: [String] { core.state.withLock { $0.requests } }

  func order(_ change: (inout MageStandIn.Faults) -> Void) { core.order(change) }

  /// A time at which a file counts as just written, however slow the machine is.
  static var soon: Double { Double(WallClock.system.now()) / 1e9 + 600 }

  func connection(
    credential: String? = nil, pauses: Locked<[Int64]>? = nil
  ) throws -> MageConnection {
    try MageConnection(
      address: MageAddress(origin: origin),
      credential: credential.map { MageCredential(token: $0, origin: origin) },
      environment: MageConnection.Environment(
        transport: HTTPClient(),
        sleeper: Sleeper { time, _ in pauses?.withLock { $0.append(time) } },
        pool: BlockingPool(threads: 6)))
  }

  /// A replica that takes files of every kind, because the contract's have none.
  func replica(
    memory: any ListingMemory = TransientListingMemory(),
    takes: @escaping @Sendable (SyncPath) -> Bool = { _ in true }
  ) throws -> MageReplica {
    MageReplica(
      connection: try connection(), memory: memory, options: .init(takes: takes))
  }

  func subject() throws -> ReplicaUnderTest {
    ReplicaUnderTest(
      replica: try replica(), write: { [self] path, bytes in put(path, bytes) },
      remove: { [self] in put($0, nil) }, bytes: { [self] in bytes($0) },
      hide: { [self] in put($0, [0xFF, 0xFE]) })
  }
}
