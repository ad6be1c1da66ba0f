import Crypto
import HTTPClient
import Hub
import HubProtocol
import HubReplica
import HubStore
import Platform
import Replica
import SyncCore
import SyncModel
import TestSupport

/// A real hub without a socket, over a folder that is in memory where the system has one.
final class HubRemote: SimulatedRemote {
  private struct Missing: Error {}
  private let folder: MemoryFolder
  let environment: HubEnvironment
  let device: HubDevice
  private var generation = 0
  private var backup: String?
  private var edits = 0
  var marks = RemoteMarks()
  private let token: String
  private let time: @Sendable () -> Int64
  private(set) var hub: Hub
  private(set) var store: HubStore
  private let origin: Origin

  init(seed: UInt64, time: @escaping @Sendable () -> Int64) throws {
    folder = try MemoryFolder()
    self.time = time
    let randomness = Randomness.seeded(seed)
    let device = HubDevice(folder.path + "/data", seed: seed)
    self.device = device
    environment = HubEnvironment(
      now: { Timestamp(nanoseconds: time()) }, randomBytes: { randomness.bytes($0) },
      watch: { (step) throws(HubStoreError) in try device.watch(step) })
    store = try HubStore(DataFolder(device.folder), for: .serve, environment: environment)
    _ = try store.createProject(named: "demo", by: "test")
    token = try store.createToken(
      named: "ann", scope: .write, project: nil, expires: nil, by: "test"
    ).text
    guard let origin = Origin(url: "http://127.0.0.1:80") else { throw Missing() }
    self.origin = origin
    hub = Hub(
      store: store, configuration: HubConfiguration(version: "1"), environment: environment)
  }

  var project: HubProject {
    get throws {
      guard let project = try store.project(named: "demo") else { throw Missing() }
      return project
    }
  }

  func replica(for process: SimulatedProcess, _ network: Network) throws -> any Replica {
    let transport = SimulatedTransport(
      server: HubServer(self, network), process: process, network: network)
    let time = time
    let connection = try HubConnection(
      origin: origin, credential: HubCredential(token: token, origin: origin),
      environment: .init(
        transport: transport,
        clock: WallClock(now: { time() }, monotonic: { time() }),
        sleeper: Sleeper { nanoseconds, _ in network.wait(nanoseconds) },
        randomness: .seeded(7), retry: RetryPolicy(attempts: 2), pool: Pools.current))
    return HubReplica(connection: connection, project: "demo")
  }

  func picture() throws -> Picture {
    let project = try project
    var picture: Picture = [:]
    var nodes: [(String, Node)] = []
    try store.changes(since: nil, in: project, head: { _ in }) { entry in
      if let node = entry.node { nodes.append((entry.path.key, node)) }
    }
    for (path, node) in nodes {
      switch node {
      case .file(let file):
        picture[path] = Seen(
          bytes: try store.content(file.digest, in: project).bytes(limit: 1 << 20),
          isLink: false, isExecutable: file.isExecutable ?? false)
      case .link(let target):
        picture[path] = Seen(bytes: Array(target.utf8), isLink: true, isExecutable: false)
      }
    }
    return picture
  }

  func holds(_ bytes: [UInt8]) throws -> Bool {
    try store.missing(of: [SHA256.hash(bytes)], in: project).isEmpty
      || picture().holds(linkOwedAs: bytes) || history(holds: bytes)
  }

  /// Whether a link that the ledger owes stood here at some revision.
  private func history(holds owed: [UInt8]) throws -> Bool {
    guard owed.starts(with: Seen.owed(linkTo: [])) else { return false }
    var before: UInt64?
    while true {
      let page = try store.history(
        before: before, limit: 100, path: nil, changesLimit: .max, in: project)
      for case .link(let target)? in page.entries.flatMap(\.changes).map(\.after)
      where Seen.owed(linkTo: Array(target.utf8)) == owed { return true }
      guard page.hasMore, let last = page.entries.last else { return false }
      before = last.revision
    }
  }

  func make(_ edit: Edit, local: (String) -> Seen?) throws -> [Published] {
    let picture = try picture()
    let changes = teammateChanges(edit, on: picture, local: local).filter { path, seen in
      // A hub takes no link that leads out of the project.
      let escapes = seen.map { seen in
        seen.isLink
          && TreeRules.escapes(
            target: String(decoding: seen.bytes, as: UTF8.self), at: SyncPath(trusted: path))
      }
      return picture[path] != seen && escapes != true
    }
    guard !changes.isEmpty else { return [] }
    edits += 1
    let items = changes.map { path, seen in
      CommitRequest.Item(
        path: SyncPath(trusted: path), expected: picture[path]?.node, new: seen?.node,
        edited: Timestamp(nanoseconds: time()),
        content: seen.flatMap { $0.isLink ? nil : $0.bytes })
    }
    _ = try store.commit(
      CommitRequest(id: "teammate.\(generation).\(edits)", message: nil, changes: items),
      author: "teammate", in: project)
    return changes.map { Published(path: $0.path, seen: $0.seen) }
  }

  /// Ends the server and starts it again over the same data.
  func restart() {
    do { try reopen() } catch {
      preconditionFailure("a hub does not start again: \(error)")
    }
  }

  private func reopen() throws {
    // The old one lets go of its locks first: both are replaced by one over nothing.
    let unwatched = HubEnvironment(
      now: environment.now, randomBytes: environment.randomBytes)
    let spare =
      try spareStore
      ?? HubStore(DataFolder(folder.path + "/spare"), for: .serve, environment: unwatched)
    spareStore = spare
    serve(spare)
    try serve(HubStore(DataFolder(device.folder), for: .serve, environment: environment))
  }

  func serve(_ fresh: HubStore) {
    store = fresh
    hub = Hub(
      store: fresh, configuration: HubConfiguration(version: "1"), environment: environment)
  }

  private var spareStore: HubStore?

  func backUp() throws {
    generation += 1
    let path = folder.path + "/backup\(generation)"
    try store.backup(to: DataFolder(path))
    backup = path
  }

  func restore() throws -> Bool {
    guard let backup else { return false }
    device.change(to: backup)
    self.backup = nil
    try reopen()
    return true
  }
}

/// A folder in memory where the system has one, else a temporary one; it goes with its last use.
final class MemoryFolder: Sendable {
  let path: String
  private let parent: String
  private let name: String

  init() throws(Errno) {
    let files = POSIXFileSystem()
    var base = "/dev/shm"
    do throws(Errno) { _ = try files.openDirectory(path: base) } catch { base = "/tmp" }
    name = "syncline-simulation-" + String(Randomness.system.number(), radix: 36)
    parent = base
    try files.createDirectory(path: base + "/" + name, mode: 0o700)
    path = base + "/" + name
  }

  deinit {
    do throws(Errno) {
      try POSIXFileSystem().openDirectory(path: parent).removeTree(name)
    } catch {
      // What cannot be removed is left to the system.
    }
  }
}
