/// An option of a command, as a value: what it is called, what it takes, and how it is described.
package struct Option: Sendable, Equatable {
  /// What follows an option.
  package enum Kind: Sendable, Equatable {
    /// Nothing.
    case flag
    /// Nothing; `--no-NAME` turns it off, and the last one given counts.
    case switchable
    /// One value.
    case value(name: String, ValueType)
    /// Nothing; asks for the help page.
    case help
    /// Nothing; asks for the version.
    case version
  }

  /// The long name without its dashes; also the key in an invocation.
  package let name: String
  /// The letter of the short form.
  package let short: Character?
  package let kind: Kind
  /// What it does, in the imperative and without a period.
  package let abstract: String
  /// The value that counts when none is given.
  package let defaultValue: String?
  /// Whether it may be given more than once.
  package let isRepeatable: Bool
  /// Whether help and completions keep silent about it.
  package let isHidden: Bool
  /// Whether `--name=` with nothing behind it is meant.
  package let allowsEmptyValue: Bool

  /// Creates a flag.
  package static func flag(
    _ name: String, _ abstract: String, short: Character? = nil, isRepeatable: Bool = false,
    isHidden: Bool = false
  ) -> Option {
    Option(
      name: name, short: short, kind: .flag, abstract: abstract, defaultValue: nil,
      isRepeatable: isRepeatable, isHidden: isHidden, allowsEmptyValue: false)
  }

  /// Creates a flag that has an opposite: `--name` and `--no-name`.
  package static func switchable(
    _ name: String, _ abstract: String, short: Character? = nil, isHidden: Bool = false
  ) -> Option {
    Option(
      name: name, short: short, kind: .switchable, abstract: abstract, defaultValue: nil,
      isRepeatable: true, isHidden: isHidden, allowsEmptyValue: false)
  }

  /// Creates an option with a value; `valueName` is what the help calls the value.
  package static func value(
    _ name: String, _ valueName: String, _ abstract: String, short: Character? = nil,
    type: ValueType = .text, default defaultValue: String? = nil, isRepeatable: Bool = false,
    isHidden: Bool = false, allowsEmptyValue: Bool = false
  ) -> Option {
    Option(
      name: name, short: short, kind: .value(name: valueName, type), abstract: abstract,
      defaultValue: defaultValue, isRepeatable: isRepeatable, isHidden: isHidden,
      allowsEmptyValue: allowsEmptyValue)
  }

  /// `-h`, `--help`.
  package static let help = Option(
    name: "help", short: "h", kind: .help, abstract: "Show help", defaultValue: nil,
    isRepeatable: true, isHidden: false, allowsEmptyValue: false)

  /// `--version`.
  package static let version = Option(
    name: "version", short: nil, kind: .version, abstract: "Show the version", defaultValue: nil,
    isRepeatable: true, isHidden: false, allowsEmptyValue: false)

  /// Tells whether arguments that could not be parsed ask for this flag all the same.
  ///
  /// So that even a usage error can be written as JSON.
  package func appears(in arguments: [String]) -> Bool {
    arguments.prefix { $0 != "--" }.contains { argument in
      argument == "--\(name)" || short.map { argument == "-\($0)" } ?? false
    }
  }

  /// The value's name and type, for an option that takes one.
  package var value: (name: String, type: ValueType)? {
    switch kind {
    case .value(let name, let type): (name, type)
    case .flag, .switchable, .help, .version: nil
    }
  }

  /// The long forms as they are typed.
  var longForms: [String] {
    switch kind {
    case .switchable: ["--\(name)", "--no-\(name)"]
    case .flag, .value, .help, .version: ["--\(name)"]
    }
  }

  /// All forms as they are typed, the short one first.
  var forms: [String] {
    (short.map { ["-\($0)"] } ?? []) + longForms
  }
}
