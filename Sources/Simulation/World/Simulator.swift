import Platform

/// Lets histories happen, each on one thread, and makes those smaller in which a law broke.
package struct Simulator: Sendable {
  private let pool = BlockingPool(threads: 1)

  /// Makes a simulator with a thread of its own.
  package init() {}

  /// Lets a history happen.
  package func outcome(of history: History, isVerbose: Bool = false) async -> Outcome {
    await withTaskGroup(of: Outcome.self) { group in
      group.addTask(executorPreference: pool) {
        await Pools.$bound.withValue(pool) {
          await Simulator.live(history, isVerbose)
        }
      }
      guard let outcome = await group.next() else {
        preconditionFailure("a group has a result for each task")
      }
      return outcome
    }
  }

  private static func live(_ history: History, _ isVerbose: Bool) async -> Outcome {
    do {
      let world = try World(history, isVerbose: isVerbose)
      let violation = await world.live()
      world.trace.add("\(violation.map { "\($0)" } ?? "")")
      return Outcome(
        violation: violation, coverage: world.coverage, trace: world.trace.value, log: world.log)
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
        if await outcome(of: candidate).violation?.law == law {
          best = candidate
          isSmaller = true
        } else {
          index += size
        }
      }
      if !isSmaller || size > 1 { size /= 2 }
    }
    for index in best.steps.indices {
      for calm in best.steps[index].calmer {
        var candidate = best
        candidate.steps[index] = calm
        if await outcome(of: candidate).violation?.law == law { best = candidate }
      }
    }
    return best
  }
}

extension Step {
  /// The step with one disturbance less.
  fileprivate var calmer: [Step] {
    guard case .run(let client, let run) = self else { return [] }
    var calmer: [RunStep] = [RunStep(run.action), run, run, run, run, run]
    calmer[0].remote = run.remote
    calmer[0].policy = run.policy
    calmer[0].lifts = run.lifts
    calmer[0].options = run.options
    calmer[1].fate.faults = []
    calmer[2].network = [:]
    calmer[3].fate.intrusions = []
    calmer[3].intrusions = []
    calmer[4].losesPower = false
    calmer[5].fate.deathAt = nil
    return calmer.map { .run(client: client, $0) }
  }
}
