import Crypto
import Platform
import Replica
import SyncModel
import TestSupport

/// A remote in memory, with a history and an edit time for everything.
final class MemoryRemote: SimulatedRemote {
  let inner: InMemoryReplica
  private let time: @Sendable () -> Int64
  /// The links that ever stood here: of contents the replica itself keeps every one.
  private let links = Locked<Set<[UInt8]>>([])

  init(id: String, time: @escaping @Sendable () -> Int64) {
    inner = InMemoryReplica(id: id)
    self.time = time
  }

  func replica(for process: SimulatedProcess, _ network: Network) -> any Replica {
    FaultyReplica(self, process, network)
  }

  func picture() -> Picture {
    var picture: Picture = [:]
    for entry in inner.tree.entries {
      switch entry.node {
      case .file(let file)?:
        picture[entry.path.key] = Seen(
          bytes: inner.contents[file.digest] ?? [], isLink: false,
          isExecutable: file.isExecutable ?? false)
      case .link(let target)?:
        picture[entry.path.key] = Seen(
          bytes: Array(target.utf8), isLink: true, isExecutable: false)
      case nil: continue
      }
    }
    return picture
  }

  func holds(_ bytes: [UInt8]) -> Bool {
    inner.contents[SHA256.hash(bytes)] != nil || links.withLock { $0.contains(bytes) }
      || picture().holds(linkOwedAs: bytes)
  }

  /// Remembers the links that stand here now, as a history does.
  func rememberLinks() {
    let found = picture().values.filter(\.isLink).map(\.owed)
    links.withLock { $0.formUnion(found) }
  }

  func make(_ edit: Edit, local: (String) -> Seen?) -> [Published] {
    var published: [Published] = []
    for (path, seen) in teammateChanges(edit, on: picture(), local: local) {
      published.append(Published(path: path, seen: seen))
      let path = SyncPath(trusted: path)
      guard let seen else {
        inner.set(nil, at: path)
        continue
      }
      if !seen.isLink { inner.contents.add(seen.bytes) }
      inner.set(
        TreeEntry(
          path: path, state: .node(seen.node), modified: Timestamp(nanoseconds: time())),
        at: path)
    }
    rememberLinks()
    return published
  }

  func backUp() {}

  func restore() -> Bool { false }
}

/// A remote in memory behind a network that fails.
private final class FaultyReplica: Replica {
  private let remote: InMemoryReplica
  private let teammate: @Sendable (Edit) -> Void
  private let remember: @Sendable () -> Void
  private let process: SimulatedProcess
  private let network: Network

  init(_ remote: MemoryRemote, _ process: SimulatedProcess, _ network: Network) {
    self.remote = remote.inner
    self.process = process
    self.network = network
    // Safe because everything of one world runs on one thread.
    nonisolated(unsafe) let host = remote
    teammate = { edit in network.note(host.make(edit, local: { _ in nil })) }
    remember = { host.rememberLinks() }
  }

  var capabilities: Capabilities { remote.capabilities }

  /// Carries one call; what the fault says goes wrong.
  private func call<Result>(
    _ line: String, _ body: () async throws -> Result
  ) async throws -> Result {
    let fault: NetworkFault?
    do throws(Errno) { fault = try network.begin(line, process) } catch { throw unreachable }
    switch fault {
    case .dropRequest?, .restart?: throw unreachable
    case .status(let status)?: throw refused(status)
    case .page?: throw ReplicaError(.notUnderstood, detail: "a page")
    case .teammate(let edit)?: teammate(edit)
    case .delay?: network.wait(90_000_000_000)
    case .repeated?: _ = try await body()
    case .dropAnswer?, .cut?, .truncated?, .otherProject?, .hostile?, .hubEnds?, nil: break
    }
    let result = try await body()
    do throws(Errno) { try process.leave() } catch { throw unreachable }
    if fault == .dropAnswer || fault == .cut { throw unreachable }
    return result
  }

  private var unreachable: ReplicaError {
    ReplicaError(.unreachable, detail: "simulated", isRetriable: true)
  }

  private func refused(_ status: Int) -> ReplicaError {
    switch status {
    case 401, 403, 404: ReplicaError(.notAllowed, detail: "\(status)")
    case 413, 507: ReplicaError(.refused, detail: "\(status)")
    default: ReplicaError(.unreachable, detail: "\(status)", isRetriable: true)
    }
  }

  func identity() async throws -> ReplicaIdentity {
    try await call("identity") {
      var identity = try await remote.identity()
      if network.meets(.otherProject) { identity.id += " made anew" }
      return identity
    }
  }

  func snapshot(since known: KnownTree?) async throws -> Snapshot {
    try await call("snapshot") {
      if network.meets(.truncated) { remote.order(.snapshotIsIncomplete) }
      return try await remote.snapshot(since: known)
    }
  }

  func read(_ wanted: [WantedContent], into sink: any ContentSink) async throws
    -> [(content: WantedContent, reason: BlockReason)]
  {
    try await call("read \(wanted.count)") {
      network.count(contents: wanted.count)
      return try await remote.read(wanted, into: sink)
    }
  }

  func apply(_ batch: Batch, contents: any ContentProvider) async throws -> BatchOutcome {
    try await call("apply \(batch.changes.map(\.path.key).joined(separator: " "))") {
      let sent = batch.changes.filter { $0.node.after?.file != nil }.count
      network.count(contents: sent)
      defer { remember() }
      return try await remote.apply(batch, contents: contents)
    }
  }
}

extension Network {
  /// Whether the request that is on its way meets a fault.
  func meets(_ fault: NetworkFault) -> Bool {
    state.withLock { $0.faults[$0.requests - 1] == fault }
  }
}
