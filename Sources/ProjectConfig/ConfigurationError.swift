import YAML

/// Why a `syncline.yaml` cannot be used, with the place.
package struct ConfigurationError: Error, Hashable, Sendable {
  /// The kinds of trouble, as stable names.
  package enum Code: String, Hashable, Sendable, CaseIterable {
    /// The file is no YAML; the detail holds the parser's words, and nothing of the file.
    case syntax
    /// The bytes are no UTF-8 or hold control characters.
    case encoding
    /// The file is larger, deeper or richer in nodes than any configuration.
    case tooLarge = "too_large"
    /// There is a second document behind a `---`.
    case severalDocuments = "several_documents"
    /// A key stands twice; the detail is the line of the first.
    case duplicateKey = "duplicate_key"
    /// A key that there is not; the expected values are those that there are.
    case unknownKey = "unknown_key"
    /// A key that must be there; the expected value is its name.
    case missingKey = "missing_key"
    /// A list where a text is due, and the like; the expected value is what is due.
    case wrongKind = "wrong_kind"
    /// A value that is none of the expected ones.
    case unknownValue = "unknown_value"
    /// The name of a project, a target or a collection that has other signs than it may.
    case badName = "bad_name"
    /// A URL with a user name, a password or a token in it.
    case credentialsInURL = "credentials_in_url"
    /// A URL that is no project's; the detail is an ``AddressProblem``.
    case badURL = "bad_url"
    /// A second default target.
    case severalDefaults = "several_defaults"
    /// A glob that cannot be used; the detail says why, as `GlobError.Code` does.
    case badGlob = "bad_glob"
    /// A size that is none, such as `1GiB` is.
    case badSize = "bad_size"
    /// A duration that is none, such as `30d` is.
    case badDuration = "bad_duration"
  }

  /// What is wrong.
  package var code: Code
  /// The line, counted from 1.
  package var line: Int
  /// The column in characters, counted from 1.
  package var column: Int
  /// The key that is wrong or whose value is, such as `targets.staging.url`; empty at the top.
  package var key: String
  /// The value as it was written, unless it may hold a secret.
  package var value: String?
  /// What could stand here instead.
  package var expected: [String]
  /// More about the cause, as the code says.
  package var detail: String?

  /// Creates an error.
  package init(
    _ code: Code, line: Int, column: Int, key: String = "", value: String? = nil,
    expected: [String] = [], detail: String? = nil
  ) {
    self.code = code
    self.line = line
    self.column = column
    self.key = key
    self.value = value
    self.expected = expected
    self.detail = detail
  }

  init(_ error: YAMLError) {
    let (code, detail): (Code, String?) =
      switch error.kind {
      case .syntax(let words): (.syntax, words)
      case .encoding(let words): (.encoding, words)
      case .duplicateKey(let firstLine): (.duplicateKey, String(firstLine))
      case .undefinedAlias: (.syntax, "undefined alias")
      case .tooDeep, .tooLarge, .tooManyNodes: (.tooLarge, nil)
      }
    self.init(code, line: error.line, column: error.column, detail: detail)
  }
}
