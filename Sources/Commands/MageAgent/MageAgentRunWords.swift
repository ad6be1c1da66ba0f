import CommandLineKit
import Engine
import SyncCore
import SyncModel

/// Tells people what a run of `mage-agent` did.
struct MageAgentRunWords {
  private let report: RunReport

  init(_ report: RunReport) {
    self.report = report
  }

  /// What was done to which file, and what was not, with the reason.
  var table: Table {
    var table = Table(header: ["what", "file", "why"])
    func add(_ what: String, _ path: SyncPath, _ why: String = "") {
      table.add([Table.Cell(what), Table.Cell(path.key), Table.Cell(why)])
    }
    for (what, paths) in done { for path in paths { add(what, path) } }
    for item in report.conflicts { add("conflict", item.path, item.conflict?.words ?? "") }
    for item in report.blocked { add("blocked", item.path, item.reason?.words ?? "") }
    for failed in report.failed { add("failed", failed.path, failed.reason.words) }
    for left in report.leftByUndo {
      add("left", left.path, left.words)
    }
    for item in report.untouched { add("left", item.path, item.state.rawValue) }
    return table
  }

  private var done: [(String, [SyncPath])] {
    let isUndo = report.verb == "undo"
    return [
      (isUndo ? "taken back here" : "pulled", report.pulled),
      ("deleted here", report.deletedLocal),
      (isUndo ? "taken back on the server" : "pushed", report.pushed),
      ("deleted on the server", report.deletedRemote), ("merged", report.merged),
      ("kept a copy", report.copies),
    ]
  }

  /// One line that sums up.
  var summary: String {
    guard report.brakes.isEmpty else { return "Stopped; nothing was written." }
    var parts: [String] = []
    func add(_ count: Int, _ what: String) { if count > 0 { parts.append("\(count) \(what)") } }
    for (what, paths) in done { add(paths.count, what) }
    add(report.conflicts.count, report.conflicts.count == 1 ? "conflict" : "conflicts")
    add(report.blocked.count + report.unnameable.count, "blocked")
    add(report.failed.count, "failed")
    add(report.leftByUndo.count + report.untouched.count, "left")
    return parts.isEmpty ? "Nothing to do." : parts.joined(separator: ", ")
  }

  /// What a person should know beside it, a line each.
  var notices: [String] {
    var lines = report.notices.map { "note: \($0.mageAgentWords)" }
    if !report.conflicts.isEmpty {
      lines.append("hint: run `mage-agent sync` at a terminal to decide conflicts one by one")
    }
    if let run = report.run, !report.kept.isEmpty {
      lines.append(
        "note: \(Plural.text(report.kept.count, "replaced or deleted file")) kept; "
          + "`mage-agent undo \(run)` takes the run back")
    }
    return lines
  }

  /// Files that should have been carried over and were not.
  var failure: MageAgentFailure? {
    guard let failed = report.failed.first else { return nil }
    return MageAgentFailure(
      .api,
      "\(Plural.text(report.failed.count, "file")) could not be carried over, the first is "
        + "'\(failed.path.key)': \(failed.reason.words).",
      hint: "mend that and run the same command again; what else there was to do is done")
  }
}

extension Notice {
  /// The same as ``words``, with no verb of a program that has no configuration here.
  var mageAgentWords: String {
    switch self {
    case .overtakenWrite(let path, let place):
      "somebody wrote '\(TerminalText.escaped(path.key))' on the server while it was being pushed; "
        + "what they wrote is kept there as \(TerminalText.escaped(place)), and "
        + "`mage-agent show '\(TerminalText.escaped(path.key))@\(Notice.version(place))'` prints it"
    case .notMerged(let path, .sameLines):
      "'\(path.key)' is not merged: both sides changed the same lines"
    case .leftNothing(let run, _): Notice.leftNothing(run)
    default: words
    }
  }

  /// The version that a place on the server ends in.
  private static func version(_ place: String) -> String {
    TerminalText.escaped(String(place.split(separator: "/").last ?? "VERSION"))
  }
}
