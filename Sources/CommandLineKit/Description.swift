/// The facts about one command that help, the man page and the reference all show.
struct Description {
  /// A label and what it stands for.
  struct Entry {
    var label: String
    var text: String
  }

  /// The names that lead to the command, the program's own first.
  var names: [String]
  var abstract: String
  var paragraphs: [String]
  /// What may follow the names, piece by piece.
  var usage: [String]
  var arguments: [Entry]
  var options: [Entry]
  /// Options of the commands above.
  var inherited: [Entry]
  var subcommands: [Entry]

  var title: String { names.joined(separator: " ") }

  init<Payload>(_ chain: [Command<Payload>]) {
    guard let command = chain.last else {
      preconditionFailure("A chain of commands has at least the program itself.")
    }
    names = chain.map(\.name)
    abstract = command.abstract
    paragraphs = TextFlow.paragraphs(command.discussion)
    let own = command.options.filter { !$0.isHidden }
    let above = chain.dropLast().reversed().flatMap(\.options).filter { !$0.isHidden }
    arguments = command.arguments.map { argument in
      Entry(label: "<\(argument.name)>", text: argument.abstract + Description.notes(argument.type))
    }
    options = own.map { Description.entry($0) }
    inherited = above.map { Description.entry($0) }
    subcommands = command.subcommands.filter { !$0.isHidden }.map {
      Entry(label: $0.name, text: $0.abstract)
    }
    let named = own.filter { $0.kind != .help && $0.kind != .version }
    usage =
      named.count > 8 ? ["[<options>]"] : named.map { "[\(Description.label($0, long: true))]" }
    usage += command.arguments.map(\.usage)
    if !subcommands.isEmpty {
      usage.append(command.payload == nil ? "<subcommand>" : "[<subcommand>]")
    }
  }

  private static func entry(_ option: Option) -> Entry {
    var text = option.abstract
    if case .value(_, let type) = option.kind {
      text += notes(type, default: option.defaultValue)
      if option.isRepeatable { text += " (can be repeated)" }
    }
    return Entry(label: label(option, long: false), text: text)
  }

  private static func label(_ option: Option, long: Bool) -> String {
    var label: String
    switch option.kind {
    case .switchable: label = "--[no-]\(option.name)"
    case .flag, .value, .help, .version: label = "--\(option.name)"
    }
    if !long, let short = option.short { label = "-\(short), \(label)" }
    if let value = option.value { label += " <\(value.name)>" }
    return label
  }

  private static func notes(_ type: ValueType, default value: String? = nil) -> String {
    if case .oneOf(let words) = type {
      let list = words.joined(separator: ", ")
      return " (values: \(list)\(value.map { "; default: \($0)" } ?? ""))"
    }
    return value.map { " (default: \($0))" } ?? ""
  }
}
