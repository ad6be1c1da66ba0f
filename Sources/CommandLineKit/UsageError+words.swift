extension UsageError {
  /// What happened, in one sentence or two.
  package var message: String {
    switch problem {
    case .unknownOption(let option, let suggestion):
      "Unknown option \(quoted(option)).\(didYouMean(suggestion))"
    case .misplacedOption(let option):
      "Option \(quoted(option)) belongs behind the subcommand."
    case .unknownCommand(let name, let suggestion):
      "Unknown subcommand \(quoted(name)).\(didYouMean(suggestion))"
    case .missingCommand:
      "Missing subcommand of '\(command.joined(separator: " "))'."
    case .missingValue(let option, let name):
      "Missing value for '\(option) <\(name)>'."
    case .emptyValue(let option):
      "The value of '\(option)' is empty."
    case .unexpectedValue(let option):
      "Option '\(option)' takes no value."
    case .invalidValue(let owner, let value, let type, let suggestion):
      "The value \(quoted(value)) is invalid for '\(owner)'.\(didYouMean(suggestion) + expected(type))"
    case .repeatedOption(let option):
      "Option '\(option)' is given more than once."
    case .badBundle(let word, let letter):
      "Unknown option \(quoted(word)): '-\(TerminalText.escaped(letter))' is no flag that can be "
        + "written together with others."
    case .missingArgument(let name):
      "Missing argument '<\(name)>'."
    case .emptyArgument(let name):
      "The argument\(name.map { " '<\($0)>'" } ?? "") is empty."
    case .tooManyArguments(let words):
      "\(words.count == 1 ? "Unexpected argument" : "Unexpected arguments"): "
        + words.map(quoted).joined(separator: ", ") + "."
    }
  }

  /// What to do next.
  package var hint: String {
    let help = "See '\(command.joined(separator: " ")) --help' for more information."
    switch problem {
    case .missingValue(let option, _) where option.hasPrefix("--"):
      return "Write a value that begins with a dash as '\(option)=VALUE'. \(help)"
    case .emptyValue, .emptyArgument:
      return "Is a variable unset? \(help)"
    case .badBundle:
      return "Write each option on its own. \(help)"
    case .misplacedOption(let option):
      return "Write '\(command.joined(separator: " ")) SUBCOMMAND \(option)'. \(help)"
    case .tooManyArguments, .unknownOption, .unknownCommand, .missingCommand, .missingValue,
      .unexpectedValue, .invalidValue, .repeatedOption, .missingArgument:
      return help
    }
  }

  private func quoted(_ text: String) -> String {
    "'\(TerminalText.escaped(text))'"
  }

  private func didYouMean(_ suggestion: String?) -> String {
    suggestion.map { " Did you mean '\($0)'?" } ?? ""
  }

  private func expected(_ type: ValueType) -> String {
    switch type {
    case .oneOf(let words): " Use one of: \(words.joined(separator: ", "))."
    case .count: " Use a whole number."
    case .byteSize: " Use a size such as 500MB or 1GiB."
    case .duration: " Use a time span such as 12h or 30d."
    case .text, .file, .folder, .dynamic: ""
    }
  }
}
