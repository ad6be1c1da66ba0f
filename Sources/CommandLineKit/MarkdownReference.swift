extension Command {
  /// A reference of this command and all below it, in Markdown.
  package func markdownReference(chapters: [Chapter] = []) -> String {
    var text = ""
    for chain in all() {
      let description = Description(chain)
      text += "\(chain.count == 1 ? "#" : "##") \(description.title)\n\n"
      text += "\(Markdown.escaped(description.abstract)).\n\n"
      let usage = ([description.title] + description.usage).joined(separator: " ")
      text += "```\n\(usage)\n```\n\n"
      for paragraph in description.paragraphs {
        text += Markdown.escaped(paragraph) + "\n\n"
      }
      text += Markdown.table("Argument", description.arguments)
      text += Markdown.table("Option", description.options)
      text += Markdown.table("Subcommand", description.subcommands)
    }
    for chapter in chapters {
      text += "## \(chapter.title)\n\n"
      for paragraph in TextFlow.paragraphs(chapter.prose) {
        text += Markdown.escaped(paragraph) + "\n\n"
      }
      text += Markdown.table(
        "", chapter.entries.map { Description.Entry(label: $0.label, text: $0.text) })
    }
    while text.hasSuffix("\n\n") { text.removeLast() }
    return text
  }
}

private enum Markdown {
  static func table(_ title: String, _ entries: [Description.Entry]) -> String {
    guard !entries.isEmpty else { return "" }
    let rows = entries.map { entry in
      let label = entry.label.split(separator: "|", omittingEmptySubsequences: false)
        .joined(separator: "\\|")
      return "| `\(label)` | \(escaped(entry.text)) |\n"
    }
    return "| \(title) | |\n|---|---|\n" + rows.joined() + "\n"
  }

  static func escaped(_ text: String) -> String {
    var result = ""
    for character in text {
      if "\\`*_<>[]|".contains(character) { result += "\\" }
      result.append(character)
    }
    return result
  }
}
