import Crypto
import HTTPClient
import HTTPServing
import JSON
import LocalReplica
import MageReplica
import Platform
import ProjectState
import Replica
import SyncModel
import TestSupport

/// The stand-in for a Mage server behind the real `MageReplica`: no revisions, no conditions on a
/// write, times of a second, line ends that do not all survive.
final class MageRemote: SimulatedRemote {
  private struct Strange: Error {}
  let standIn: MageStandIn
  private let origin: Origin
  private let time: @Sendable () -> Int64
  /// Whether a content is on a disk of a client, where a person would find it.
  private let isOnDisk: ([UInt8]) -> Bool
  private var notebooks: [Int: TransientListingMemory] = [:]
  private var backup: MageStandIn.State?
  private(set) var marks = RemoteMarks()
  /// What teammates wrote unseen, as far as the server keeps a version of it.
  private var overtaken: Set<[UInt8]> = []

  init(
    _ kind: MageStandIn.Kind, number: Int, time: @escaping @Sendable () -> Int64,
    isOnDisk: @escaping ([UInt8]) -> Bool
  ) throws {
    standIn = MageStandIn(kind, now: time)
    guard let origin = Origin(url: "http://127.0.0.1:\(6789 + number)") else { throw Strange() }
    self.origin = origin
    self.time = time
    self.isOnDisk = isOnDisk
  }

  let keepsHistory = false
  let carriesEverything = false

  func replica(for process: SimulatedProcess, _ network: Network) throws -> any Replica {
    preconditionFailure("a Mage server is reached from a client's folder")
  }

  func replica(
    for process: SimulatedProcess, _ network: Network, of client: Client, _ local: LocalReplica
  ) throws -> any Replica {
    let server = MageServer(self, network)
    let time = time
    let connection = try MageConnection(
      address: MageAddress(origin: origin), credential: nil,
      environment: MageConnection.Environment(
        transport: SimulatedTransport(server: server, process: process, network: network),
        clock: WallClock(now: { time() }, monotonic: { time() }),
        sleeper: Sleeper { nanoseconds, _ in network.wait(nanoseconds) },
        randomness: client.randomness, retry: RetryPolicy(attempts: 2), pool: Pools.current))
    let notebook = notebooks[client.number] ?? TransientListingMemory()
    notebooks[client.number] = notebook
    let isIgnored = local.ignoreLookup()
    return MageReplica(
      connection: connection,
      memory: ClientNotebook(inner: notebook, state: client.state, process: process),
      options: MageReplica.Options(takes: { !isIgnored($0) }))
  }

  func picture() -> Picture {
    var picture: Picture = [:]
    for (name, file) in standIn.state.withLock({ $0.files }) {
      guard let path = MageRemote.path(name), !MageFileKinds.isHidden(path) else { continue }
      picture[path.key] = Seen(
        bytes: standIn.shown(file.bytes), isLink: false, isExecutable: false)
    }
    return picture
  }

  private static func path(_ name: String) -> SyncPath? {
    do throws(PathProblem) { return try SyncPath(validating: name) } catch { return nil }
  }

  /// Versions count for what was overtaken alone: of two saves in one second Mage keeps the later,
  /// so that what people ended by hand may go for good.
  func holds(_ bytes: [UInt8]) -> Bool {
    standIn.state.withLock { $0.files.values.map(\.bytes) }.contains { standIn.shown($0) == bytes }
      || overtaken.contains(bytes) && isVersion(bytes)
  }

  private func isVersion(_ bytes: [UInt8]) -> Bool {
    standIn.state.withLock { $0.versions.values.contains { standIn.shown($0) == bytes } }
  }

  func make(_ edit: Edit, local: (String) -> Seen?) -> [Published] {
    var published: [Published] = []
    for (path, seen) in teammateChanges(edit, on: picture(), local: local)
    where seen?.isLink != true && path != Texts.rules {
      let before = standIn.bytes(path)
      guard before != seen?.bytes else { continue }
      write(path, seen?.bytes)
      published.append(
        Published(
          path: path,
          seen: seen.map {
            Seen(bytes: standIn.shown($0.bytes), isLink: false, isExecutable: false)
          }))
      if let before { end(standIn.shown(before)) }
    }
    return published
  }

  /// In the server's pages, which keep a version; some people write on the server's disk.
  private func write(_ path: String, _ bytes: [UInt8]?) {
    // One content in five, told by its digest.
    if let bytes, standIn.bytes(path) != nil, SHA256.hash(bytes).bytes.first.map({ $0 % 5 }) == 0 {
      standIn.put(path, bytes)
    } else {
      standIn.edit(path, bytes)
    }
  }

  /// A person ended a content on the server; where nobody else has it by then, it is his to end.
  private func end(_ bytes: [UInt8]) {
    if !holds(bytes), !isOnDisk(bytes) { marks.ended.append(bytes) }
  }

  /// A write of a client's replaced what a teammate had put there since the client looked.
  ///
  /// A version that took the name of one that the client knew is not told: the server names them
  /// by whole seconds (docs/mage.md, Limits).
  func overtake(_ path: String, _ bytes: [UInt8], isNamedAnew: Bool) {
    guard standIn.bytes(path) != bytes else { return }
    let shown = standIn.shown(bytes)
    let isKept = isVersion(shown)
    if isKept { overtaken.insert(shown) }
    marks.overtaken.append((path, shown, isKept: isKept, isTold: isKept && isNamedAnew))
    end(shown)
  }

  /// The server dies in the middle of a write: a part of it stands there.
  func dieWriting(_ path: String, _ request: HTTPRequest) {
    let progress: MageStandIn.Progress = time() % 3 == 0 ? .emptied : .halfDone
    let before = standIn.bytes(path)
    standIn.order { $0.failingWrites[path] = progress }
    _ = standIn.answer(request)
    standIn.order { $0.failingWrites = [:] }
    if let left = standIn.bytes(path), left != before { marks.torn.append(standIn.shown(left)) }
  }

  /// A new file of the commercial server stands there empty before it is filled.
  func beginEmpty() { marks.torn.append([]) }

  func takeMarks() -> RemoteMarks {
    defer { marks = RemoteMarks() }
    return marks
  }

  func backUp() { backup = standIn.state.withLock { $0 } }

  /// Files come back with the time of the restore: one that came back with its old time, and the
  /// size of the one that it replaces, would be found by `--checksum` only (docs/mage.md).
  func restore() -> Bool {
    guard let backup else { return false }
    let second = Double(time()) / 1e9
    standIn.state.withLock { state in
      state.versions = backup.versions
      state.folders = backup.folders
      state.files = backup.files.mapValues { .init(bytes: $0.bytes, modified: second) }
    }
    self.backup = nil
    return true
  }
}

/// What happened to contents on a remote that is no fault of its clients.
struct RemoteMarks {
  /// Contents that people ended there, and that were nowhere else by then.
  var ended: [[UInt8]] = []
  /// What teammates wrote in the moment between the last look of a run and its write, and whether
  /// the server keeps a version of it, and one that the client has to tell of.
  var overtaken: [(path: String, bytes: [UInt8], isKept: Bool, isTold: Bool)] = []
  /// Parts of files that a server left when it died.
  var torn: [[UInt8]] = []
  /// The ends that a hub met, in words.
  var ends: [String] = []
  /// What a hub was not after such an end, although it must be.
  var troubles: [String] = []
}

/// What a client remembers of listings: kept between its runs, and by no process that is dead.
private struct ClientNotebook: ListingMemory {
  let inner: TransientListingMemory
  // Safe because everything of one world runs on one thread.
  nonisolated(unsafe) let state: StateDatabase
  let process: SimulatedProcess

  init(inner: TransientListingMemory, state: StateDatabase, process: SimulatedProcess) {
    self.inner = inner
    self.state = state
    self.process = process
  }

  func listing(of project: String) -> RememberedListing { inner.listing(of: project) }

  func keep(_ listing: RememberedListing, of project: String) {
    if !process.isDead { inner.keep(listing, of: project) }
  }

  func agreedPaths(of project: String) -> [SyncPath] {
    do {
      return try state.target(identity: project).map { try state.base(of: $0).rows.map(\.path) }
        ?? []
    } catch {
      return []
    }
  }
}
