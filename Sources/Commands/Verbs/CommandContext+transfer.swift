import ProjectConfig
import CommandLineKit
import Engine
import HubProtocol
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
      overrides: brakeOverrides, message: try message,
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
    if !request.isDryRun, surroundings.given == nil,
      try ProjectLocation.find(surroundings).folder(surroundings).hidden == nil
    {
      try await tryOut(request, policies: policies, choosing: choosing)
    }
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

  /// Fails where the words of a command name nothing, before it binds a folder.
  private func tryOut(
    _ request: RunRequest, policies: Policies?,
    choosing: (ProjectSession) async throws -> Selection
  ) async throws {
    let session = try await ProjectSession.open(self, mode: .looking, policies: policies)
    let selection = try await choosing(session)
    guard request.conflictsOnly || !selection.named.isEmpty else { return }
    var trial = request
    trial.scope = selection.scope
    trial.named = selection.named
    trial.isDryRun = true
    let asked = trial
    _ = try await withProgress(session) { try await session.engine.run(asked) }
  }

  /// What the change is about, if the user says so.
  var message: String? {
    get throws {
      guard let text = invocation.value(of: Options.message) else { return nil }
      let (length, limit) = (text.utf8.count, CommitRequest.maximumMessageBytes)
      guard length <= limit else {
        throw CommandFailure(
          .usage, "message_too_long",
          "The message has \(length) bytes; a history keeps at most \(limit).",
          hint: "say it shorter with -m, and put the rest into a file of the project")
      }
      // How the words of a command line that are no UTF-8 are decoded.
      guard !text.unicodeScalars.contains("\u{FFFD}") else {
        throw CommandFailure(
          .usage, "message_not_utf8",
          "The message holds U+FFFD, which stands for bytes that are no UTF-8; a history would keep "
            + "something else than you wrote.",
          hint: "say it again with -m in a UTF-8 terminal")
      }
      return text
    }
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
