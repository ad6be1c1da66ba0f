import Engine
import IgnoreRules
import LocalReplica
import Platform
import ProjectState
import Replica
import SyncCore
import SyncModel

/// What became of one run.
struct RunOutcome {
  var report: RunReport?
  var error: (any Error)?
  var process: SimulatedProcess
  var network: Network
  /// Contents that other programs put on the disk while it went.
  var written: Set<[UInt8]> = []

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
    let process = SimulatedProcess(
      fate: step.fate, tick: { world.advance(37_000) },
      intrude: { step in
        guard let edit = turns[step] else { return }
        let before = owner.disk.findableContents()
        world.edit(owner, edit, remote: 0)
        let fresh = owner.disk.findableContents().subtracting(before)
        written.withLock { $0.formUnion(fresh) }
        world.coverage.note("fault: another program edits during a run")
      })
    let network = Network(faults: step.network) { world.advance($0) }
    var outcome = RunOutcome(process: process, network: network)
    client.disk.setRoom(step.room)
    client.state.watch = { moment in
      switch moment {
      case .before: try process.pass(.beforeCommit)
      case .after: try process.pass(.afterCommit)
      }
    }
    do {
      outcome.report = try await perform(client, step, process, network)
    } catch {
      outcome.error = error
      if let error = error as? EngineError { outcome.report = error.report }
    }
    client.state.watch = nil
    client.disk.setRoom(nil)
    client.disk.releaseLocks()
    outcome.written = written.withLock { $0 }
    return outcome
  }

  private func perform(
    _ client: Client, _ step: RunStep, _ process: SimulatedProcess, _ network: Network
  ) async throws -> RunReport {
    let engine = try self.engine(client, step, process, network)
    var request = RunRequest(verb: .sync, options: PlanOptions())
    request.overrides = overrides(step)
    switch step.action {
    case .sync: request.options.atomic = step.options.atomic
    case .push, .pull:
      request.verb = step.action == .push ? .push : .pull
      request.options = step.options
    case .dryRun: request.isDryRun = true
    case .undo: return try await engine.undo(nil, isDryRun: false)
    case .rebase:
      let report = try await engine.rebase(isDryRun: false)
      var run = RunReport(verb: "rebase", isDryRun: false)
      run.brakes = report.brakes
      run.notices = report.notices
      return run
    case .resolveLocal: request.answerForAll = .local
    case .resolveRemote: request.answerForAll = .remote
    case .resolveBoth: request.answerForAll = .both
    case .resolveMerge: request.answerForAll = .merge
    }
    return try await engine.run(request)
  }

  private func overrides(_ step: RunStep) -> BrakeOverrides {
    guard step.lifts else { return BrakeOverrides() }
    return BrakeOverrides(
      allowEmpty: true, allowDeletes: 1000, allowMassChange: true, allowBranch: true)
  }

  /// Puts an engine together, as a command does.
  func engine(
    _ client: Client, _ step: RunStep, _ process: SimulatedProcess, _ network: Network
  ) throws -> Engine {
    let system = SimulatedFileSystem(client.disk, for: process)
    var folder = try ProjectFolder(path: "/p", fileSystem: system)
    var objects: (any Directory)?
    if step.action != .dryRun {
      folder = try folder.binding()
      objects = try folder.objects()
    } else if let hidden = folder.hidden, try hidden.statusIfPresent(of: "objects") != nil {
      objects = try hidden.openDirectory("objects")
    }
    let (true_, skew) = (self.clock, client.skew)
    let clock = WallClock(
      now: { true_.withLock { $0 } + skew.withLock { $0 } }, monotonic: { true_.withLock { $0 } })
    let local = LocalReplica(
      root: folder.root, state: folder.hidden, id: "root\(client.number)",
      rules: ProjectRules(try SelectionRules()), options: LocalReplica.Options(threads: 1),
      pool: Pools.current, clock: clock)
    return Engine(
      local: local, remote: try remotes[step.remote].replica(for: process, network),
      state: client.state, objects: objects,
      settings: EngineSettings(
        targetName: "target\(step.remote)", policies: Policies(standard: step.policy)),
      clock: clock, randomness: client.randomness)
  }
}
