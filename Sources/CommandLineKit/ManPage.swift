/// A chapter of a man page or a reference that no command holds, such as the exit codes.
package struct Chapter: Sendable {
  let title: String
  let entries: [(label: String, text: String)]
  let prose: String

  /// Creates a chapter: paragraphs, then labels with their meaning.
  package init(
    _ title: String, prose: String = "", entries: [(label: String, text: String)] = []
  ) {
    self.title = title
    self.prose = prose
    self.entries = entries
  }
}

extension Command {
  /// The man page of this command and all below it, in roff for the `man` macros.
  ///
  /// `date` is written as `2024-11-01`.
  package func manPage(version: String, date: String, chapters: [Chapter] = []) -> String {
    var page = Roff()
    let program = Description([self])
    page.macro("TH", [name.uppercased(), "1", date, "\(name) \(version)", "User Commands"])
    page.macro("SH", ["NAME"])
    page.line("\(Roff.escaped(name)) \\- \(Roff.escaped(abstract))")
    page.macro("SH", ["SYNOPSIS"])
    page.synopsis(program)
    if !program.paragraphs.isEmpty {
      page.macro("SH", ["DESCRIPTION"])
      page.paragraphs(program.paragraphs)
    }
    if !program.arguments.isEmpty {
      page.macro("SH", ["ARGUMENTS"])
      page.entries(program.arguments)
    }
    if !program.options.isEmpty {
      page.macro("SH", ["OPTIONS"])
      page.entries(program.options)
    }
    let commands = all().dropFirst().map { Description($0) }
    if !commands.isEmpty { page.macro("SH", ["COMMANDS"]) }
    for command in commands {
      page.macro("SS", [command.names.dropFirst().joined(separator: " ")])
      page.synopsis(command)
      page.paragraphs([command.abstract + "."] + command.paragraphs)
      page.entries(command.arguments + command.options)
    }
    for chapter in chapters {
      page.macro("SH", [chapter.title.uppercased()])
      page.paragraphs(TextFlow.paragraphs(chapter.prose))
      page.entries(chapter.entries.map { Description.Entry(label: $0.label, text: $0.text) })
    }
    return page.text
  }
}

/// Text in roff, line by line.
private struct Roff {
  private(set) var text = ""

  mutating func line(_ line: String) {
    text += line + "\n"
  }

  mutating func macro(_ name: String, _ arguments: [String] = []) {
    let quoted = arguments.map { " \"\(Roff.escaped($0, inQuotes: true))\"" }
    line(".\(name)\(quoted.joined())")
  }

  mutating func synopsis(_ description: Description) {
    let pieces = description.usage.map { Roff.escaped($0) }.joined(separator: " ")
    line("\\fB\(Roff.escaped(description.title))\\fR" + (pieces.isEmpty ? "" : " " + pieces))
  }

  mutating func paragraphs(_ paragraphs: [String]) {
    for paragraph in paragraphs {
      macro("PP")
      line(Roff.escaped(paragraph))
    }
  }

  mutating func entries(_ entries: [Description.Entry]) {
    for entry in entries {
      macro("TP")
      line("\\fB\(Roff.escaped(entry.label))\\fR")
      line(Roff.escaped(entry.text))
    }
  }

  /// Writes text so that roff shows it as it is, a control character at the start of a line included.
  static func escaped(_ text: String, inQuotes: Bool = false) -> String {
    var result = ""
    for character in text {
      switch character {
      case "\\": result += "\\e"
      case "-": result += "\\-"
      case "'": result += "\\(aq"
      case "`": result += "\\(ga"
      case "^": result += "\\(ha"
      case "~": result += "\\(ti"
      case "\"" where inQuotes: result += "\\(dq"
      case "\n": result += " "
      default: result.append(character)
      }
    }
    return text.hasPrefix(".") ? "\\&" + result : result
  }
}
