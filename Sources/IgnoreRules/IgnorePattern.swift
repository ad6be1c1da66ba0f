/// One line of an ignore file, compiled.
package struct IgnorePattern: Sendable {
  /// How a pattern is compared.
  enum Test: Sendable, Equatable {
    /// With the name alone, at any depth below the file.
    case name(NamePattern)
    /// With the path from the file's folder on; `nil` never matches.
    case path(Wildcard?)
  }

  /// The line as git reports it: without line end and unescaped trailing spaces.
  package let text: [UInt8]
  /// A leading `!`: what matches is taken in again.
  package let isNegated: Bool
  /// A trailing `/`: only folders match.
  package let isFolderOnly: Bool
  let test: Test

  /// Compiles a line without its line feed; `nil` for a comment and for an empty line.
  package init?(line: some Collection<UInt8>) {
    var line = Array(line)
    guard let first = line.first, first != UInt8(ascii: "#") else { return nil }
    if line.last == UInt8(ascii: "\r") { line.removeLast() }
    if let end = line.firstIndex(of: 0) { line.removeSubrange(end...) }
    text = IgnorePattern.trimmed(line)
    var pattern = text[...]
    isNegated = pattern.first == UInt8(ascii: "!")
    if isNegated { pattern.removeFirst() }
    isFolderOnly = pattern.last == slash
    if isFolderOnly { pattern.removeLast() }
    if pattern.contains(slash) {
      if pattern.first == slash { pattern.removeFirst() }
      test = .path(pattern.isEmpty ? nil : Wildcard(git: pattern, inPath: true))
    } else {
      test = .name(NamePattern(Wildcard(git: pattern, inPath: false)))
    }
  }

  /// Tells whether a path, given from the pattern's folder on, matches; parents are not looked at.
  package func matches(_ path: [UInt8], isFolder: Bool) -> Bool {
    guard isFolder || !isFolderOnly else { return false }
    let nameStart = path.lastIndex(of: slash).map { $0 + 1 } ?? 0
    return path.withUnsafeBufferPointer { bytes in
      switch test {
      case .name(let pattern): pattern.matches(bytes.part(nameStart, bytes.count))
      case .path(let wildcard): wildcard?.matches(bytes) ?? false
      }
    }
  }

  /// Cuts trailing spaces off, but for those behind a backslash.
  private static func trimmed(_ line: [UInt8]) -> [UInt8] {
    var end: Int?
    var index = 0
    while index < line.count {
      switch line[index] {
      case UInt8(ascii: " "):
        end = end ?? index
      case backslash:
        index += 1
        if index == line.count { return line }
        end = nil
      default:
        end = nil
      }
      index += 1
    }
    return end.map { Array(line[..<$0]) } ?? line
  }
}
