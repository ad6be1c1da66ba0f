/// What ignore rules say about one entry.
package enum Verdict: Sendable, Equatable {
  /// No rule matches.
  case undecided
  /// The last rule that matches takes the entry in (`!pattern`).
  case included(by: RuleReference)
  /// The last rule that matches, here or for a folder above, leaves the entry out.
  case ignored(by: RuleReference)
}

/// Names the line of an ignore file that decided.
package struct RuleReference: Sendable, Equatable {
  private let file: IgnoreFile
  private let index: Int

  init(file: IgnoreFile, index: Int) {
    self.file = file
    self.index = index
  }

  /// The name under which the file was parsed, for example `src/.gitignore`.
  package var source: String { file.source }

  /// The line, counted from one.
  package var line: Int { file.lines[index] }

  /// The pattern as it is written.
  package var pattern: IgnorePattern { file.patterns[index] }

  /// The pattern's text, with replacement characters where it is not UTF-8.
  package var text: String { String(decoding: pattern.text, as: UTF8.self) }

  package static func == (left: RuleReference, right: RuleReference) -> Bool {
    left.source == right.source && left.line == right.line
      && left.pattern.text == right.pattern.text
  }
}
