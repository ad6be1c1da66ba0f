import Engine
import Platform
import SyncCore
import SyncModel

/// The end of every history: everybody syncs in peace, until nobody has anything to do.
extension World {
  /// The rounds in which everybody may still have something to do: two, and two more where rules of
  /// ignoring travel, because those count from the next run only.
  private var mostRounds: Int { history.steps.contains(where: \.changesRules) ? 4 : 2 }

  /// Lets everybody sync in peace, and holds the laws of rest against it: P2, P3.
  func settleDown() async throws -> Finding? {
    for client in clients {
      client.skew.withLock { $0 = 0 }
      client.disk.makeReadable()
      client.unsettled = []
      advance(5_000_000_000)
    }
    for client in clients {
      for remote in remotes.indices {
        var rebase = RunStep(.rebase)
        rebase.remote = remote
        if let found = try await checkedRun(client, rebase) { return found }
      }
    }
    // One remote after the other, for two clients that sync with two in turns may swap their
    // versions for ever; then once more, with what the second one brought.
    for remote in remotes.indices {
      if let found = try await rest(with: remote, within: mostRounds) { return found }
    }
    for remote in remotes.indices where remotes.count > 1 {
      if let found = try await rest(with: remote, within: mostRounds) { return found }
    }
    for remote in remotes.indices where remotes.count > 1 {
      if let found = try await rest(with: remote, within: 0) { return found }
    }
    return try Laws.nothingIsLost(self).map { ("P1", $0) }
  }

  /// Lets everybody sync with one remote until a whole round in which nobody had anything to do.
  ///
  /// The rules speak of clients without conflicts: what is blocked in the first round may wait for
  /// what another client does later in it, and has one round more.
  private func rest(with remote: Int, within rounds: Int) async throws -> Finding? {
    var step = RunStep(.sync)
    step.policy = .remote
    step.lifts = true
    step.remote = remote
    var round = 0
    var most = rounds
    while round <= most {
      var isQuiet = true
      for client in clients {
        say("settling client \(client.number) with remote \(remote), round \(round)")
        let (finding, run) = try await examinedRun(client, step)
        if let finding { return finding }
        if let error = run.outcome.error { return ("P3", "in peace a run fails: \(error)") }
        guard let report = run.outcome.report else { return ("P3", "a run has no report") }
        // A copy that recovery gives back travels from the next round on.
        let givesBack = !report.copies.isEmpty && run.before.hasOpenPasses
        if round == 0, rounds > 0, givesBack || !report.blocked.isEmpty { most = rounds + 1 }
        if report.didAnything || run.forgets || run.recovers {
          isQuiet = false
        } else if let detail = Laws.quietIsQuiet(run) {
          return ("P2", detail)
        }
      }
      if isQuiet {
        coverage.note("rest after \(round) rounds")
        return nil
      }
      round += 1
    }
    return ("P3", "no rest with remote \(remote) after \(most) rounds")
  }

  /// What stands everywhere now.
  func stand() throws -> Standing {
    Standing(
      folders: clients.map { $0.disk.project().files },
      remotes: try remotes.map { try $0.picture() },
      bases: try clients.flatMap { client in
        try remotes.indices.map { try client.base(of: $0) }
      })
  }
}

extension Laws {
  /// P2: a run that has nothing to do moves no byte and changes nothing.
  static func quietIsQuiet(_ run: FinishedRun) -> String? {
    let moved = run.outcome.network.state.withLock { $0.contentsMoved }
    if moved != 0 { return "a quiet sync moves \(moved) contents" }
    if run.before.local != run.after.local { return "a quiet sync changes the local side" }
    if run.before.base != run.after.base { return "a quiet sync changes the base" }
    return run.before.remote == run.after.remote ? nil : "a quiet sync changes the remote"
  }
}

extension FinishedRun {
  /// Whether it recorded what an interrupted run had done.
  fileprivate var recovers: Bool { before.hasOpenPasses && before.base != after.base }

  /// Whether all that it did was to drop base rows: of what is gone on both sides, or left out now.
  fileprivate var forgets: Bool {
    let dropped = before.base.keys.filter { after.base[$0] == nil }
    return !dropped.isEmpty
      && before.base.filter { after.base[$0.key] != nil } == after.base
      && dropped.allSatisfy {
        before.isIgnored($0) || before.local[$0] == nil && before.remote[$0] == nil
      }
  }
}
