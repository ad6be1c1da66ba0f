extension Command {
  /// Mistakes in the table itself, as sentences; a program's tests expect none.
  ///
  /// Looked for are names that mean two things at one place, an argument that nothing can reach, a
  /// default that the option itself refuses, and a command that can neither be run nor gone into.
  package func inconsistencies() -> [String] {
    all(includingHidden: true).flatMap { chain -> [String] in
      guard let command = chain.last else { return [] }
      let place = "'\(chain.map(\.name).joined(separator: " "))'"
      var found: [String] = []
      let options = chain.flatMap(\.options)
      for form in Self.repeated(options.flatMap(\.forms)) {
        found.append("\(place) has more than one option '\(form)'.")
      }
      for name in Self.repeated(command.subcommands.map(\.name)) {
        found.append("\(place) has more than one subcommand '\(name)'.")
      }
      for name in Self.repeated(command.arguments.map(\.name)) {
        found.append("\(place) has more than one argument '\(name)'.")
      }
      for (argument, next) in zip(command.arguments, command.arguments.dropFirst())
      where argument.arity.isMany || next.arity.isRequired && !argument.arity.isRequired {
        found.append("\(place) cannot tell '\(next.name)' from '\(argument.name)'.")
      }
      for option in command.options {
        if let value = option.defaultValue, let type = option.value?.type, !type.accepts(value) {
          found.append("\(place) refuses its own default of '--\(option.name)'.")
        }
      }
      if command.payload == nil, command.subcommands.isEmpty {
        found.append("\(place) can neither be run nor gone into.")
      }
      return found
    }
  }

  private static func repeated(_ names: [String]) -> [String] {
    var seen: Set<String> = []
    return names.filter { !seen.insert($0).inserted }
  }
}
