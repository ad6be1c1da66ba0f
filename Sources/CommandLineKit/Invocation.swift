/// What a command line asks for, checked against the table of commands.
package struct Invocation<Payload> {
  /// What to do.
  package enum Action {
    case run(Payload)
    case help
    case version
  }

  package let action: Action
  /// The names behind the program's own that lead to the command.
  package let path: [String]
  let options: [String: [String]]
  let arguments: [String: [String]]

  /// Tells whether a flag is given, or for one with an opposite: given last.
  package func has(_ option: Option) -> Bool {
    isOn(option) ?? false
  }

  /// The state of a flag with an opposite: `nil` when neither form is given.
  package func isOn(_ option: Option) -> Bool? {
    options[option.name]?.last.map { $0 != Invocation.off }
  }

  /// How often an option is given.
  package func count(of option: Option) -> Int {
    options[option.name]?.count ?? 0
  }

  /// The value of an option: the last one given, else its default.
  package func value(of option: Option) -> String? {
    options[option.name]?.last ?? option.defaultValue
  }

  /// All values of a repeatable option in their order, or its default alone.
  package func values(of option: Option) -> [String] {
    options[option.name] ?? option.defaultValue.map { [$0] } ?? []
  }

  /// The value of an option as a case of an enumeration of words.
  package func value<Word: RawRepresentable>(of option: Option, as: Word.Type) -> Word?
  where Word.RawValue == String {
    value(of: option).flatMap { Word(rawValue: $0) }
  }

  /// The value of an option for a number.
  package func number(of option: Option) -> Int? {
    value(of: option).flatMap { Int($0) }
  }

  /// The word given for an argument.
  package func value(of argument: Argument) -> String? {
    arguments[argument.name]?.first
  }

  /// The words given for an argument that may be many.
  package func values(of argument: Argument) -> [String] {
    arguments[argument.name] ?? []
  }

  /// What stands for a flag that is given, and for one that is turned off.
  static var on: String { "true" }
  static var off: String { "false" }
}

extension Invocation: Sendable where Payload: Sendable {}
extension Invocation.Action: Sendable where Payload: Sendable {}
