import Engine
import Platform
import SyncCore
import SyncModel

extension World {
  /// Lets a whole history happen; ends at the first law that does not hold.
  func live() async -> Violation? {
    for (index, step) in history.steps.enumerated() {
      say("step \(index): \(step)")
      do {
        if let found = try await happen(step) {
          return Violation(law: found.law, detail: found.detail, step: index)
        }
      } catch {
        return Violation(law: "world", detail: "\(error)", step: index)
      }
    }
    do {
      standing = try stand()
      guard let found = try await settleDown() else { return nil }
      return Violation(law: found.law, detail: found.detail, step: history.steps.count)
    } catch {
      return Violation(law: "world", detail: "\(error)", step: history.steps.count)
    }
  }

  typealias Finding = (law: String, detail: String)

  private func happen(_ step: Step) async throws -> Finding? {
    switch step {
    case .edit(let number, let edit):
      let client = clients[number % clients.count]
      self.edit(client, edit, remote: 0)
      client.disk.settle()
      client.unsettled = []
    case .teammate(let number, let edit):
      let files = clients[0].disk.project().files
      for published in try remotes[number % remotes.count].make(edit, local: { files[$0] }) {
        guard let seen = published.seen else { continue }
        ledger.owe(seen.owed, "written by a teammate: \(edit)")
      }
      _ = takeMarks()
    case .run(let number, let run):
      var run = run
      run.remote %= remotes.count
      let client = clients[number % clients.count]
      // A folder that is bound to no project yet takes the first that answers.
      if try client.target(of: run.remote) == nil {
        run.network = run.network.filter { $0.value != .otherProject }
      }
      if let found = try await checkedRun(client, run) { return found }
    case .powerCut(let number):
      cutPower(clients[number % clients.count])
      coverage.note("fault: power cut between runs")
    case .wait(let nanoseconds): advance(nanoseconds)
    case .setClock(let number, let seconds):
      clients[number % clients.count].skew.withLock { $0 = seconds * 1_000_000_000 }
      coverage.note("fault: a clock jumps")
    case .branch(let number, let branch):
      clients[number % clients.count].branch = "branch\(branch)"
    case .backUp(let number): try remotes[number % remotes.count].backUp()
    case .restore(let number):
      guard try remotes[number % remotes.count].restore() else { break }
      coverage.note("fault: server restored from a backup")
      ledger.forgetHistory()
      for (bytes, _) in try ledger.missing(from: findableContents(), remotes) {
        ledger.release(bytes)
      }
    }
    try oweWhatStands()
    return try Laws.nothingIsLost(self).map { ("P1", $0) }
  }

  /// Runs a verb and holds every law against what it did.
  func checkedRun(_ client: Client, _ step: RunStep) async throws -> Finding? {
    try await examinedRun(client, step).finding
  }

  /// Runs a verb, and answers with what a law found and with what was seen.
  func examinedRun(
    _ client: Client, _ step: RunStep
  ) async throws -> (finding: Finding?, run: FinishedRun) {
    // What was done before the run is on the device by now, unless the power was cut at once.
    client.disk.settle()
    client.unsettled = []
    let twice = try await planTwice(client, step)
    let before = try Evidence(self, client, step)
    for path in before.paths { coverage.note("row: " + before.row(of: path)) }
    let outcome = await run(client, step)
    note(step, outcome)
    for published in outcome.network.state.withLock({ $0.published }) {
      guard let seen = published.seen else { continue }
      ledger.owe(seen.owed, "written by a teammate during a run")
    }
    let marks = takeMarks()
    for end in marks.ends { coverage.note("hub: " + end) }
    for overtaken in marks.overtaken {
      coverage.note(
        "overtaken: " + (overtaken.isKept ? "kept as a version" : "lost, as documented"))
    }
    client.unsettled.formUnion(outcome.written)
    if outcome.died, step.losesPower { cutPower(client) }
    let after = try Evidence(self, client, step)
    let finished = FinishedRun(
      world: self, client: client, step: step, outcome: outcome, marks: marks,
      before: before, after: after)
    if let twice { return (twice, finished) }
    if let visited = outcome.visited { return (visited, finished) }
    if let lost = try Laws.nothingIsLost(self) { return (("P1", lost), finished) }
    for (name, law) in Laws.afterEveryRun {
      if let detail = try law(finished) { return ((name, detail), finished) }
    }
    if let report = outcome.report, let detail = objection?(report) {
      return (("objection", detail), finished)
    }
    return (nil, finished)
  }

  /// Counts and traces what a run did.
  private func note(_ step: RunStep, _ outcome: RunOutcome) {
    trace.add("\(outcome.process.trace) \(outcome.network.state.withLock { $0.trace.value })")
    coverage.note("run: \(step.action.rawValue)")
    if step.action == .sync { coverage.note("policy: \(step.policy.rawValue)") }
    for error in outcome.process.met { coverage.note("fault: \(error)") }
    for word in outcome.network.state.withLock({ $0.met }) { coverage.note("fault: " + word) }
    if outcome.died {
      coverage.note(step.losesPower ? "crash: power cut" : "crash: killed")
    }
    if let report = outcome.report {
      for brake in report.brakes { coverage.note("brake: \(brake.number) \(brake.code)") }
      coverage.note("paths pulled", report.pulled.count)
      coverage.note("paths pushed", report.pushed.count)
      coverage.note("paths merged", report.merged.count)
      coverage.note("paths adopted", report.adopted.count)
      coverage.note("paths deleted", report.deletedLocal.count + report.deletedRemote.count)
      coverage.note("conflict copies", report.copies.count)
      for item in report.conflicts {
        coverage.note("conflict left: \(item.conflict?.rawValue ?? "other")")
      }
      coverage.note("paths blocked", report.blocked.count)
      if report.blocked.contains(where: { $0.reason == .nestedProject }) {
        coverage.note("brake: 10 nested project")
      }
      for notice in report.notices {
        if case .recovered = notice { coverage.note("interrupted runs recovered") }
        if case .withheldDeletions = notice { coverage.note("brake: 5 incomplete_listing") }
        if case .noLongerTracked = notice { coverage.note("brake: 6 ignore rules changed") }
      }
    }
    if outcome.error != nil { coverage.note("runs that failed") }
    say("  -> \(describe(outcome)) after \(outcome.process.steps) steps")
  }

  private func describe(_ outcome: RunOutcome) -> String {
    if outcome.died { return "died" }
    if let error = outcome.error { return "failed: \(error)" }
    guard let report = outcome.report else { return "nothing" }
    return "pulled \(report.pulled) pushed \(report.pushed) deleted \(report.deletedLocal) "
      + "\(report.deletedRemote) adopted \(report.adopted) merged \(report.merged) copies "
      + "\(report.copies) conflicts \(report.conflicts.map(\.path)) blocked "
      + "\(report.blocked.map { "\($0.path) \($0.reason.map { "\($0)" } ?? "")" }) "
      + "brakes \(report.brakes) failed \(report.failed) notices \(report.notices)"
  }
}
