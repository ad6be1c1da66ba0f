import CommandLineKit
import Engine
import SyncCore
import SyncModel

extension CommandContext {
  /// `resolve`: decides named conflicts and applies the decision in one step.
  func resolve() async throws -> ExitCode {
    guard let answer = invocation.value(of: Options.keep, as: ConflictAnswer.self) else {
      throw CommandFailure(
        .usage, "missing_option", "What shall be kept is not said.",
        hint: "--keep local|remote|both|merge|markers")
    }
    let (report, session) = try await resolve(
      invocation.values(of: Arguments.paths), keep: answer, overrides: brakeOverrides,
      message: try message, isDryRun: isDryRun,
      decider: decider(asksAboutConflicts: false))
    if answer == .markers, !report.marked.isEmpty {
      try console.note(
        "note: edit the marked files, then run 'syncline resolve PATH --keep local'")
    }
    return try finish(report, session)
  }

  /// Decides the conflicts that words mean, all in one way, whatever the policies say.
  func resolve(
    _ words: [String], keep answer: ConflictAnswer, overrides: BrakeOverrides = BrakeOverrides(),
    message: String?, isDryRun: Bool, decider: any ConflictDecider = UnattendedDecider()
  ) async throws -> (report: RunReport, session: ProjectSession) {
    var request = RunRequest(
      verb: .sync, name: "resolve", overrides: overrides, message: message, isDryRun: isDryRun)
    request.answerForAll = answer
    request.conflictsOnly = true
    return try await run(request, on: words, policies: Policies(), decider: decider)
  }

  /// Decides conflicts that are each named by their path; nothing else is meant by any word.
  func resolve(
    exactly words: [String], keep answer: ConflictAnswer, message: String?, isDryRun: Bool,
    deletedBefore: DeletionCount
  ) async throws -> (report: RunReport, session: ProjectSession) {
    var request = RunRequest(verb: .sync, name: "resolve", message: message, isDryRun: isDryRun)
    request.answerForAll = answer
    request.conflictsOnly = true
    request.deletedBefore = deletedBefore
    return try await run(request, policies: Policies(), decider: UnattendedDecider()) { session in
      let location = try ProjectLocation.find(surroundings)
      let observation = try await session.engine.observe()
      let conflicts = Set(
        observation.reconciliation.items.filter { $0.state == .conflict }.map(\.path))
      let paths = try words.map { word in
        let path = try location.path(of: word, surroundings)
        guard conflicts.contains(path) else {
          throw CommandFailure(
            .usage, "no_conflict",
            "'\(word)' is no path that is in conflict, so nothing is decided.",
            hint: "name conflicts one by one, as sync_status lists them")
        }
        return path
      }
      let named = Set(paths)
      return Selection(scope: Scope { named.contains($0) }, named: [])
    }
  }
}
