/// Says why a glob cannot be used.
package struct GlobError: Error, Sendable, Equatable {
  /// The kinds of trouble, as stable names.
  package enum Code: String, Sendable {
    /// The pattern names nothing.
    case empty
    /// A `..` leads out of the project.
    case leavesRoot = "leaves_root"
    /// A `[` without its `]`, or an unknown class in it.
    case malformedBracket = "malformed_bracket"
    /// A `{` without its `}`.
    case unclosedBrace = "unclosed_brace"
    /// A backslash at the end.
    case trailingBackslash = "trailing_backslash"
    /// Braces that stand for more than 1024 patterns.
    case tooManyAlternatives = "too_many_alternatives"
    /// More than 60 folders.
    case tooDeep = "too_deep"
  }

  package let code: Code
  /// The glob as it was written.
  package let pattern: String

  /// Creates an error about a glob.
  package init(code: Code, pattern: String) {
    self.code = code
    self.pattern = pattern
  }
}
