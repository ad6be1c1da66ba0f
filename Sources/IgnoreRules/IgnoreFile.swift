/// The rules of one ignore file, ready to be asked; immutable, and shared by all that walk.
package final class IgnoreFile: Sendable {
  /// The name that messages give the file.
  package let source: String
  /// The patterns in the order of the file.
  package let patterns: [IgnorePattern]
  /// For each pattern its line, counted from one.
  let lines: [Int]
  /// The patterns that look at names alone.
  let names: NameTable
  /// The indices of the patterns that look at paths and can match, last first.
  let paths: [Int]

  /// Parses the bytes of a file as git does: a byte order mark and CR LF are accepted.
  package convenience init(source: String, contents: some Collection<UInt8>) {
    var rest = Array(contents)[...]
    if rest.starts(with: [0xef, 0xbb, 0xbf]) { rest = rest.dropFirst(3) }
    self.init(
      source: source,
      lines: rest.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false))
  }

  /// Compiles lines that stand in another file, for example in `syncline.yaml`.
  ///
  /// The line of a rule is then its place in the list, counted from one.
  package convenience init(source: String, patterns: [String]) {
    self.init(source: source, lines: patterns.map { Array($0.utf8)[...] })
  }

  private init(source: String, lines: [ArraySlice<UInt8>]) {
    self.source = source
    var patterns: [IgnorePattern] = []
    var numbers: [Int] = []
    for (offset, line) in lines.enumerated() {
      guard let pattern = IgnorePattern(line: line) else { continue }
      patterns.append(pattern)
      numbers.append(offset + 1)
    }
    self.patterns = patterns
    self.lines = numbers
    names = NameTable(patterns)
    paths = patterns.indices.reversed().filter {
      if case .path(.some) = patterns[$0].test { true } else { false }
    }
  }

  /// The index of the last pattern that matches, or `nil`.
  ///
  /// `path` is the way from the file's folder to the entry, its name included; `alive` those of
  /// `paths` that can still match in the entry's folder.
  func lastMatch(name: Bytes, path: Bytes, alive: [Int], isFolder: Bool) -> Int? {
    var best = names.lastMatch(name, isFolder: isFolder)
    for index in alive {
      if index < best { break }
      let pattern = patterns[index]
      guard isFolder || !pattern.isFolderOnly, case .path(let wildcard?) = pattern.test else {
        continue
      }
      if wildcard.matches(path) {
        best = index
        break
      }
    }
    return best < 0 ? nil : best
  }

  /// Those of `candidates` that can match an entry somewhere below `folder`.
  ///
  /// `folder` is the way from the file's folder, with a slash at its end.
  func alive(of candidates: [Int], below folder: Bytes) -> [Int] {
    candidates.filter { index in
      guard case .path(let wildcard?) = patterns[index].test else { return false }
      let shared = min(wildcard.literalCount, folder.count)
      for position in 0..<shared {
        guard case .byte(folder[position]) = wildcard.tokens[position] else { return false }
      }
      return wildcard.tokens.count > shared
    }
  }
}
