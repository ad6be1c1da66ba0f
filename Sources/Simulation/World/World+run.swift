import Engine
import IgnoreRules
import LocalReplica
import Platform
import ProjectConfig
import ProjectState
import Replica
import SyncCore
import SyncModel
import TestSupport

/// The folder is locked, which nothing here should ever make it.
struct FolderIsLocked: Error {}

/// What became of one run.
struct RunOutcome {
  var report: RunReport?
  var error: (any Error)?
  var process: SimulatedProcess
  var network: Network
  /// Contents that other programs put on the disk while it went.
  var written: Set<[UInt8]> = []
  /// The part of the project that it spoke of.
  var scope = Scope.everything
  /// What another process did in the folder although it was told that it is locked, or that it
  /// was not told.
  var rivalry: String?
  /// What a law found in the run of another client that came between.
  var visited: World.Finding?

  var died: Bool { process.isDead }
}

extension World {
  /// Runs a verb in a process of its own.
  func run(_ client: Client, _ step: RunStep) async -> RunOutcome {
    // Safe because everything of one world runs on one thread.
    nonisolated(unsafe) let world = self
    nonisolated(unsafe) let owner = client
    let intrusions = step.intrusions
    let turns = Dictionary(
      uniqueKeysWithValues: zip(step.fate.intrusions, intrusions).map { ($0, $1) })
    let written = Locked<Set<[UInt8]>>([])
    let rivalry = Locked<String?>(nil)
    let isLocked = Locked(false)
    let rivals = Set(step.rivals)
    var fate = step.fate
    fate.intrusions = rivals.union(fate.intrusions).sorted()
    let process = SimulatedProcess(
      fate: fate, tick: { world.advance(37_000) },
      intrude: { step in
        if rivals.contains(step), isLocked.withLock({ $0 }) {
          let found = world.rival(of: owner)
          rivalry.withLock { $0 = $0 ?? found }
        }
        guard let edit = turns[step] else { return }
        let before = owner.disk.findableContents()
        let stood = owner.disk.project().files
        // What is written over itself is not on the device any more, although it is nothing new.
        let again = world.edit(owner, edit, remote: 0)
        let fresh = owner.disk.findableContents().subtracting(before).union(again)
        // What its user wrote over is only where the run has put it, which is not on the device yet.
        let stands = owner.disk.project().files
        let replaced = stood.filter { stands[$0.key]?.owed != $0.value.owed }.map(\.value.owed)
        written.withLock { $0.formUnion(fresh.union(replaced)) }
        world.coverage.note("fault: another program edits during a run")
      })
    let network = Network(faults: step.network) { world.advance($0) }
    let visited = Locked<Finding?>(nil)
    let meet: @Sendable (Visit) async throws -> Void = { visit in
      guard let found = try await world.visit(visit, during: step, of: owner) else { return }
      visited.withLock { $0 = $0 ?? found }
    }
    var outcome = RunOutcome(process: process, network: network)
    client.disk.setRoom(step.room)
    client.state.watch = { moment in
      switch moment {
      case .before: try process.pass(.beforeCommit)
      case .after: try process.pass(.afterCommit)
      }
    }
    do {
      let selection = try selection(client, step)
      outcome.scope = selection.scope
      outcome.report = try await perform(
        client, step, selection, process, network, isLocked, meet)
    } catch {
      outcome.error = error
      if let error = error as? EngineError { outcome.report = error.report }
    }
    client.state.watch = nil
    client.disk.setRoom(nil)
    client.disk.releaseLocks()
    outcome.written = written.withLock { $0 }
    outcome.rivalry = rivalry.withLock { $0 }
    outcome.visited = visited.withLock { $0 }
    return outcome
  }

  private func perform(
    _ client: Client, _ step: RunStep, _ selection: WhatSelection, _ process: SimulatedProcess,
    _ network: Network, _ isLocked: Locked<Bool>,
    _ meet: @escaping @Sendable (Visit) async throws -> Void
  ) async throws -> RunReport {
    let (engine, folder) = try self.engine(client, step, process, network, meet)
    // A look takes no lock.
    let lock = step.action == .dryRun ? nil : try folder.lock()
    guard step.action == .dryRun || lock != nil else { throw FolderIsLocked() }
    isLocked.withLock { $0 = lock != nil }
    defer { withExtendedLifetime(lock) { isLocked.withLock { $0 = false } } }
    switch step.action {
    case .undo: return try await engine.undo(nil, isDryRun: false)
    case .rebase:
      let report = try await engine.rebase(isDryRun: false)
      var run = RunReport(verb: "rebase", isDryRun: false)
      run.brakes = report.brakes
      run.notices = report.notices
      return run
    case .sync, .push, .pull, .dryRun, .resolveLocal, .resolveRemote, .resolveBoth, .resolveMerge:
      return try await engine.run(request(step, selection))
    }
  }

  /// What a step asks of an engine.
  private func request(_ step: RunStep, _ selection: WhatSelection) -> RunRequest {
    var request = RunRequest(verb: .sync, options: PlanOptions())
    request.scope = selection.scope
    request.named = selection.items.filter { $0.meaning != .everything }.map { item in
      NamedPaths(word: item.text) { item.contains($0) }
    }
    request.overrides = overrides(step)
    switch step.action {
    case .sync: request.options.atomic = step.options.atomic
    case .push, .pull:
      request.verb = step.action == .push ? .push : .pull
      request.options = step.options
    case .dryRun: request.isDryRun = true
    case .resolveLocal: request.answerForAll = .local
    case .resolveRemote: request.answerForAll = .remote
    case .resolveBoth: request.answerForAll = .both
    case .resolveMerge: request.answerForAll = .merge
    case .undo, .rebase: break
    }
    return request
  }

  /// P7: plans what a step asks for twice, each time with an engine of its own.
  ///
  /// The digest is that of the whole plan's canonical bytes. It goes into the trace as well, so
  /// that two processes can be held against each other. A look refreshes the stat cache, so that
  /// in two of three histories nobody looks before a run but the run.
  func planTwice(_ client: Client, _ step: RunStep) async throws -> Finding? {
    guard history.seed % 3 == 0, ![.undo, .rebase].contains(step.action) else { return nil }
    let first = await planned(client, step)
    let second = await planned(client, step)
    trace.add(first.digest)
    if first.hasWork { coverage.note("plans made twice") }
    return first.digest == second.digest ? nil : ("P7", "the same inputs make two plans")
  }

  private func planned(
    _ client: Client, _ step: RunStep
  ) async -> (digest: String, hasWork: Bool) {
    do {
      let (engine, _) = try self.engine(
        client, step, SimulatedProcess(), Network(faults: [:]) { _ in })
      let plan = try await engine.plan(request(step, selection(client, step)))
      return (plan.digest.hex, !plan.steps.isEmpty)
    } catch {
      return ("\(error)", false)
    }
  }

  private func overrides(_ step: RunStep) -> BrakeOverrides {
    guard step.lifts else { return BrakeOverrides() }
    return BrakeOverrides(
      allowEmpty: true, allowDeletes: 1000, allowMassChange: true, allowBranch: true)
  }

  /// Puts an engine together, as a command does.
  func engine(
    _ client: Client, _ step: RunStep, _ process: SimulatedProcess, _ network: Network,
    _ meet: @escaping @Sendable (Visit) async throws -> Void = { _ in }
  ) throws -> (engine: Engine, folder: ProjectFolder) {
    let system = SimulatedFileSystem(client.disk, for: process)
    var folder = try ProjectFolder(path: "/p", fileSystem: system)
    var objects: (any Directory)?
    if step.action != .dryRun {
      folder = try folder.binding()
      objects = try folder.objects()
    } else if let hidden = folder.hidden, try hidden.statusIfPresent(of: "objects") != nil {
      objects = try hidden.openDirectory("objects")
    }
    let (trueTime, skew) = (self.clock, client.skew)
    let clock = WallClock(
      now: { trueTime.withLock { $0 } + skew.withLock { $0 } },
      monotonic: { trueTime.withLock { $0 } })
    let remote = remotes[step.remote]
    // What a remote cannot carry is left out on both sides: on Mage hidden names.
    let rules = try SelectionRules(ignore: remote.carriesEverything ? [] : [".*"])
    let local = LocalReplica(
      root: folder.root, state: folder.hidden, id: "root\(client.number)",
      rules: ProjectRules(rules), options: LocalReplica.Options(threads: 1),
      pool: Pools.current, clock: clock)
    let policies =
      step.isAsConfigured ? configuration.policies : Policies(standard: step.policy)
    var settings = EngineSettings(
      targetName: "target\(step.remote)", policies: policies,
      owners: configuration.ownership, branch: client.branch,
      copiesAside: !remote.carriesEverything)
    if history.reorders {
      let seed = history.seed
      settings.reorder = { steps in
        var random = SeededGenerator(seed: seed)
        return steps.reordered(using: &random)
      }
    }
    var replica = try remote.replica(for: process, network, of: client, local)
    if !step.visits.isEmpty {
      replica = VisitedReplica(inner: replica, visits: step.visits, meet: meet)
    }
    let engine = Engine(
      local: local, remote: replica,
      state: client.state, objects: objects,
      settings: settings,
      clock: clock, randomness: client.randomness)
    return (engine, folder)
  }
}
