import ProjectConfig
import CommandLineKit
import Engine
import SyncCore
import SyncModel

extension CommandContext {
  /// Runs `pull`, `push` or `sync`.
  func transfer(_ verb: SyncCore.Verb) async throws -> ExitCode {
    let request = RunRequest(
      verb: verb,
      options: PlanOptions(
        force: invocation.has(Options.force) || invocation.has(Options.mirror),
        mirror: invocation.has(Options.mirror), atomic: invocation.has(Options.atomic)),
      overrides: brakeOverrides, message: invocation.value(of: Options.message),
      isDryRun: isDryRun)
    let (report, session) = try await run(
      request, on: invocation.values(of: Arguments.what),
      decider: decider(asksAboutConflicts: verb == .sync))
    return try finish(report, session)
  }

  /// Opens the project and runs what is asked for on the paths that words mean.
  ///
  /// With `policies`, the configuration's do not count.
  func run(
    _ request: RunRequest, on words: [String], policies: Policies? = nil,
    decider: any ConflictDecider = UnattendedDecider()
  ) async throws -> (report: RunReport, session: ProjectSession) {
    try await run(request, policies: policies, decider: decider) { session in
      try await session.selection(words)
    }
  }

  /// Opens the project and runs what is asked for on the paths that a closure chooses.
  func run(
    _ request: RunRequest, policies: Policies? = nil, decider: any ConflictDecider,
    choosing: (ProjectSession) async throws -> Selection
  ) async throws -> (report: RunReport, session: ProjectSession) {
    let session = try await ProjectSession.open(
      self, mode: request.isDryRun ? .looking : .writing, policies: policies)
    let selection = try await choosing(session)
    var request = request
    request.scope = selection.scope
    request.named = selection.named
    let asked = request
    let report = try await withProgress(session) {
      try await session.engine.run(asked, decider: decider)
    }
    if !request.isDryRun { await surroundings.given?.ran?(session) }
    return (report, session)
  }

  /// The brakes that the options lift.
  var brakeOverrides: BrakeOverrides {
    BrakeOverrides(
      allowEmpty: invocation.has(Options.allowEmpty),
      allowDeletes: invocation.number(of: Options.allowDeletes),
      allowMassChange: invocation.has(Options.allowMassChange),
      allowBranch: invocation.has(Options.allowBranch))
  }

  /// Who is asked: a person at the terminal, of whom `sync` asks conflicts too; else nobody.
  func decider(asksAboutConflicts: Bool) -> any ConflictDecider {
    guard console.canAsk else { return UnattendedDecider() }
    return TerminalDecider(
      console: console, asksAboutConflicts: asksAboutConflicts,
      utcOffset: surroundings.utcOffset)
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
