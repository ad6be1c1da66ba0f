/// The rules of a project that decide what is synced, but for its ignore files.
///
/// In this order: `.git` and `.syncline` never; `syncline.yaml` at the root never; what `ignore`
/// lines and ignore files leave out; what no pattern of `include` names; and what a built-in rule
/// leaves out unless a pattern names it in so many letters. `**` names nothing in particular, so
/// that `.env` needs `.env` or `.env*`, not `*`. Where the remote carries certain kinds of files
/// only, no pattern lifts that.
package struct SelectionRules: Sendable {
  /// The `include` globs as written; empty means everything.
  package let include: [String]
  /// The `ignore` lines as written.
  package let ignore: [String]
  /// Whether `.gitignore` files count.
  package let usesGitignore: Bool
  /// The kinds of files that the remote carries; nothing where it carries all.
  package let kinds: FileKinds?

  let paths: [GlobPath]
  let lines: [IgnoreFile]

  /// Compiles the rules; throws for the first glob of `include` that cannot be used.
  ///
  /// `ignore` lines are asked before all ignore files: a project's configuration has the last word.
  package init(
    include: [String] = [], ignore: [String] = [], usesGitignore: Bool = true,
    kinds: FileKinds? = nil
  ) throws(GlobError) {
    self.include = include
    self.ignore = ignore
    self.usesGitignore = usesGitignore
    self.kinds = kinds
    var paths: [GlobPath] = []
    for pattern in include.isEmpty ? ["**"] : include {
      paths += try Glob(pattern).alternatives
    }
    self.paths = paths
    lines = ignore.isEmpty ? [] : [IgnoreFile(source: "syncline.yaml", patterns: ignore)]
  }

  /// The names of the files to read in each folder, in the order in which to pass them on.
  package var ignoreFileNames: [String] {
    usesGitignore ? [".gitignore", ".synclineignore"] : [".synclineignore"]
  }

  /// A text that is equal for equal rules, and for no others.
  ///
  /// Together with the contents of the ignore files, its digest tells whether rules changed.
  package var canonicalText: String {
    var text = "syncline-rules 1\nbuilt-in \(BuiltInRules.revision)\ngitignore \(usesGitignore)\n"
    for (name, values) in [("include", include), ("ignore", ignore)] {
      for value in values {
        // The length keeps a line feed in a value from passing for another line.
        text += "\(name) \(value.utf8.count) \(value)\n"
      }
    }
    if let kinds { text += "kinds \(kinds.extensions.joined(separator: " "))\n" }
    return text
  }
}
