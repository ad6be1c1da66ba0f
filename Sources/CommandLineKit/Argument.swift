/// A positional argument of a command, as a value.
package struct Argument: Sendable, Equatable {
  /// How many words an argument stands for.
  package enum Arity: Sendable, Equatable {
    case required
    case optional
    /// None or more; only the last argument of a command.
    case anyNumber
    /// One or more; only the last argument of a command.
    case oneOrMore

    var isRequired: Bool {
      switch self {
      case .required, .oneOrMore: true
      case .optional, .anyNumber: false
      }
    }

    var isMany: Bool {
      switch self {
      case .anyNumber, .oneOrMore: true
      case .required, .optional: false
      }
    }
  }

  /// What the help calls it; also the key in an invocation.
  package let name: String
  package let arity: Arity
  package let type: ValueType
  /// What it stands for, without a period.
  package let abstract: String
  /// Whether a word with nothing in it is meant.
  package let allowsEmpty: Bool

  /// Creates an argument.
  package init(
    _ name: String, _ abstract: String, _ arity: Arity = .required, type: ValueType = .text,
    allowsEmpty: Bool = false
  ) {
    self.name = name
    self.arity = arity
    self.type = type
    self.abstract = abstract
    self.allowsEmpty = allowsEmpty
  }

  /// As a usage line shows it.
  var usage: String {
    switch arity {
    case .required: "<\(name)>"
    case .optional: "[<\(name)>]"
    case .anyNumber: "[<\(name)> ...]"
    case .oneOrMore: "<\(name)> ..."
    }
  }
}
