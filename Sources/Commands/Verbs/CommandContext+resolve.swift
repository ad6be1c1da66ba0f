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
    let session = try await ProjectSession.open(
      self, mode: isDryRun ? .looking : .writing, policies: Policies())
    let selection = try await session.selection(invocation.values(of: Arguments.paths))
    var request = RunRequest(
      verb: .sync, name: "resolve", scope: selection.scope, overrides: brakeOverrides,
      message: invocation.value(of: Options.message), isDryRun: isDryRun)
    request.named = selection.named
    request.answerForAll = answer
    request.conflictsOnly = true
    let report = try await withProgress(session) {
      try await session.engine.run(request)
    }
    if answer == .markers, !report.marked.isEmpty {
      try console.note(
        "note: edit the marked files, then run 'syncline resolve PATH --keep local'")
    }
    return try finish(report, session)
  }
}
