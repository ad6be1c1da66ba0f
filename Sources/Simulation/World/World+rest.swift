import Engine
import Platform
import SyncCore
import SyncModel

/// The end of every history: everybody syncs in peace, until nobody has anything to do.
extension World {
  /// The most rounds until then; what the rules say is two, and two more where rules of ignoring
  /// travel, because those count from the next run only.
  private static let mostRounds = 5

  /// Lets everybody sync in peace, and holds the laws of rest against it: P2, P3, P7.
  func settleDown() async throws -> Finding? {
    for client in clients {
      client.skew.withLock { $0 = 0 }
      client.disk.makeReadable()
      client.unsettled = []
      advance(5_000_000_000)
    }
    var step = RunStep(.sync)
    step.policy = .remote
    step.lifts = true
    for client in clients {
      if let found = try await checkedRun(client, RunStep(.rebase)) { return found }
    }
    for round in 0..<World.mostRounds {
      var isQuiet = true
      for client in clients {
        say("settling client \(client.number), round \(round)")
        let (finding, run) = try await examinedRun(client, step)
        if let finding { return finding }
        if let error = run.outcome.error { return ("P3", "in peace a run fails: \(error)") }
        guard let report = run.outcome.report else { return ("P3", "a run has no report") }
        if report.didAnything {
          isQuiet = false
        } else if let detail = Laws.quietIsQuiet(run, report) {
          return ("P2", detail)
        }
      }
      if isQuiet {
        coverage.note("rounds until rest", round)
        return try await rest(step)
      }
    }
    // The fault of folders whose case changes shows as two clients that never agree.
    if clients.contains(where: { $0.disk.traits.folding == .letterCase }) { return nil }
    return ("P3", "no rest after \(World.mostRounds) rounds")
  }

  /// P1 at the end, and P7 for the plans of clients at rest.
  private func rest(_ step: RunStep) async throws -> Finding? {
    if let lost = try Laws.nothingIsLost(self) { return ("P1", lost) }
    for client in clients where history.seed % 4 == 0 {
      let first = try await plan(client, step)
      let second = try await plan(client, step)
      if first != second { return ("P7", "the same inputs make two plans") }
    }
    return nil
  }

  private func plan(_ client: Client, _ step: RunStep) async throws -> Digest {
    let process = SimulatedProcess()
    let engine = try self.engine(client, step, process, Network(faults: [:]) { _ in })
    return try await engine.plan(RunRequest(verb: .sync)).digest
  }
}

extension Laws {
  /// P2: a run that has nothing to do moves no byte and changes nothing.
  static func quietIsQuiet(_ run: FinishedRun, _ report: RunReport) -> String? {
    // What fails is tried again.
    let moved = run.outcome.network.state.withLock { $0.contentsMoved }
    if moved != 0, report.failed.isEmpty { return "a quiet sync moves \(moved) contents" }
    if run.before.local != run.after.local { return "a quiet sync changes the local side" }
    return run.before.remote == run.after.remote ? nil : "a quiet sync changes the remote"
  }
}
