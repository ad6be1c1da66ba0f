import CommandLineKit
import Engine
import Git
import Platform
import SyncCore
import SyncModel

/// Asks a person at the terminal about each conflict, and about a git branch that has changed.
final class TerminalDecider: ConflictDecider {
  private let console: Console
  private let utcOffset: @Sendable (Int) -> Int
  private let manner: Manner
  private let answerForAll = Locked<ConflictAnswer?>(nil)

  /// Whether conflicts are asked about; the verbs that leave them ask only whether a brake holds.
  let canAsk: Bool

  /// How much a question says, and what capital letters mean.
  enum Manner {
    /// Tells how many conflicts there are; a capital letter answers all that follow.
    case counting
    /// Every question stands alone; capital letters are as good as small ones.
    case single
  }

  /// Asks at a console.
  init(
    console: Console, asksAboutConflicts: Bool, utcOffset: @escaping @Sendable (Int) -> Int,
    manner: Manner = .counting
  ) {
    self.console = console
    canAsk = asksAboutConflicts
    self.utcOffset = utcOffset
    self.manner = manner
  }

  /// Whoever does not say yes leaves the brake on; `--yes` is no answer to it.
  func lifts(_ brake: BrakeTrip) async throws -> Bool {
    try console.gate.beginAsking(on: console.error)
    defer { console.gate.endAsking() }
    try say(TerminalText.escaped("The run is stopped: \(brake.words)."))
    try ask("  Go on all the same? [y/N] ")
    return try ["y", "Y", "yes"].contains(readLine())
  }

  func answer(
    _ question: ConflictQuestion, peek: ContentPeek
  ) async throws -> ConflictAnswer {
    let item = question.item
    if let given = answerForAll.withLock({ $0 }), !(given == .merge && question.mergeFailed) {
      return given
    }
    try console.gate.beginAsking(on: console.error)
    defer { console.gate.endAsking() }
    try say("\(TerminalText.escaped(item.path.key)) — CONFLICT")
    if manner == .counting, question.count > 1 {
      try say("  \(question.number) of \(question.count)")
    }
    let absent = item.conflict == .kind ? "(a folder)" : "(deleted)"
    try say("  Remote modified: \(time(item.remote, absent))")
    try say("  Local modified:  \(time(item.local, absent))")
    if question.mergeFailed { try say("  The two versions do not merge.") }
    while true {
      try ask("  Keep [r]emote / [l]ocal / [s]kip? ")
      guard let line = try readLine() else { return .skip }
      switch manner == .single ? line.lowercased() : line {
      case "r", "remote": return .remote
      case "l", "local": return .local
      case "s", "skip", "": return .skip
      case "b", "both": return .both
      case "m", "merge": return .merge
      case "d", "diff": try await showDiff(item, peek)
      case "?", "h", "help": try say(help)
      case "R", "L", "S", "B", "M":
        let answer = TerminalDecider.answer(line)
        answerForAll.withLock { $0 = answer }
        return answer
      default: try say("  '\(TerminalText.escaped(line))' is not an answer; ? lists them.")
      }
    }
  }

  private static func answer(_ letter: String) -> ConflictAnswer {
    switch letter {
    case "R": .remote
    case "L": .local
    case "B": .both
    case "M": .merge
    default: .skip
    }
  }

  private var help: String {
    let answers = """
        [r]emote  keep the remote version; the local one is kept as well
        [l]ocal   keep the local version; the remote one is kept as well
        [s]kip    leave both sides as they are
        [d]iff    show the difference
        [b]oth    keep both: the local version as a copy of its own
        [m]erge   merge the two texts
      """
    guard manner == .counting else { return answers }
    return answers + "\n  R, L, S, B, M  the same for this and all further conflicts"
  }

  private func showDiff(_ item: Item, _ peek: ContentPeek) async throws {
    for part in item.differing {
      let local = try await peek.content(of: part.local, on: .local)
      let remote = try await peek.content(of: part.remote, on: .remote)
      try say(
        try DiffWords.text(
          path: part.path, old: remote, new: local, oldName: "remote", newName: "local",
          color: console.errorColor))
    }
  }

  private func time(_ entry: TreeEntry?, _ absent: String) -> String {
    guard let entry else { return absent }
    guard let modified = entry.modified else { return "(not known)" }
    let seconds = Int(modified.seconds)
    let text = Moment.text(secondsSinceEpoch: seconds, offset: utcOffset(seconds))
    return entry.editor.map { "\(text) by \(TerminalText.escaped($0))" } ?? text
  }

  private func say(_ text: String) throws { try console.error.write(text + "\n") }
  private func ask(_ text: String) throws { try console.error.write(text) }

  /// Reads one line without blanks around it; nothing at the end of the input.
  private func readLine() throws -> String? {
    try TerminalLine(input: console.input).read()?.trimmingBlanks
  }
}
