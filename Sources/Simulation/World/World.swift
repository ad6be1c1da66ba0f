import IgnoreRules
import LocalReplica
import Platform
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
  /// Contents of its users that are not on the device yet.
  var unsettled: Set<[UInt8]> = []

  init(_ number: Int, seed: UInt64, traits: DiskTraits, time: Int64) throws {
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
    disk.settle()
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
  /// What other programs were writing when the power went: half files of their own.
  var torn: Set<[UInt8]> = []
  var random: SeededGenerator
  let isVerbose: Bool

  init(_ history: History, isVerbose: Bool) throws {
    self.history = history
    self.isVerbose = isVerbose
    random = SeededGenerator(seed: history.seed ^ 0x5151)
    let clock = clock
    let time: @Sendable () -> Int64 = { clock.withLock { $0 } }
    clients = try history.disks.enumerated().map {
      try Client($0, seed: history.seed, traits: $1, time: time())
    }
    var remotes: [any SimulatedRemote] = []
    for number in 0..<history.remotes {
      if history.usesHub {
        remotes.append(try HubRemote(seed: history.seed &+ UInt64(number), time: time))
      } else {
        remotes.append(MemoryRemote(id: "memory\(number)", time: time))
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
  func edit(_ client: Client, _ edit: Edit, remote: Int) {
    let before = client.disk.findableContents()
    var there: Picture = [:]
    if case .same = edit {
      do { there = try remotes[remote].picture() } catch { return }
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
  }

  func isInNoHistory(_ bytes: [UInt8]) -> Bool {
    do { return try !remotes.contains { try $0.holds(bytes) } } catch { return false }
  }

  func findableContents() -> Set<[UInt8]> {
    clients.reduce(into: Set()) { $0.formUnion($1.disk.findableContents()) }
  }

  /// Owes whatever stands on any side now, merged texts included.
  func oweWhatStands() throws {
    for client in clients {
      for (path, seen) in client.disk.project().files where !seen.isLink {
        ledger.owe(seen.bytes, "stood at \(path) on client \(client.number)")
      }
    }
    for remote in remotes {
      for (path, seen) in try remote.picture() where !seen.isLink {
        ledger.owe(seen.bytes, "stood at \(path) on the remote")
      }
    }
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
