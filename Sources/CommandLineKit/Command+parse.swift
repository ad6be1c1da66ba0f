extension Command {
  /// Reads the words behind the program's name.
  ///
  /// No long name is ever completed, and an option given twice is an error unless it is repeatable.
  /// A word with a dash in front is never taken for the value of the option before it, unless a space
  /// follows the dash.
  package func parse(_ words: [String]) -> Result<Invocation<Payload>, UsageError> {
    var parser = Parser(root: self, words: words)
    do throws(UsageError) {
      return .success(try parser.run())
    } catch {
      return .failure(error)
    }
  }
}

/// The state of one parse.
private struct Parser<Payload> {
  private var chain: [Command<Payload>]
  private var rest: ArraySlice<String>
  private var options: [String: [String]] = [:]
  private var operands: [String] = []
  private var shortcut: Invocation<Payload>.Action?

  init(root: Command<Payload>, words: [String]) {
    chain = [root]
    rest = words[...]
  }

  private var command: Command<Payload> { chain[chain.count - 1] }
  private var known: [Option] { chain.reversed().flatMap(\.options) }

  private func error(_ problem: UsageError.Problem) -> UsageError {
    UsageError(problem: problem, command: chain.map(\.name))
  }

  mutating func run() throws(UsageError) -> Invocation<Payload> {
    while let word = rest.popFirst() {
      if word == "--" {
        while let operand = rest.popFirst() { try take(operand) }
      } else if word.hasPrefix("--") {
        try takeLong(word)
      } else if word.hasPrefix("-"), word != "-" {
        try takeShort(word)
      } else {
        try take(word)
      }
      if let shortcut { return invocation(shortcut, [:]) }
    }
    guard let payload = command.payload else { throw error(.missingCommand) }
    return invocation(.run(payload), try arguments())
  }

  private func invocation(
    _ action: Invocation<Payload>.Action, _ arguments: [String: [String]]
  ) -> Invocation<Payload> {
    Invocation(
      action: action, path: chain.dropFirst().map(\.name), options: options, arguments: arguments)
  }

  /// Takes a word that is no option: a subcommand's name or an argument.
  private mutating func take(_ word: String) throws(UsageError) {
    guard !command.subcommands.isEmpty else {
      operands.append(word)
      return
    }
    guard let next = command.subcommands.first(where: { $0.name == word }) else {
      if word.isEmpty { throw error(.emptyArgument(nil)) }
      let names = command.subcommands.filter { !$0.isHidden }.map(\.name)
      throw error(
        .unknownCommand(word, suggestion: Suggestion.nearest(to: word, among: names)))
    }
    chain.append(next)
  }

  private mutating func takeLong(_ word: String) throws(UsageError) {
    let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    let form = String(parts[0])
    guard let option = known.first(where: { $0.longForms.contains(form) }) else {
      throw unknown(form)
    }
    let attached = parts.count == 2 ? String(parts[1]) : nil
    if option.value == nil {
      guard attached == nil else { throw error(.unexpectedValue(option: form)) }
      let isOff = form != "--\(option.name)"
      try set(option, form, isOff ? Invocation<Payload>.off : Invocation<Payload>.on)
    } else {
      try takeValue(of: option, form, attached)
    }
  }

  private mutating func takeShort(_ word: String) throws(UsageError) {
    let letters = Array(word.dropFirst())
    guard let first = known.first(where: { $0.short == letters[0] }) else { throw unknown(word) }
    if first.value != nil {
      var attached = String(letters.dropFirst())
      let hasEqualSign = attached.hasPrefix("=")
      if hasEqualSign { attached.removeFirst() }
      let isAttached = hasEqualSign || !attached.isEmpty
      try takeValue(of: first, "-\(letters[0])", isAttached ? attached : nil)
      return
    }
    var flags: [Option] = []
    for letter in letters {
      guard let option = known.first(where: { $0.short == letter }), option.value == nil else {
        if letter == "=" { throw error(.unexpectedValue(option: "-\(letters[0])")) }
        if let meant = meantLong(word) {
          throw error(.unknownOption(word, suggestion: meant))
        }
        throw error(.badBundle(word, letter: String(letter)))
      }
      flags.append(option)
    }
    for (letter, option) in zip(letters, flags) {
      try set(option, "-\(letter)", Invocation<Payload>.on)
    }
  }

  private mutating func takeValue(
    of option: Option, _ form: String, _ attached: String?
  ) throws(UsageError) {
    guard let (name, type) = option.value else { return }
    var value = attached
    if value == nil, let next = rest.first {
      let second = next.dropFirst().first
      if !next.hasPrefix("-") || second == nil || second == " " { value = rest.popFirst() }
    }
    guard let value else { throw error(.missingValue(option: form, name: name)) }
    if value.isEmpty, !option.allowsEmptyValue { throw error(.emptyValue(option: form)) }
    guard type.accepts(value) else { throw invalid(value, of: "\(form) <\(name)>", type) }
    try set(option, form, value)
  }

  private mutating func set(
    _ option: Option, _ form: String, _ value: String
  ) throws(UsageError) {
    switch option.kind {
    case .help: shortcut = .help
    case .version: shortcut = shortcut ?? .version
    case .flag, .switchable, .value:
      if !option.isRepeatable, options[option.name] != nil { throw error(.repeatedOption(form)) }
      options[option.name, default: []].append(value)
    }
  }

  private func arguments() throws(UsageError) -> [String: [String]] {
    var words = operands[...]
    var result: [String: [String]] = [:]
    for argument in command.arguments {
      let taken = argument.arity.isMany ? Array(words) : Array(words.prefix(1))
      words = words.dropFirst(taken.count)
      if taken.isEmpty, argument.arity.isRequired { throw error(.missingArgument(argument.name)) }
      for word in taken {
        if word.isEmpty, !argument.allowsEmpty { throw error(.emptyArgument(argument.name)) }
        guard argument.type.accepts(word) else {
          throw invalid(word, of: "<\(argument.name)>", argument.type)
        }
      }
      if !taken.isEmpty { result[argument.name] = taken }
    }
    guard words.isEmpty else { throw error(.tooManyArguments(Array(words))) }
    return result
  }

  private func invalid(_ value: String, of owner: String, _ type: ValueType) -> UsageError {
    var suggestion: String?
    if case .oneOf(let words) = type {
      suggestion = Suggestion.nearest(to: value, among: words)
    }
    return error(.invalidValue(of: owner, value: value, type: type, suggestion: suggestion))
  }

  private func unknown(_ form: String) -> UsageError {
    let below = command.all().flatMap { $0[$0.count - 1].options }
    if below.contains(where: { $0.forms.contains(form) }) { return error(.misplacedOption(form)) }
    return error(.unknownOption(form, suggestion: meantLong(form)))
  }

  private func meantLong(_ word: String) -> String? {
    let forms = known.filter { !$0.isHidden }.flatMap(\.longForms)
    let name = String(word.drop { $0 == "-" }.prefix { $0 != "=" })
    // One letter is too little to guess from.
    return name.count < 2 ? nil : Suggestion.nearest(to: name, among: forms)
  }
}
