package import Engine
import Platform

/// Lets histories happen, each on one thread, and makes those smaller in which a law broke.
package struct Simulator: Sendable {
  private let pool = BlockingPool(threads: 1)

  private let objection: Objection?

  /// A law of the caller's own, which speaks of what a run reports.
  package typealias Objection = @Sendable (_ report: RunReport) -> String?

  /// Makes a simulator with a thread of its own; what it objects to breaks the law "objection".
  package init(objection: Objection? = nil) { self.objection = objection }

  /// Lets a history happen.
  package func outcome(of history: History, isVerbose: Bool = false) async -> Outcome {
    await withTaskGroup(of: Outcome.self) { group in
      group.addTask(executorPreference: pool) {
        await Pools.$bound.withValue(pool) {
          await Simulator.live(history, isVerbose, objection)
        }
      }
      guard let outcome = await group.next() else {
        preconditionFailure("a group has a result for each task")
      }
      return outcome
    }
  }

  private static func live(
    _ history: History, _ isVerbose: Bool, _ objection: Objection?
  ) async -> Outcome {
    do {
      let world = try World(history, isVerbose: isVerbose)
      world.objection = objection
      let violation = await world.live()
      world.trace.add("\(violation.map { "\($0)" } ?? "")")
      return Outcome(
        violation: violation, coverage: world.coverage, trace: world.trace.value, log: world.log,
        standing: world.standing)
    } catch {
      return Outcome(
        violation: Violation(law: "world", detail: "\(error)", step: 0), coverage: Coverage(),
        trace: 0, log: [])
    }
  }

  /// Makes a failing history smaller as long as the same law breaks.
  package func shrink(_ history: History, law: String, limit: Int = 600) async -> History {
    var best = history
    var tries = 0
    var size = max(1, best.steps.count / 2)
    while size >= 1, tries < limit {
      var index = 0
      var isSmaller = false
      while index < best.steps.count, tries < limit {
        var candidate = best
        candidate.steps.removeSubrange(index..<min(index + size, best.steps.count))
        tries += 1
        if await examine(candidate).violation?.law == law {
          best = candidate
          isSmaller = true
        } else {
          index += size
        }
      }
      if !isSmaller || size > 1 { size /= 2 }
    }
    for index in best.steps.indices {
      for calm in RunStep.calmings {
        guard case .run(let client, var run) = best.steps[index] else { continue }
        calm(&run)
        var candidate = best
        candidate.steps[index] = .run(client: client, run)
        if await examine(candidate).violation?.law == law { best = candidate }
      }
    }
    return best
  }
}

extension RunStep {
  /// What takes one disturbance each, the first one all of them.
  fileprivate static let calmings: [@Sendable (inout RunStep) -> Void] = [
    { run in
      var calm = RunStep(run.action)
      calm.remote = run.remote
      calm.policy = run.policy
      calm.lifts = run.lifts
      calm.options = run.options
      run = calm
    },
    { $0.fate.faults = [] },
    { $0.network = [:] },
    { run in
      run.fate.intrusions = []
      run.intrusions = []
    },
    { $0.losesPower = false },
    { $0.fate.deathAt = nil },
    { $0.room = nil },
    { $0.what = [] },
    { $0.isAsConfigured = false },
    { $0.rivals = [] },
    { $0.visits = [] },
  ]
}
