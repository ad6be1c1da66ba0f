import ProjectState
import Replica
package import SyncCore
package import SyncModel

/// A plan that is written down to be approved and applied later.
package struct PlannedRun: Sendable {
  /// What the run would do.
  package var report: RunReport
  /// The ordered actions.
  package var steps: [Step]
  /// The project that the remote says it is.
  package var identity: String
  /// The digest of the whole plan; ``RunRequest/approvedPlan`` asks for the very same.
  package var digest: Digest
}

extension Engine {
  /// Plans a run without doing any of it; nobody is asked.
  package func plan(_ request: RunRequest) async throws -> PlannedRun {
    var report = RunReport(verb: request.name, isDryRun: true)
    let observation = try await observe(scope: request.scope)
    try observation.requireMatches(request.named)
    if let target = observation.target, target.identity != observation.identity.id {
      report.brakes = [.identity(expected: target.identity, found: observation.identity.id)]
      return PlannedRun(
        report: report, steps: [], identity: observation.identity.id,
        digest: Engine.digest(Plan(verb: request.verb)))
    }
    var answers = GivenAnswers()
    let decision = try await decide(
      observation, request, answers: &answers, decider: UnattendedDecider())
    report.take(findingsOf: decision.plan, observation: observation, excluded: [:])
    report.add(planned: decision.plan)
    return PlannedRun(
      report: report, steps: decision.plan.steps, identity: observation.identity.id,
      digest: Engine.digest(decision.plan))
  }
}
