import Engine
import LocalReplica
import Platform
import ProjectState
import Replica
import SyncCore
import SyncModel
import TestSupport
import Testing

/// A folder on the disk and a remote in memory, with an engine between them.
final class EngineWorld {
  let disk: TemporaryFolder
  let remote: InMemoryReplica
  let state: StateDatabase
  let folder: ProjectFolder
  var policies = Policies()
  var owners = Owners.none
  var branch: String?
  var copiesAside = false
  var smallestCompacted: UInt64 = 64 << 20
  var clock = WallClock.system

  init(remote: InMemoryReplica = InMemoryReplica()) throws {
    disk = try TemporaryFolder()
    self.remote = remote
    folder = try ProjectFolder(path: disk.path, fileSystem: POSIXFileSystem()).binding()
    state = try folder.openState(create: true)
    try state.setFact(.rootID, to: "root")
  }

  /// A fresh engine, as a new process would make one.
  ///
  /// Hooks go around every step on the disk.
  func engine(
    remote other: (any Replica)? = nil, target: String = "main",
    rules: some ScanRules = NoRules(), hooks: FileHooks? = nil
  ) throws -> Engine {
    let root: any Directory = hooks.map { HookedDirectory(folder.root, $0) } ?? folder.root
    var hidden = folder.hidden
    if let hooks, let inner = hidden { hidden = HookedDirectory(inner, hooks) }
    let local = LocalReplica(root: root, state: hidden, id: "root", rules: rules, clock: clock)
    return Engine(
      local: local, remote: other ?? remote, state: state, objects: try folder.objects(),
      settings: EngineSettings(
        targetName: target, policies: policies, owners: owners, branch: branch,
        copiesAside: copiesAside, smallestCompacted: smallestCompacted),
      clock: clock, randomness: .system)
  }

  @discardableResult
  func run(
    _ verb: Verb = .sync, options: PlanOptions = PlanOptions(),
    scope: Scope = .everything, overrides: BrakeOverrides = BrakeOverrides(),
    answers: [SyncPath: ConflictAnswer] = [:], isDryRun: Bool = false,
    decider: any ConflictDecider = UnattendedDecider()
  ) async throws -> RunReport {
    try await engine().run(
      RunRequest(
        verb: verb, options: options, scope: scope, overrides: overrides, answers: answers,
        isDryRun: isDryRun), decider: decider)
  }

  /// Records a run as if it had been cut off while it wrote.
  func cut(_ run: String, target name: String = "main", _ intents: [Intent]) throws {
    let target = try #require(try state.target(named: name))
    try state.transaction {
      try state.begin(
        RunRecord(
          id: run, target: target.id, verb: "pull", started: Timestamp(nanoseconds: 1)))
      try state.beginPass(run: run, counter: 0, intents: RunJournal.encode(intents))
    }
  }

  /// What a pull of a new file intends.
  func making(_ path: String, _ node: Node) -> Intent {
    Intent(
      path: self.path(path), local: Change(before: nil, after: node), remote: nil,
      base: Change(before: nil, after: node), setsBase: true)
  }

  /// What a pull of one file intends; texts stand for nodes.
  func pulling(_ path: String, from old: String, to new: String) -> Intent {
    let before = remote.contents.add(Array(old.utf8))
    let after = remote.contents.add(Array(new.utf8))
    return Intent(
      path: self.path(path), local: Change(before: before, after: after), remote: nil,
      base: Change(before: before, after: after), setsBase: true)
  }

  func path(_ text: String) -> SyncPath { SyncPath(trusted: text) }

  func put(_ path: String, _ text: String) {
    remote.put(Array(text.utf8), at: self.path(path))
  }

  func remove(_ path: String) { remote.set(nil, at: self.path(path)) }

  func remoteText(_ path: String) -> String? {
    remote.bytes(at: self.path(path)).map { String(decoding: $0, as: UTF8.self) }
  }

  /// The files of the project as text, without the private folder.
  func local() throws -> [String: String] {
    var files: [String: String] = [:]
    for name in try disk.everything() where !name.hasPrefix(".syncline") && !name.hasSuffix("/") {
      files[name] = try disk.text(name)
    }
    return files
  }

  /// The remote's files as text.
  func remoteFiles() -> [String: String] {
    var files: [String: String] = [:]
    for entry in remote.tree.entries {
      files[entry.path.key] = remoteText(entry.path.key)
    }
    return files
  }

  /// Everything in the trash.
  func trash() throws -> [String: String] {
    var files: [String: String] = [:]
    for name in try disk.everything()
    where name.hasPrefix(".syncline/trash/") && !name.hasSuffix("/") {
      files[name] = try disk.text(name)
    }
    return files
  }
}

/// Gives the same answer to every question, and counts them.
final class ScriptedDecider: ConflictDecider {
  let given: @Sendable (ConflictQuestion) -> ConflictAnswer

  init(_ given: @escaping @Sendable (ConflictQuestion) -> ConflictAnswer) {
    self.given = given
  }

  var canAsk: Bool { true }

  func lifts(_ brake: BrakeTrip) async throws -> Bool { false }

  func answer(_ question: ConflictQuestion, peek: ContentPeek) async throws -> ConflictAnswer {
    given(question)
  }
}
