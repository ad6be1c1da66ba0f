import IgnoreRules
import LocalReplica
import Platform
import ProjectConfig
import ProjectState
import Replica
import SyncCore
import SyncModel
import TestSupport

/// One client of the simulated world: a machine with a disk, a clock and a project folder.
final class Client {
  let number: Int
  let disk: SimulatedDisk
  let state: StateDatabase
  let randomness: Randomness
  /// How far its clock is beside the true time, in nanoseconds.
  let skew = Locked<Int64>(0)
  /// The git branch of the folder, where it is in a git repository.
  var branch: String?
  /// Contents of its users that are not on the device yet.
  var unsettled: Set<[UInt8]> = []

  init(_ number: Int, seed: UInt64, traits: DiskTraits, nests: Bool, time: Int64) throws {
    self.number = number
    disk = SimulatedDisk(traits: traits, time: time)
    state = try StateDatabase(path: "", mode: .inMemory)
    try state.setFact(.rootID, to: "root\(number)")
    randomness = .seeded(seed &+ UInt64(number) &* 977)
    let system = SimulatedFileSystem(disk, for: SimulatedProcess())
    try system.createDirectory(path: "/p", mode: 0o755)
    try system.createDirectory(path: "/outside", mode: 0o755)
    let secret = try system.openDirectory(path: "/outside").createFile("secret", mode: 0o644)
    try secret.write(Array("secret".utf8))
    if nests {
      for folder in ["/p/nested", "/p/nested/.syncline", "/p/nested/d"] {
        try system.createDirectory(path: folder, mode: 0o755)
      }
      let inner = try system.openDirectory(path: "/p/nested/d").createFile("x", mode: 0o644)
      try inner.write(Array("another project's".utf8))
    }
    disk.settle()
  }
}

extension Client {
  /// What is recorded of a remote; nothing before the first run with it.
  func target(of remote: Int) throws -> TargetRecord? {
    try state.target(named: "target\(remote)")
  }

  /// What is agreed on with a remote, by path.
  func base(of remote: Int) throws -> [String: Node] {
    guard let target = try target(of: remote) else { return [:] }
    return try state.base(of: target).rows.reduce(into: [:]) { $0[$1.path.key] = $1.node }
  }

  /// Whether a content stands in the folder or is kept there for good.
  ///
  /// In the trash of a run that is cut may lie what was to come: recovery takes that back.
  func keeps(_ bytes: [UInt8]) -> Bool {
    let open: [String]
    do { open = try state.openRuns() } catch { open = [] }
    var isKept = false
    disk.walk("p") { path, inode, isHidden in
      guard inode.kind == .file, inode.bytes == bytes else { return }
      if isHidden, !path.hasPrefix(".syncline/conflicts/") {
        guard path.hasPrefix(".syncline/trash/"),
          !open.contains(where: { path.hasPrefix(".syncline/trash/\($0)/local/") })
        else { return }
      }
      isKept = true
    }
    return isKept
  }
}

/// The simulated world: clients, remotes, time, and what is owed to their users.
final class World {
  let history: History
  let clients: [Client]
  let remotes: [any SimulatedRemote]
  let clock = Locked<Int64>(1_790_000_000_000_000_000)
  var ledger = Ledger()
  var coverage = Coverage()
  var trace = Trace()
  var log: [String] = []
  /// What other programs were writing when the power went, and servers when they died: half files
  /// of their own.
  var torn: Set<[UInt8]> = []
  var random: SeededGenerator
  /// A law beside those of the rules.
  var objection: Simulator.Objection?
  /// What stood when the last step of the history was over.
  var standing = Standing()
  let isVerbose: Bool
  let configuration: ProjectConfiguration

  init(_ history: History, isVerbose: Bool) throws {
    self.history = history
    self.isVerbose = isVerbose
    configuration = try ProjectConfiguration.parse(Array(history.configuration.utf8))
    random = SeededGenerator(seed: history.seed ^ 0x5151)
    let clock = clock
    let time: @Sendable () -> Int64 = { clock.withLock { $0 } }
    clients = try history.disks.enumerated().map {
      try Client($0, seed: history.seed, traits: $1, nests: history.nests, time: time())
    }
    var remotes: [any SimulatedRemote] = []
    let clients = clients
    for number in 0..<history.remotes {
      switch history.kind {
      case .memory: remotes.append(MemoryRemote(id: "memory\(number)", time: time))
      case .hub: remotes.append(try HubRemote(seed: history.seed &+ UInt64(number), time: time))
      case .mage(let kind):
        remotes.append(
          try MageRemote(kind, number: number, time: time) { bytes in
            clients.contains { $0.keeps(bytes) }
          })
      }
    }
    self.remotes = remotes
  }

  /// Lets time pass everywhere.
  func advance(_ nanoseconds: Int64) {
    clock.withLock { $0 += nanoseconds }
    for client in clients { client.disk.advance(nanoseconds: nanoseconds) }
  }

  func say(_ text: @autoclosure () -> String) {
    if isVerbose { log.append(text()) }
  }

  /// Lets a user of a client change something, and keeps the books.
  @discardableResult
  func edit(_ client: Client, _ edit: Edit, remote: Int) -> [[UInt8]] {
    let before = client.disk.findableContents()
    var there: Picture = [:]
    if case .same = edit {
      do { there = try remotes[remote].picture() } catch { return [] }
    }
    let written = OtherProgram(disk: client.disk).make(edit) { path in
      do throws(PathProblem) { return there[try SyncPath(validating: path).key] } catch {
        return nil
      }
    }
    let after = findableContents()
    // What its user overwrote or removed, and nobody else has, is his to end.
    for bytes in before where !after.contains(bytes) {
      if isInNoHistory(bytes) { ledger.release(bytes) }
    }
    for bytes in written where after.contains(bytes) {
      ledger.owe(bytes, "written by the user of client \(client.number): \(edit)")
    }
    return written
  }

  func isInNoHistory(_ bytes: [UInt8]) -> Bool {
    do { return try ledger.missing(bytes, from: remotes) } catch { return false }
  }

  func findableContents() -> Set<[UInt8]> {
    clients.reduce(into: Set()) { $0.formUnion($1.disk.findableContents()) }
  }

  /// Owes whatever stands on any side now, merged texts included.
  func oweWhatStands() throws {
    for client in clients {
      for (path, seen) in client.disk.project().files {
        ledger.owe(seen.owed, "stood at \(path) on client \(client.number)")
      }
    }
    for remote in remotes {
      for (path, seen) in try remote.picture() {
        ledger.owe(seen.owed, "stood at \(path) on the remote")
        if seen.isLink, remote.keepsHistory { ledger.isInHistory(seen.owed) }
      }
    }
  }

  /// Takes over what happened to contents on the remotes, and answers with it.
  func takeMarks() -> RemoteMarks {
    var all = RemoteMarks()
    for remote in remotes {
      let marks = remote.takeMarks()
      all.ended += marks.ended
      all.overtaken += marks.overtaken
      all.torn += marks.torn
      all.ends += marks.ends
      all.troubles += marks.troubles
    }
    for bytes in all.ended { ledger.release(bytes) }
    torn.formUnion(all.torn)
    return all
  }

  /// Cuts the power of a client; what its users had not on the device yet, no program can keep.
  func cutPower(_ client: Client) {
    let lost = client.disk.cutPower(using: &random)
    coverage.note("effects lost to power cuts", lost)
    let found = findableContents()
    for bytes in client.unsettled where !found.contains(bytes) && isInNoHistory(bytes) {
      ledger.release(bytes)
    }
    client.unsettled = []
    let (files, _, foreign) = client.disk.project()
    for path in foreign.sorted() {
      if let seen = files[path], !Texts.isWhole(seen.bytes) { torn.insert(seen.bytes) }
    }
  }
}
