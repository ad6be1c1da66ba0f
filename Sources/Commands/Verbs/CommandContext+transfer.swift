import ProjectConfig
import CommandLineKit
import Engine
import SyncCore
import SyncModel

extension CommandContext {
  /// Runs `pull`, `push` or `sync`.
  func transfer(_ verb: SyncCore.Verb) async throws -> ExitCode {
    let session = try await ProjectSession.open(self, mode: isDryRun ? .looking : .writing)
    let selection = try await session.selection(invocation.values(of: Arguments.what))
    var request = RunRequest(
      verb: verb,
      options: PlanOptions(
        force: invocation.has(Options.force) || invocation.has(Options.mirror),
        mirror: invocation.has(Options.mirror), atomic: invocation.has(Options.atomic)),
      scope: selection.scope, overrides: brakeOverrides,
      message: invocation.value(of: Options.message), isDryRun: isDryRun)
    request.named = selection.named
    let decider = try decider(verb)
    let report = try await withProgress(session) {
      try await session.engine.run(request, decider: decider)
    }
    return try finish(report, session)
  }

  /// The brakes that the options lift.
  var brakeOverrides: BrakeOverrides {
    BrakeOverrides(
      allowEmpty: invocation.has(Options.allowEmpty),
      allowDeletes: invocation.number(of: Options.allowDeletes),
      allowMassChange: invocation.has(Options.allowMassChange),
      allowBranch: invocation.has(Options.allowBranch))
  }

  /// Who decides conflicts: a person at the terminal for `sync`, else nobody.
  private func decider(_ verb: SyncCore.Verb) throws -> any ConflictDecider {
    guard verb == .sync, console.canAsk else { return UnattendedDecider() }
    return TerminalDecider(console: console, utcOffset: surroundings.utcOffset)
  }

  /// Prints a run's report and says how the program ends.
  func finish(_ report: RunReport, _ session: ProjectSession) throws -> ExitCode {
    try finish(report, target: session.target.name)
  }

  /// Prints a run's report against a target and says how the program ends.
  func finish(_ report: RunReport, target: String) throws -> ExitCode {
    try console.document(report.document)
    try RunWords(report: report, target: target, console: console).write()
    return report.exitCode
  }
}
