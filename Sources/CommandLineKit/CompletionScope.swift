/// What may be typed behind one command, as all shells need to know it.
struct CompletionScope {
  struct OptionWord {
    var form: String
    var abstract: String
    var value: ValueType?
    var option: Option
  }

  /// The names that lead to the command, the program's own first, parted by spaces.
  var path: String
  var subcommands: [(name: String, abstract: String)]
  /// Every form of every option that is accepted here, also those of the commands above.
  var options: [OptionWord]
  /// What the first argument takes, and all after it.
  var argument: ValueType?

  init<Payload>(_ chain: [Command<Payload>]) {
    path = chain.map(\.name).joined(separator: " ")
    let command = chain[chain.count - 1]
    subcommands = command.subcommands.filter { !$0.isHidden }.map { ($0.name, $0.abstract) }
    options = chain.reversed().flatMap(\.options).filter { !$0.isHidden }.flatMap { option in
      option.forms.map {
        OptionWord(
          form: $0, abstract: option.abstract, value: option.value?.type, option: option)
      }
    }
    argument = command.arguments.first?.type
  }

  static func all<Payload>(_ command: Command<Payload>) -> [CompletionScope] {
    command.all().map { CompletionScope($0) }
  }
}

/// A name that a shell accepts for a function.
func functionName(_ name: String) -> String {
  "_" + name.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? String($0) : "_" }.joined()
}

/// Text in single quotes, as `sh`, `bash` and `zsh` read them.
func shellQuoted(_ text: String) -> String {
  "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''")
    + "'"
}
