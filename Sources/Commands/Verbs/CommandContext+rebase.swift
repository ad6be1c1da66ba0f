import SyncModel
import SyncCore
import CommandLineKit
import Engine
import JSON

extension CommandContext {
  /// `rebase`: accepts a remote whose history was rewound.
  func rebase() async throws -> ExitCode {
    let session = try await ProjectSession.open(self, mode: isDryRun ? .looking : .writing)
    let report = try await withProgress(session) {
      try await session.engine.rebase(isDryRun: isDryRun)
    }
    for notice in report.notices { try console.note("note: \(notice.words)") }
    if let brake = report.brakes.first {
      throw CommandFailure(.stopped, brake.code, "Stopped: \(brake.words).", hint: brake.hint)
    }
    try console.document([
      "schema": "syncline/rebase/1", "dry_run": .bool(isDryRun),
      "needed": .bool(report.isNeeded), "kept": .integer(Int64(report.kept)),
      "dropped": .array(report.dropped.map { .string($0.key) }),
      "remote_revision": report.revision.map { .integer(Int64(clamping: $0)) } ?? .null,
    ])
    guard report.isNeeded else {
      try console.line("The server's history was not rewound; there is nothing to rebase.")
      return .success
    }
    for path in report.dropped {
      try console.line(
        "  \(isDryRun ? "would forget" : "forgot") \(TerminalText.escaped(path.key))")
    }
    try console.line(
      (isDryRun ? "Would keep " : "Kept ") + Plural.text(report.kept, "agreement") + " and "
        + (isDryRun ? "forget " : "forgot ") + "\(report.dropped.count); no file was touched.")
    try console.note("hint: 'syncline status' shows what differs now")
    return .success
  }
}
