import Crypto
import HTTPClient
import Hub
import HubProtocol
import HubReplica
import HubStore
import Platform
import Replica
import SyncModel
import TestSupport

/// A real hub without a socket, over a folder that is in memory where the system has one.
final class HubRemote: SimulatedRemote {
  private struct Missing: Error {}
  private let folder: MemoryFolder
  private let environment: HubEnvironment
  private var data: String
  private var generation = 0
  private var backup: String?
  private var edits = 0
  private let token: String
  private let time: @Sendable () -> Int64
  let server: Locked<Hub>
  private(set) var store: HubStore
  private let origin: Origin

  init(seed: UInt64, time: @escaping @Sendable () -> Int64) throws {
    folder = try MemoryFolder()
    self.time = time
    let randomness = Randomness.seeded(seed)
    environment = HubEnvironment(
      now: { Timestamp(nanoseconds: time()) }, randomBytes: { randomness.bytes($0) })
    data = folder.path + "/data"
    store = try HubStore(DataFolder(data), for: .serve, environment: environment)
    _ = try store.createProject(named: "demo", by: "test")
    token = try store.createToken(
      named: "ann", scope: .write, project: nil, expires: nil, by: "test"
    ).text
    guard let origin = Origin(url: "http://127.0.0.1:80") else { throw Missing() }
    self.origin = origin
    server = Locked(
      Hub(store: store, configuration: HubConfiguration(version: "1"), environment: environment))
  }

  private var project: HubProject {
    get throws {
      guard let project = try store.project(named: "demo") else { throw Missing() }
      return project
    }
  }

  func replica(for process: SimulatedProcess, _ network: Network) throws -> any Replica {
    nonisolated(unsafe) let host = self
    let transport = SimulatedTransport(
      hub: server, process: process, network: network,
      teammate: { edit in
        do {
          for bytes in try host.make(edit, local: { _ in nil }) { network.note("", bytes) }
        } catch {
          // A teammate whose edit is refused tries nothing else.
        }
      }, restart: { host.restart() })
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
  }

  func make(_ edit: Edit, local: (String) -> Seen?) throws -> [[UInt8]] {
    let picture = try picture()
    let changes = teammateChanges(edit, on: picture, local: local).filter {
      picture[$0.path] != $0.seen
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
    return changes.compactMap { $0.seen }.filter { !$0.isLink }.map(\.bytes)
  }

  /// Ends the server and starts it again over the same data.
  func restart() {
    do { try reopen() } catch {
      preconditionFailure("a hub does not start again: \(error)")
    }
  }

  private func reopen() throws {
    let environment = environment
    // The old one lets go of its locks first: both are replaced by one over nothing.
    let spare = folder.path + "/spare"
    if spareStore == nil {
      spareStore = try HubStore(DataFolder(spare), for: .serve, environment: environment)
    }
    if let spareStore {
      store = spareStore
      server.withLock {
        $0 = Hub(
          store: spareStore, configuration: HubConfiguration(version: "1"),
          environment: environment)
      }
    }
    store = try HubStore(DataFolder(data), for: .serve, environment: environment)
    let fresh = store
    server.withLock {
      $0 = Hub(
        store: fresh, configuration: HubConfiguration(version: "1"), environment: environment)
    }
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
    data = backup
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
