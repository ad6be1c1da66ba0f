import Replica
import CommandLineKit
import Engine
import SyncCore
import SyncModel

/// Tells people what a run did.
struct RunWords {
  let report: RunReport
  let target: String
  let console: Console

  /// Writes what a run had done by the time when it was cut off, without summing up.
  func writeDone() throws {
    guard !console.isJSON else { return }
    try writeLists()
  }

  /// Writes the report: what was done, then what was not and why, then one line that sums up.
  func write() throws {
    guard !console.isJSON else { return try writeMessages() }
    let color = console.outputColor
    try writeLists()
    for item in report.conflicts {
      try line("conflict", item.path, conflictWords(item), .red)
      try console.line("      \(item.sidesInWords)")
    }
    for item in report.blocked {
      try line("blocked", item.path, item.reason?.words ?? "", .red)
    }
    for found in report.unnameable {
      try console.line(
        "  \(Style.red.apply(to: "blocked", color)) \(TerminalText.escaped(bytes: found.entry.bytes))"
          + " (\(found.side.rawValue)): \(found.entry.reason.words)")
    }
    for failure in report.failed { try line("failed", failure.path, failure.reason.words, .red) }
    for left in report.leftByUndo {
      try line("left", left.path, left.words, .red)
    }
    try console.line(summary)
    try writeMessages()
  }

  private func writeLists() throws {
    let color = console.outputColor
    let words = WritingWords(verb: report.verb)
    try list(report.pulled, report.isDryRun ? words.wouldWriteHere : words.wroteHere, .green, color)
    try list(
      report.pushed, report.isDryRun ? words.wouldWriteRemote : words.wroteRemote, .green, color)
    try list(report.merged, report.isDryRun ? "would merge" : "merged", .green, color)
    try list(report.copies, report.isDryRun ? "would keep a copy" : "kept a copy", .cyan, color)
    try list(
      report.deletedLocal, report.isDryRun ? "would delete here" : "deleted here", .yellow, color)
    try list(
      report.deletedRemote, report.isDryRun ? "would delete remote" : "deleted remote", .yellow,
      color)
    for rename in report.renames where !console.isQuiet {
      try console.line(
        "  renamed on the \(rename.side.rawValue) side: \(escaped(rename.from)) → "
          + escaped(rename.to))
    }
  }

  private func list(
    _ paths: [SyncPath], _ word: String, _ style: Style, _ color: ColorMode
  ) throws {
    guard !console.isQuiet else { return }
    let limit = console.isVerbose ? Int.max : 50
    for path in paths.prefix(limit) {
      try console.line("  \(style.apply(to: word, color)) \(escaped(path))")
    }
    if paths.count > limit {
      try console.line("  … and \(paths.count - limit) more (all of them with -v or --json)")
    }
  }

  private func line(_ word: String, _ path: SyncPath, _ why: String, _ style: Style) throws {
    try console.line(
      "  \(style.apply(to: word, console.outputColor)) \(escaped(path)): \(TerminalText.escaped(why))"
    )
  }

  private func escaped(_ path: SyncPath) -> String { TerminalText.escaped(path.key) }

  private func conflictWords(_ item: Item) -> String {
    item.conflict?.words ?? "both sides changed"
  }

  /// One line that sums up; never more than what happened.
  var summary: String {
    if !report.brakes.isEmpty {
      return report.run == nil
        ? "Stopped; nothing was written\(exceptGivenBack)."
        : "Stopped after a part of the work; see above."
    }
    if report.isAtomicRefused {
      return "Nothing was written, because of --atomic\(exceptGivenBack)."
    }
    var parts: [String] = []
    func add(_ count: Int, _ word: String) { if count > 0 { parts.append("\(count) \(word)") } }
    let words = WritingWords(verb: report.verb)
    add(report.pulled.count, words.wroteHere)
    add(report.pushed.count, words.wroteRemote)
    add(report.merged.count, "merged")
    add(report.marked.count, "marked here")
    add(report.copies.count, "kept as a copy")
    add(report.deletedLocal.count, "deleted here")
    add(report.deletedRemote.count, "deleted on the remote")
    add(report.adopted.count, "already equal")
    var left: [String] = []
    func addLeft(_ count: Int, _ word: String) { if count > 0 { left.append("\(count) \(word)") } }
    addLeft(report.conflicts.count, report.conflicts.count == 1 ? "conflict" : "conflicts")
    addLeft(report.blocked.count + report.unnameable.count, "blocked")
    addLeft(report.failed.count, "failed")
    addLeft(report.leftByUndo.count, "not taken back")
    addLeft(report.untouched.count, "changed the other way")
    let head =
      report.isDryRun ? "Would do" : report.failed.isEmpty ? "Done" : "Done in part"
    // Where something is left, there was something to do.
    let nothing =
      report.isUnsettled
      ? "what is not known before the run is settled" : left.isEmpty ? "nothing to do" : "nothing"
    let what =
      parts.isEmpty && !report.failed.isEmpty
      ? "Nothing was done"
      : "\(head): " + (parts.isEmpty ? nothing : parts.joined(separator: ", "))
    let rest = left.isEmpty ? "" : "; left: " + left.joined(separator: ", ")
    let name = TerminalText.escaped(target)
    let text = "\(what)\(rest) (target \(name)"
    return text + (report.revision.map { ", revision \($0))" } ?? ")")
  }

  /// What was written although the run itself did nothing: what an interrupted run had taken out of
  /// its place, edits as conflict copies.
  private var exceptGivenBack: String {
    guard !report.isDryRun else { return "" }
    let edits = report.copies.count
    let files = report.putBack.count
    let taken = "that an interrupted run had taken out of"
    var parts: [String] = []
    if edits > 0 {
      parts.append(
        "\(Plural.text(edits, "edit")) \(taken) "
          + (edits == 1
            ? "its place was given back as a copy" : "their places were given back as copies"))
    }
    if files > 0 {
      parts.append(
        "\(Plural.text(files, "file")) \(taken) "
          + (files == 1 ? "its place is there again" : "their places are there again"))
    }
    return parts.isEmpty ? "" : ", but " + parts.joined(separator: ", and ")
  }

  /// How a deletion that was left goes on, and how its file comes back.
  private var deletionHints: [String] {
    // What a brake stopped goes on as its own hint says; a side that is empty may be filled again.
    let isOnlyEmptied = report.brakes.allSatisfy { if case .emptied = $0 { true } else { false } }
    guard isOnlyEmptied else { return [] }
    // The same brake would stop what is advised.
    let anyway = report.brakes.isEmpty ? "" : " --allow-empty"
    let deletions = report.untouched.filter { $0.change == .deleted }
    var hints: [String] = []
    if deletions.contains(where: { $0.state == .localToRemote }) {
      hints.append(
        "a file that was deleted here comes back with 'syncline restore PATH', and goes on the "
          + "remote too with 'syncline push\(anyway)'")
    }
    if deletions.contains(where: { $0.state == .remoteToLocal }) {
      hints.append(
        "a file that was deleted on the remote goes here too with 'syncline pull\(anyway)', and comes back "
          + "with 'syncline push --mirror PATH\(anyway)'")
    }
    return hints
  }

  /// Conflicts of a file with a folder of which a `resolve` named a part only.
  private var undecidedRoots: [SyncPath] {
    guard report.verb == "resolve" else { return [] }
    let roots = report.blocked.compactMap { item -> SyncPath? in
      if case .dependsOn(let root)? = item.reason { root } else { nil }
    }
    return Set(roots).sorted()
  }

  /// Brakes, notices and what to do next, to standard error.
  private func writeMessages() throws {
    for brake in report.brakes {
      try console.warning(
        "\(Style.red.apply(to: "stopped:", console.errorColor)) \(TerminalText.escaped(brake.words))"
      )
      try console.warning("hint: \(brake.hint)")
    }
    for notice in report.notices { try console.note("note: \(notice.words)") }
    if !report.conflicts.isEmpty, !report.isDryRun {
      // Where a copy has no place, `both` is no way out.
      let copyable = report.conflicts.contains { !report.notices.contains(.notCopied($0.path)) }
      // Nor is `merge` where there was no common text.
      let mergeable = report.conflicts.contains { $0.conflict != .kind && $0.conflict != .addAdd }
      let answers = ["local", "remote"] + (copyable ? ["both"] : []) + (mergeable ? ["merge"] : [])
      try console.note(
        "hint: see both sides with 'syncline diff PATH'; decide with 'syncline resolve PATH --keep "
          + answers.joined(separator: "|") + "', or all at once with 'syncline sync --prefer …'")
    }
    for root in undecidedRoots {
      try console.note(
        "hint: '\(escaped(root))' and what is below it are decided together: 'syncline resolve "
          + "\(escaped(root)) --keep local|remote|both'")
    }
    if !report.leftByUndo.isEmpty, !report.didAnything {
      try console.note("hint: 'syncline undo RUN' takes back an earlier run; see 'syncline runs'")
    }
    for hint in deletionHints { try console.note("hint: \(hint)") }
    if let run = report.run, !report.kept.isEmpty {
      try console.note(
        "note: \(Plural.text(report.kept.count, "replaced or deleted file")) kept; "
          + "'syncline undo \(run)' takes the run back")
    }
  }
}

/// What a verb calls the writing of a content: nobody pulls anything by an undo.
private struct WritingWords {
  var wroteHere = "pulled"
  var wouldWriteHere = "would pull"
  var wroteRemote = "pushed"
  var wouldWriteRemote = "would push"

  init(verb: String) {
    switch verb {
    case "undo":
      wroteHere = "taken back here"
      wouldWriteHere = "would take back here"
      wroteRemote = "taken back on the remote"
      wouldWriteRemote = "would take back on the remote"
    case "restore":
      wroteHere = "restored"
      wouldWriteHere = "would restore"
    default: break
    }
  }
}

extension ConflictKind {
  /// What the two sides did, for people.
  var words: String {
    switch self {
    case .addAdd: "added on both sides, differently"
    case .modifyModify: "changed on both sides"
    case .modifyDelete: "changed here, deleted on the remote"
    case .deleteModify: "deleted here, changed on the remote"
    case .kind: "a file on one side, a folder on the other"
    }
  }
}
