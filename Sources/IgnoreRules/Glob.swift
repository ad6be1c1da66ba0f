/// A compiled glob for paths of a project: `*`, `?`, `[..]`, `**` and `{a,b}`, a backslash escapes.
///
/// A glob is anchored at the project's root: `*.py` names files of the root, `**/*.py` all of them.
/// `*`, `?` and brackets never match `/`; a name of stars alone (`**`) stands for any number of
/// folders, at the end for everything below. A `/` at the end asks for a folder. The time of a match
/// grows with the path's length times the pattern's.
package struct Glob: Sendable, Equatable {
  /// The glob as it was written.
  package let pattern: String
  let alternatives: [GlobPath]

  /// Compiles a glob.
  package init(_ pattern: String) throws(GlobError) {
    self.pattern = pattern
    var alternatives: [GlobPath] = []
    for bytes in try expandedBraces(Array(pattern.utf8), of: pattern) {
      alternatives.append(try GlobPath(bytes, of: pattern))
    }
    self.alternatives = alternatives
  }

  /// Whether the glob names one path: no wildcards and no alternatives.
  package var isLiteral: Bool {
    alternatives.count == 1
      && alternatives[0].parts.allSatisfy {
        if case .name(let part) = $0 { part.isLiteral } else { false }
      }
  }

  /// Tells whether the glob names this file.
  package func matches(_ path: Bytes) -> Bool {
    alternatives.contains { $0.matches(path, orParent: false) }
  }

  /// Tells whether the glob names this file or a folder that it is in.
  package func covers(_ path: Bytes) -> Bool {
    alternatives.contains { $0.matches(path, orParent: true) }
  }

  /// Tells whether the glob names this file.
  package func matches(_ path: String) -> Bool {
    withBytes(of: path) { matches($0) }
  }

  /// Tells whether the glob names this file or a folder that it is in.
  package func covers(_ path: String) -> Bool {
    withBytes(of: path) { covers($0) }
  }
}
