import Engine
import CommandLineKit
import HubProtocol
import JSON
import SyncModel

extension CommandContext {
  /// `log`: shows the remote's history, newest first.
  func log() async throws -> ExitCode {
    let session = try await ProjectSession.open(self, mode: .looking)
    let limit = invocation.number(of: Options.limit) ?? .max
    let word = invocation.value(of: CommandContext.logPath)
    let path = try word.map { try ProjectLocation.find(surroundings).path(of: $0, surroundings) }
    var entries: [JSONValue] = []
    var count = 0
    func tell(_ entry: HistoryEntry) throws -> Bool {
      guard count < limit, console.trouble.first == nil else { return false }
      count += 1
      if console.isJSON { entries.append(entry.document) } else { try write(entry) }
      return count < limit
    }
    try await session.eachCommit(of: path, tell)
    if count == 0, limit > 0, session.hasWholeHistory, let path {
      // A folder is no path of the history, but what lies below it is.
      try await session.eachCommit(of: nil) { entry in
        var below = entry
        below.changes.removeAll { !$0.path.isBelow(path) }
        return below.changes.isEmpty ? true : try tell(below)
      }
      if count == 0 { try checkKnown(path, word ?? path.key, session) }
    }
    if count == 0, limit > 0 { try console.note("note: the history is empty") }
    try console.document(["schema": "syncline/log/1", "entries": .array(entries)])
    return .success
  }

  private static let logPath = Argument("path", "", .optional)

  /// A path that nobody knows is a mistake; one that was never pushed has an empty history.
  private func checkKnown(_ path: SyncPath, _ word: String, _ session: ProjectSession) throws {
    guard try session.folder.root.statusIfPresent(at: path) == nil else { return }
    throw CommandFailure(
      .usage, "no_such_path", "'\(word)' is neither in the history nor in this folder.",
      hint: "list the whole history with 'syncline log'")
  }

  private func write(_ entry: HistoryEntry) throws {
    let color = console.outputColor
    let seconds = Int(entry.time.seconds)
    let time = Moment.text(secondsSinceEpoch: seconds, offset: surroundings.utcOffset(seconds))
    var counts = (added: 0, modified: 0, deleted: 0)
    for change in entry.changes {
      switch (change.before, change.after) {
      case (nil, _): counts.added += 1
      case (_, nil): counts.deleted += 1
      case (.some, .some): counts.modified += 1
      }
    }
    counts.modified += entry.changesOmitted
    let summary = "+\(counts.added) ~\(counts.modified) -\(counts.deleted)"
    try console.line(
      Style.yellow.apply(to: "revision \(entry.revision)", color) + "  \(time)  "
        + TerminalText.escaped(entry.author) + "  " + Style.dim.apply(to: summary, color))
    if let message = entry.message, !message.isEmpty {
      for line in message.split(separator: "\n", omittingEmptySubsequences: false) {
        try console.line("    " + TerminalText.escaped(String(line)))
      }
    }
    guard console.isVerbose else { return }
    for change in entry.changes {
      try console.line("  \(change.sign) \(TerminalText.escaped(change.path.key))")
    }
  }
}

extension HistoryEntry {
  /// The commit as scripts read it.
  var document: JSONValue {
    [
      "revision": .integer(Int64(clamping: revision)),
      "time": .string(ISO8601.string(nanoseconds: time.nanoseconds)),
      "author": .string(author), "message": message.map { .string($0) } ?? .null,
      "run": run.map { .string($0) } ?? .null,
      "changes": .array(changes.map(\.document)),
    ]
  }

  /// The run that made the commit: its id without the counter.
  private var run: String? {
    guard let dot = commit.lastIndex(of: ".") else { return nil }
    let id = commit[..<dot]
    return id.utf8.count == 26 ? String(id) : nil
  }
}

extension HistoryEntry.Item {
  fileprivate var sign: String {
    switch (before, after) {
    case (nil, _): "+"
    case (_, nil): "-"
    case (.some, .some): "~"
    }
  }

  fileprivate var document: JSONValue {
    var object = JSONObject()
    object.insert("path", .string(path.key))
    object.insert("change", .string(change))
    object.insert("before", Self.digest(before))
    object.insert("after", Self.digest(after))
    for (key, node) in [("before_link", before), ("after_link", after)] {
      if case .link(let target)? = node { object.insert(key, .string(target)) }
    }
    return .object(object)
  }

  private static func digest(_ node: Node?) -> JSONValue {
    node?.file.map { .string($0.digest.description) } ?? .null
  }
}
