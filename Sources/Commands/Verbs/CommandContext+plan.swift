import ProjectConfig
import CommandLineKit
import Engine
import JSON
import Platform
import SyncCore
import SyncModel

extension CommandContext {
  /// `plan`: writes down what `sync` would do, to be approved and applied later.
  func plan() async throws -> ExitCode {
    guard let out = invocation.value(of: Options.out) else {
      throw CommandFailure(
        .usage, "missing_option", "Where the plan goes is not said.", hint: "--out FILE")
    }
    let place = try place(out)
    let own = try ownPath(of: out)
    let drafted = try await draft(
      RunRequest(
        verb: .sync, name: "plan", options: PlanOptions(atomic: invocation.has(Options.atomic)),
        overrides: brakeOverrides, message: try message, isDryRun: true),
      on: invocation.values(of: Arguments.what), leavingOut: own)
    let report = drafted.planned.report
    guard report.brakes.isEmpty else {
      try console.document(report.document)
      try RunWords(report: report, target: drafted.file.target, console: console).write()
      return .stopped
    }
    let document = drafted.file.document(
      steps: drafted.steps,
      conflicts: report.conflicts.map { .object($0.document) },
      blocked: report.blocked.map { .object($0.document) })
    try write(document.bytes(.pretty) + [UInt8(ascii: "\n")], to: place, out)
    try console.document(document)
    try RunWords(report: report, target: drafted.file.target, console: console).write()
    try console.line("Wrote the plan to \(TerminalText.escaped(out)); nothing else was done.")
    if own != nil {
      try console.note("note: the plan lies in the project and leaves itself out")
    }
    try console.note("hint: 'syncline apply \(TerminalText.escaped(out))' does exactly this")
    return report.exitCode
  }

  /// Plans what is asked for on the paths that words mean; a plan that a brake stops is no plan.
  func draft(
    _ request: RunRequest, on words: [String], leavingOut own: SyncPath? = nil
  ) async throws -> PlanDraft {
    let session = try await ProjectSession.open(self, mode: .looking)
    let selection = try await session.selection(words)
    var request = request
    request.scope = CommandContext.leavingOut([own], of: selection.scope)
    request.named = selection.named
    let asked = request
    let planned = try await withProgress(session) { try await session.engine.plan(asked) }
    let prefer = invocation.value(of: Options.prefer, as: ConflictPolicy.self)
    let steps = planned.steps.map(\.document)
    let file = PlanFile(
      made: Timestamp(nanoseconds: surroundings.clock.now()), target: session.target.name,
      identity: planned.identity, revision: planned.report.revision, what: words,
      folder: words.isEmpty ? nil : try session.here.get(), leavesOut: own,
      message: request.message,
      isAtomic: request.options.atomic, prefer: prefer, overrides: request.overrides,
      policies: try PlanBasis.digest(session.configuration, prefer: prefer), plan: planned.digest,
      steps: PlanFile.digest(of: .array(steps)))
    return PlanDraft(file: file, planned: planned, steps: steps, target: session.targetDocument)
  }

  /// The scope without the plan's own file, which is no part of the plan.
  static func leavingOut(_ paths: [SyncPath?], of scope: Scope) -> Scope {
    let left = Set(paths.compactMap { $0 })
    return left.isEmpty ? scope : Scope { !left.contains($0) && scope.contains($0) }
  }

  /// The path of the project at which a file lies; nothing outside of the project.
  func ownPath(of file: String) throws -> SyncPath? {
    let location = try ProjectLocation.find(surroundings)
    do { return try location.path(of: surroundings.absolute(file), surroundings) } catch {
      // Outside of the project, or under a name that is never synced.
      return nil
    }
  }

  /// Finds where the plan goes, before anything is asked of the remote.
  private func place(_ word: String) throws -> PlanPlace {
    do {
      return try PlanPlace(path: surroundings.absolute(word), fileSystem: surroundings.fileSystem)
    } catch let problem as PlanPlace.Problem {
      throw problem.failure(word)
    }
  }

  private func write(_ bytes: [UInt8], to place: PlanPlace, _ word: String) throws {
    do { try place.write(bytes, surroundings.randomness) } catch let problem as PlanPlace.Problem {
      throw problem.failure(word)
    }
  }
}

extension PlanPlace.Problem {
  /// What happened, why, and what to do next.
  fileprivate func failure(_ word: String) -> CommandFailure {
    let name = TerminalText.escaped(word)
    return switch self {
    case .ours:
      CommandFailure(
        .usage, "plan_not_written",
        "The plan is not written to '\(name)': syncline.yaml and what lies in .syncline are no "
          + "place for it.", hint: "name another file")
    case .taken:
      CommandFailure(
        .usage, "plan_not_written",
        "The plan is not written to '\(name)': what stands there is no plan, and would be lost.",
        hint: "name a new file, or move that one away first")
    case .system(let error):
      CommandFailure(
        .usage, "plan_not_written",
        "The plan cannot be written to '\(name)': \(ErrnoWords.text(error.rawValue)).",
        hint: "name a file in a folder that exists")
    }
  }
}

/// A plan that is not written down yet.
struct PlanDraft {
  /// What ``CommandContext/apply(_:leavingOut:isDryRun:)`` takes.
  var file: PlanFile
  /// What it would do.
  var planned: PlannedRun
  /// Its steps, as people review them.
  var steps: [JSONValue]
  /// The target, as scripts read it.
  var target: JSONValue
}
