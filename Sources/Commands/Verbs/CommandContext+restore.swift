import ProjectConfig
import CommandLineKit
import Engine
import HubProtocol
import ProjectState
import SyncModel

extension CommandContext {
  /// `restore`: brings an earlier version of a path back as a local edit.
  func restore() async throws -> ExitCode {
    guard let word = invocation.value(of: Argument("path", "")) else {
      throw CommandFailure(.usage, "missing_argument", "No path is named.")
    }
    let path = try ProjectLocation.find(surroundings).path(of: word, surroundings)
    let session = try await ProjectSession.open(self, mode: isDryRun ? .looking : .writing)
    let version = try await version(of: path, session)
    let report: RunReport
    do {
      report = try await withProgress(session) {
        try await session.engine.restore(
          LocalRestore(
            path: path, spelling: version.spelling, node: version.node, isDryRun: isDryRun))
      }
    } catch let refusal as RestoreRefusal {
      throw CommandContext.failure(refusal, path)
    } catch EngineError.stoppedAfterGivingBack(let refusal as RestoreRefusal, let report) {
      throw EngineError.stoppedAfterGivingBack(
        cause: CommandContext.failure(refusal, path), report: report)
    }
    try console.document(report.document)
    if report.exitCode == .success, report.brakes.isEmpty {
      try tell(report, path, version, agreed: try session.agreed(on: path))
    } else {
      try RunWords(report: report, target: session.target.name, console: console).write()
    }
    return report.exitCode
  }

  /// A version that can come back.
  private struct Version {
    var node: Node
    var spelling: String?
    /// Where it is from, for people.
    var words: String
  }

  /// The version that is asked for, else the last one that both sides had, else the remote's last.
  private func version(of path: SyncPath, _ session: ProjectSession) async throws -> Version {
    if let text = invocation.value(of: Options.at) {
      guard let revision = UInt64(text) else {
        throw CommandFailure(
          .usage, "bad_value", "'\(text)' is no revision.", hint: "list them with 'syncline log'")
      }
      guard let entry = try await session.remoteEntry(at: path, revision: revision),
        let node = entry.node
      else {
        throw CommandFailure(
          .usage, "no_such_path", "There was no '\(path)' at revision \(revision).",
          hint: "see its history with 'syncline log \(path)'; restore deletes nothing")
      }
      return Version(node: node, spelling: entry.spelling, words: "revision \(revision)")
    }
    if let node = try session.agreed(on: path) {
      return Version(node: node, words: "the last sync")
    }
    guard let entry = try await session.lastVersion(of: path), let node = entry.node else {
      throw CommandFailure(
        .usage, "no_such_path", "No earlier version of '\(path)' is known.",
        hint: "what runs replaced or deleted here is listed by 'syncline trash list'")
    }
    return Version(node: node, spelling: entry.spelling, words: "revision \(entry.revision)")
  }

  private func tell(
    _ report: RunReport, _ path: SyncPath, _ version: Version, agreed: Node?
  ) throws {
    let origin = version.words
    let name = TerminalText.escaped(path.key)
    for notice in report.notices { try console.note("note: \(notice.words)") }
    guard report.didAnything else {
      return try console.line("\(name) is already as it was at \(origin).")
    }
    guard !report.isDryRun else {
      return try console.line("Would restore \(name) from \(origin).")
    }
    try console.line("Restored \(name) from \(origin).")
    for kept in report.kept {
      try console.note(
        "note: what stood there is kept in .syncline/\(TerminalText.escaped(kept.place))")
    }
    let isAgreed = agreed.map { $0.agrees(with: version.node) } ?? false
    try console.note(
      isAgreed
        ? "hint: it is what both sides agreed on last; 'syncline undo' takes it back"
        : "hint: it is a local edit; 'syncline status' shows where it stands, 'syncline undo' takes it "
          + "back")
  }

  private static func failure(_ refusal: RestoreRefusal, _ path: SyncPath) -> CommandFailure {
    switch refusal {
    case .blocked(let reason):
      CommandFailure(
        .partial, "blocked", "'\(path)' is left alone: \(reason.words).",
        hint: "see 'syncline status \(path)'")
    case .ignored:
      CommandFailure(
        .usage, "ignored", "The rules of this project leave '\(path)' out, so it is not written.",
        hint: "see 'syncline ignored', or use 'syncline show \(path)@REV > FILE'")
    case .obstacle(let other):
      CommandFailure(
        .usage, "obstacle", "'\(path)' has no room: '\(other)' stands in its way.",
        hint: "move '\(other)' away first, or use 'syncline show \(path)@REV > FILE'")
    }
  }
}

extension ProjectSession {
  /// What both sides agreed on last at a path; nothing where they never did.
  fileprivate func agreed(on path: SyncPath) throws -> Node? {
    try state.target(named: target.name).flatMap { try state.base(of: $0)[path]?.node }
  }
}
