/// Answers for the entries of one folder during a depth-first walk of a project.
///
/// A value: a copy keeps its place, so that another thread can go on below it.
package struct SelectionWalk: Sendable {
  /// Where each pattern of `include` stands in one folder.
  private final class Frame: Sendable {
    let parent: Frame?
    let places: [UInt64]

    init(parent: Frame?, places: [UInt64]) {
      self.parent = parent
      self.places = places
    }
  }

  private let rules: SelectionRules
  private let takesEverything: Bool
  private var strongest: IgnoreMatcher
  private var matcher: IgnoreMatcher
  private var frame: Frame

  /// Starts at the project's root with the ignore files found there.
  package init(_ rules: SelectionRules, files: [IgnoreFile]) {
    self.rules = rules
    takesEverything = rules.include.isEmpty
    strongest = IgnoreMatcher(files: rules.lines)
    matcher = IgnoreMatcher(files: files)
    frame = Frame(parent: nil, places: rules.paths.map(\.start))
  }

  /// The path of the current folder with a slash at its end; empty for the root.
  package var folder: [UInt8] { matcher.folder }

  /// Goes into a folder of the current one, with the ignore files found in it.
  ///
  /// `files` in the order of `SelectionRules.ignoreFileNames`. A folder that is skipped may be
  /// entered as well (to list what is below it): nothing below is selected.
  package mutating func enter(_ name: Bytes, files: [IgnoreFile]) {
    let verdict = ignoreVerdict(for: name, isFolder: true)
    let places = self.places(for: name, isFolder: true)
    strongest.enter(name, files: [], verdict: verdict)
    matcher.enter(name, files: files, verdict: verdict)
    frame = Frame(parent: frame, places: places)
  }

  /// Goes back to the folder that holds the current one.
  package mutating func leave() {
    guard let parent = frame.parent else {
      preconditionFailure("The root folder cannot be left.")
    }
    strongest.leave()
    matcher.leave()
    frame = parent
  }

  /// Whether an entry of the current folder takes part, and if not, why.
  package func selection(of name: Bytes, isFolder: Bool) -> Selection {
    let builtIn = BuiltInRules.match(name, isFolder: isFolder)
    if let rule = builtIn?.rule, rule.isProtected { return .skipped(.builtIn(rule)) }
    if frame.parent == nil, BuiltInRules.isConfiguration(name) {
      return .skipped(.configuration)
    }
    if case .ignored(let rule) = ignoreVerdict(for: name, isFolder: isFolder) {
      return .skipped(.rule(rule))
    }
    if let kinds = rules.kinds, !kinds.carries(name, isFolder: isFolder) {
      return .skipped(.notCarried)
    }
    if takesEverything, builtIn == nil, frame.places.contains(where: { $0 != 0 }) {
      return .selected
    }
    let places = self.places(for: name, isFolder: isFolder)
    for (path, place) in zip(rules.paths, places) {
      if isFolder ? place != 0 : place & path.fulfilled != 0 { return .selected }
    }
    return .skipped(builtIn.map { .builtIn($0.rule) } ?? .notIncluded)
  }

  /// Whether an entry of the current folder takes part, and if not, why.
  package func selection(of name: String, isFolder: Bool) -> Selection {
    withBytes(of: name) { selection(of: $0, isFolder: isFolder) }
  }

  private func ignoreVerdict(for name: Bytes, isFolder: Bool) -> Verdict {
    switch strongest.verdict(for: name, isFolder: isFolder) {
    case .undecided: matcher.verdict(for: name, isFolder: isFolder)
    case .included(let rule): .included(by: rule)
    case .ignored(let rule): .ignored(by: rule)
    }
  }

  /// Where each pattern of `include` stands once `name` is read; a file must fulfill one.
  ///
  /// A name that a built-in rule leaves out is read only by a part that names it in so many letters.
  private func places(for name: Bytes, isFolder: Bool) -> [UInt64] {
    let builtIn = BuiltInRules.match(name, isFolder: isFolder)
    if let rule = builtIn?.rule, rule.isProtected { return rules.paths.map { _ in 0 } }
    return zip(rules.paths, frame.places).map { path, places in
      var next = path.places(from: places, reading: name) { part in
        guard let builtIn else { return true }
        return part.map { builtIn.lift.isMet(by: $0) } ?? false
      }
      if !isFolder, path.isFolderOnly { next &= ~path.fulfilled }
      // Below a folder that a pattern names, everything is named.
      if places & path.fulfilled != 0, builtIn == nil { next |= path.fulfilled }
      return next
    }
  }
}
