extension Command {
  /// The help of the command at the end of `path`; `nil` when there is none.
  package func help(for path: [String] = [], width: Int = 80) -> String? {
    chain(to: path).map { HelpPage(Description($0), width: width).text }
  }

  /// The usage line alone, for errors.
  package func usage(for path: [String] = [], width: Int = 80) -> String? {
    chain(to: path).map { HelpPage(Description($0), width: width).usage(title: "Usage: ") }
  }
}

/// Lays out the facts about a command for a terminal.
private struct HelpPage {
  private static let indent = 2
  private static let column = 26

  let description: Description
  let width: Int

  init(_ description: Description, width: Int) {
    self.description = description
    // Narrower than this, words would stand one below the other.
    self.width = max(width, 50)
  }

  var text: String {
    var blocks = [
      TextFlow.lines("OVERVIEW: \(description.abstract)", width: width).joined(separator: "\n")
    ]
    for paragraph in description.paragraphs {
      blocks.append(TextFlow.lines(paragraph, width: width).joined(separator: "\n"))
    }
    blocks.append(usage(title: "USAGE: "))
    for (title, entries) in [
      ("ARGUMENTS", description.arguments), ("OPTIONS", description.options),
      ("GLOBAL OPTIONS", description.inherited), ("SUBCOMMANDS", description.subcommands),
    ] where !entries.isEmpty {
      blocks.append(([title + ":"] + entries.flatMap(lines)).joined(separator: "\n"))
    }
    if !description.subcommands.isEmpty {
      blocks.append("  See '\(description.title) <subcommand> --help' for detailed help.")
    }
    return blocks.joined(separator: "\n\n") + "\n"
  }

  func usage(title: String) -> String {
    let start = title + description.title
    var lines = [start]
    let indent = String(repeating: " ", count: min(start.count + 1, HelpPage.column))
    for piece in description.usage {
      let last = lines[lines.count - 1]
      if last.count + 1 + piece.count > width, last != start {
        lines.append(indent + piece)
      } else {
        lines[lines.count - 1] = last + " " + piece
      }
    }
    return lines.joined(separator: "\n")
  }

  private func lines(_ entry: Description.Entry) -> [String] {
    let label = String(repeating: " ", count: HelpPage.indent) + entry.label
    let margin = String(repeating: " ", count: HelpPage.column)
    let text = TextFlow.lines(entry.text, width: width - HelpPage.column)
    guard let first = text.first else { return [label] }
    let used = TerminalText.width(label)
    let rest = text.dropFirst().map { margin + $0 }
    if used < HelpPage.column {
      return [label + String(repeating: " ", count: HelpPage.column - used) + first] + rest
    }
    return [label, margin + first] + rest
  }
}
