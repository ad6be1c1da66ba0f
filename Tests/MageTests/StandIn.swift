import Crypto
import HTTPClient
import HTTPServing
import JSON
import MageReplica
import Platform
import SyncModel
import TestSupport

/// A server that behaves as Mage does, in memory, with faults to order.
///
/// It follows what was observed of the real one: errors inside of status 200, missing files as empty
/// texts, line ends that change on the way, times rounded in listings, writes that readers see half
/// done. Its files are kept by their path in the project `demo`.
final class StandIn: Sendable {
  /// Which of the two kinds of server it is.
  enum Kind: Sendable {
    case openSource
    case pro
  }

  /// A file as it lies on the server's disk.
  struct File: Sendable {
    var bytes: [UInt8]
    /// Seconds since 1970.
    var modified: Double
  }

  /// What the server does wrong, or what happens to it.
  struct Faults: Sendable {
    /// The next reads of a path answer with these instead of the truth, one after the other.
    var readings: [String: [MadeReading]] = [:]
    /// The next reads of a path answer with these files, whatever is in them.
    var oddFiles: [String: [JSONValue]] = [:]
    /// Paths that are listed and cannot be read, with the code.
    var unreadable: [String: Int] = [:]
    /// The listing names no file at all.
    var listsNothing = false
    /// Paths that the listing leaves out.
    var unlisted: Set<String> = []
    /// Runs just after the next listing, as somebody else's work.
    var afterListing: (@Sendable (StandIn) -> Void)?
    /// Runs just before the next write or deletion of a path, as somebody else's work.
    var beforeWrite: [String: @Sendable (StandIn) -> Void] = [:]
    /// Runs just after the commercial server made a path, empty.
    var afterCreate: [String: @Sendable (StandIn) -> Void] = [:]
    /// Paths, the project's name included, that the listing names too.
    var foreign: [String] = []
    /// Runs just before the next move of a path, as somebody else's work.
    var beforeMove: [String: @Sendable (StandIn) -> Void] = [:]
    /// The next questions for versions, of any path, are answered with this code.
    var refusedVersions: [Int] = []
    /// Paths that are listed without a time.
    var timeless: Set<String> = []
    /// The next questions of the commercial server's kind are answered with this error.
    var failingBrowse: [String] = []
    /// Paths whose next write is answered with an error, and how far it came.
    var failingWrites: [String: Progress] = [:]
    /// Every request is answered with this instead.
    var answer: (status: Int, body: [UInt8])?
  }

  /// How far a write came before the server failed.
  enum Progress: Sendable, CaseIterable {
    case notBegun, emptied, halfDone, done
  }

  /// A reading that is not what the file is.
  struct MadeReading: Sendable {
    var content: String
    var size: Int?
  }

  struct State: Sendable {
    var files: [String: File] = [:]
    var versions: [String: [UInt8]] = [:]
    var folders: Set<String> = []
    var faults = Faults()
    var requests: [String] = []
    var projectID: String? = "0123456789abcdef"
    /// Moves the server's idea of when files are written; nothing uses the machine's clock.
    var fixedTime: Double?
    var password: String?
    /// Whether it says that it wants its users to sign in, or does not.
    var tellsSignIn = true
  }

  let kind: Kind
  let state = Locked(State())
  private let server: Locked<HTTPServer?>
  let origin: Origin

  static let root = "/srv/.hidden/demo"
  static let token =
    "e30."
    + Base64.encode(
      Array(#"{"expires":1,"token":"inner-token"}"#.utf8), alphabet: .urlSafe) + ".sig"

  init(_ kind: Kind = .openSource) throws {
    self.kind = kind
    let holder = Locked<StandIn?>(nil)
    let server = try HTTPServer { request in
      holder.withLock { $0 }?.answer(request) ?? HTTPResponse(status: 503)
    }
    guard let origin = Origin(url: "http://127.0.0.1:\(server.port)") else {
      throw HTTPServerError(code: .cannotStart)
    }
    self.origin = origin
    self.server = Locked(server)
    release = holder
    holder.withLock { $0 = self }
  }

  // The handler holds the stand-in; letting go of it is what ends both.
  private let release: Locked<StandIn?>

  /// Ends the server.
  func stop() {
    server.withLock { server in
      server?.stop(graceSeconds: 0)
      server = nil
    }
    release.withLock { $0 = nil }
  }

  /// Writes a file as somebody at the server's disk does; `modified` in seconds since 1970.
  func put(_ path: String, _ bytes: [UInt8]?, modified: Double? = nil) {
    state.withLock { state in
      let time = modified ?? StandIn.time(state)
      state.files[path] = bytes.map { File(bytes: $0, modified: time) }
    }
  }

  /// Writes a file as somebody who uses the server's pages does: a version is kept.
  func save(_ path: String, _ text: String, version: String) {
    put(path, Array(text.utf8))
    state.withLock { $0.versions[".file_versions/\(path)/\(version)"] = Array(text.utf8) }
  }

  func bytes(_ path: String) -> [UInt8]? { state.withLock { $0.files[path]?.bytes } }

  /// The requests so far, as `METHOD target`.
  var requests: [String] { state.withLock { $0.requests } }

  func order(_ change: (inout Faults) -> Void) { state.withLock { change(&$0.faults) } }

  /// A time at which a file counts as just written, however slow the machine is.
  static var soon: Double { Double(WallClock.system.now()) / 1e9 + 600 }

  static func time(_ state: State) -> Double {
    state.fixedTime ?? Double(WallClock.system.now()) / 1e9
  }

  func connection(
    credential: String? = nil, pauses: Locked<[Int64]>? = nil
  ) throws -> MageConnection {
    try MageConnection(
      address: MageAddress(origin: origin),
      credential: credential.map { MageCredential(token: $0, origin: origin) },
      environment: MageConnection.Environment(
        client: HTTPClient(),
        sleeper: Sleeper { time, _ in pauses?.withLock { $0.append(time) } },
        pool: BlockingPool(threads: 6)))
  }

  /// A replica that takes files of every kind, because the contract's have none.
  func replica(memory: any ListingMemory = TransientListingMemory()) throws -> MageReplica {
    MageReplica(
      connection: try connection(), memory: memory, options: .init(takes: { _ in true }))
  }

  func subject() throws -> ReplicaUnderTest {
    ReplicaUnderTest(
      replica: try replica(), write: { [self] path, bytes in put(path, bytes) },
      remove: { [self] in put($0, nil) }, bytes: { [self] in bytes($0) },
      hide: { [self] in put($0, [0xFF, 0xFE]) })
  }
}
