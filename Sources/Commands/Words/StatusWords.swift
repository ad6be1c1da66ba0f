import Replica
import CommandLineKit
import Engine
import SyncCore
import SyncModel

/// Tells people where the two sides stand.
struct StatusWords {
  let observation: Observation
  let target: String
  let console: Console
  let showsAll: Bool
  let scope: Scope
  /// Conflict copies that lie outside of the tree.
  var conflictCopies: [SyncPath] = []

  /// Writes the groups that are not empty, and one line that sums up.
  func write() throws {
    guard !console.isJSON else { return }
    let counts = observation.reconciliation.counts
    let revision = observation.remote.cursor.map { ", revision \($0.revision)" } ?? ""
    try console.line("Target \(TerminalText.escaped(target))\(revision)")
    if observation.isRewound {
      try console.line(
        Style.red.apply(
          to: "The server's history was rewound; runs are stopped until 'syncline rebase'.",
          console.outputColor))
    }
    try group("Local changes, to be pushed", .localToRemote, .green)
    try group("Remote changes, to be pulled", .remoteToLocal, .cyan)
    try group("Conflicts", .conflict, .red)
    try group("Blocked", .blocked, .yellow)
    for found in observation.unnameable {
      try console.line(
        "  \(TerminalText.escaped(bytes: found.entry.bytes)) (\(found.side.rawValue)): "
          + found.entry.reason.words)
    }
    if !conflictCopies.isEmpty {
      try console.line("Conflict copies, to be looked at and removed by you:")
      for copy in conflictCopies { try console.line("  \(TerminalText.escaped(copy.key))") }
    }
    if showsAll {
      try console.line("In sync")
      for item in observation.reconciliation.itemsWithInSync where item.state == .inSync {
        try console.line("  \(TerminalText.escaped(item.path.key))")
      }
    }
    if observation.reconciliation.hasNoBase,
      counts.inSync + observation.reconciliation.items.count > 0
    {
      try console.note(
        "note: the two sides have no agreed state yet, so deletions cannot be recognized")
    }
    for run in observation.unfinishedRuns {
      try console.note("note: \(Notice.unfinishedWords(run))")
    }
    try console.line(summary(counts))
  }

  private func group(_ title: String, _ state: PathState, _ style: Style) throws {
    let items = observation.reconciliation.items.filter { $0.state == state }
    let hasMore = state == .blocked && !observation.unnameable.isEmpty
    guard !items.isEmpty || hasMore else { return }
    try console.line("\(title):")
    for item in items {
      let word = style.apply(to: StatusWords.word(item), console.outputColor)
      let reason = item.reason.map { ": " + TerminalText.escaped($0.words) } ?? ""
      let gap = word.isEmpty ? "" : " "
      try console.line("  \(word)\(gap)\(TerminalText.escaped(item.path.key))\(reason)")
      if item.state == .conflict { try console.line("      \(item.sidesInWords)") }
    }
  }

  static func word(_ item: Item) -> String {
    if let conflict = item.conflict, item.state == .conflict {
      return conflict.rawValue.padded(to: 13)
    }
    guard let change = item.change else { return "" }
    return change.rawValue.padded(to: 8)
  }

  private func summary(_ counts: StateCounts) -> String {
    let blocked = counts.blocked + observation.unnameable.count
    if counts.localToRemote + counts.remoteToLocal + counts.conflicts + blocked == 0 {
      return "In sync: \(Plural.text(counts.inSync, "file"))."
    }
    var parts = ["\(counts.inSync) in sync"]
    if counts.localToRemote > 0 { parts.append("\(counts.localToRemote) to push") }
    if counts.remoteToLocal > 0 { parts.append("\(counts.remoteToLocal) to pull") }
    if counts.conflicts > 0 { parts.append(Plural.text(counts.conflicts, "conflict")) }
    if blocked > 0 { parts.append("\(blocked) blocked") }
    return parts.joined(separator: ", ") + "."
  }
}

extension String {
  /// The text with spaces behind it, up to a width.
  func padded(to width: Int) -> String {
    count >= width ? self : self + String(repeating: " ", count: width - count)
  }
}
