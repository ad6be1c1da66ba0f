import Platform
import CommandLineKit

/// Everything that is read from the command table: completions, man page, reference, help.
extension CommandContext {
  /// Writes the completions for a shell.
  func completions() throws -> ExitCode {
    let root = Program.root(surroundings)
    let script =
      switch word("shell") {
      case "zsh": root.zshCompletion()
      case "fish": root.fishCompletion()
      default: root.bashCompletion()
      }
    try console.text(script)
    return .success
  }

  /// Writes the man page.
  func man() throws -> ExitCode {
    let seconds = Int(surroundings.clock.now() / 1_000_000_000)
    let date = Moment.iso8601(secondsSinceEpoch: seconds).prefix(10)
    try console.text(
      Program.root(surroundings).manPage(
        version: Program.version, date: String(date),
        chapters: surroundings.isMageAgent ? MageAgentTable.chapters : ManualChapters.all))
    return .success
  }

  /// Writes the reference as Markdown.
  func reference() throws -> ExitCode {
    try console.text(CommandTable.root.markdownReference(chapters: ManualChapters.all))
    return .success
  }

  /// Shows help of a verb, as `--help` behind it does.
  func help() throws -> ExitCode {
    try help(for: invocation.values(of: Argument("verb", "", .anyNumber)))
  }

  /// Shows help of the command that words lead to.
  func help(for words: [String]) throws -> ExitCode {
    let width = surroundings.output.terminalWidth ?? 80
    guard let text = Program.root(surroundings).help(for: words, width: width) else {
      throw CommandFailure(
        .usage, "unknown_command", "There is no verb '\(words.joined(separator: " "))'.",
        hint: "'syncline --help' lists them")
    }
    try console.write(text)
    return .success
  }
}
