/// Says why a command line cannot be understood.
package struct UsageError: Error, Sendable, Equatable {
  /// What is wrong, with the words at fault.
  package enum Problem: Sendable, Equatable {
    case unknownOption(String, suggestion: String?)
    /// The option belongs to a subcommand, and stands before its name.
    case misplacedOption(String)
    case unknownCommand(String, suggestion: String?)
    case missingCommand
    case missingValue(option: String, name: String)
    case emptyValue(option: String)
    case unexpectedValue(option: String)
    case invalidValue(of: String, value: String, type: ValueType, suggestion: String?)
    case repeatedOption(String)
    /// Short flags in one word, of which one is unknown or takes a value.
    case badBundle(String, letter: String)
    case missingArgument(String)
    case emptyArgument(String?)
    case tooManyArguments([String])
  }

  package let problem: Problem
  /// The names that lead to the command at fault, the program's own first.
  package let command: [String]

  /// A stable name for scripts.
  package var code: String {
    switch problem {
    case .unknownOption: "unknown_option"
    case .misplacedOption: "misplaced_option"
    case .unknownCommand: "unknown_command"
    case .missingCommand: "missing_command"
    case .missingValue: "missing_value"
    case .emptyValue: "empty_value"
    case .unexpectedValue: "unexpected_value"
    case .invalidValue: "invalid_value"
    case .repeatedOption: "repeated_option"
    case .badBundle: "bad_bundle"
    case .missingArgument: "missing_argument"
    case .emptyArgument: "empty_argument"
    case .tooManyArguments: "too_many_arguments"
    }
  }
}
