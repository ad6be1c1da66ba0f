/// One alternative of a glob, as a machine that reads a path name by name.
///
/// A set of places in `parts` is kept as bits; bit `parts.count` means that the glob is fulfilled.
struct GlobPath: Sendable, Equatable {
  /// What stands between two slashes.
  enum Part: Sendable, Equatable {
    /// Any number of folders: `**`.
    case folders
    /// One name.
    case name(GlobName)
  }

  let parts: [Part]
  /// Whether a slash at the end asks for a folder.
  let isFolderOnly: Bool

  /// Compiles an alternative without braces; `pattern` is what errors name.
  init(_ bytes: [UInt8], of pattern: String) throws(GlobError) {
    var parts: [Part] = []
    isFolderOnly = bytes.last == slash
    for name in GlobPath.names(of: bytes) where !name.isEmpty && name != [UInt8(ascii: ".")] {
      if name == [UInt8(ascii: "."), UInt8(ascii: ".")] {
        throw GlobError(code: .leavesRoot, pattern: pattern)
      }
      if name.count > 1, name.allSatisfy({ $0 == UInt8(ascii: "*") }) {
        if parts.last != .folders { parts.append(.folders) }
      } else {
        parts.append(.name(try GlobName(name, of: pattern)))
      }
    }
    guard let last = parts.last else { throw GlobError(code: .empty, pattern: pattern) }
    if last == .folders { parts.append(.name(.everything)) }
    guard parts.count <= 60 else { throw GlobError(code: .tooDeep, pattern: pattern) }
    self.parts = parts
  }

  /// Splits at slashes that are not inside brackets; an escaped slash splits as well.
  private static func names(of bytes: [UInt8]) -> [[UInt8]] {
    var names: [[UInt8]] = [[]]
    var index = 0
    while index < bytes.count {
      let byte = bytes[index]
      var end = index + 1
      if byte == slash {
        names.append([])
      } else if byte == backslash, end < bytes.count {
        end += 1
        if bytes[index + 1] == slash {
          names.append([])
        } else {
          names[names.count - 1] += bytes[index..<end]
        }
      } else {
        if byte == UInt8(ascii: "["), let (_, close) = bracket(in: bytes, at: index) { end = close }
        names[names.count - 1] += bytes[index..<end]
      }
      index = end
    }
    return names
  }

  /// The places before anything is read.
  var start: UInt64 { closed(1) }

  /// The bit that says that the glob is fulfilled.
  var fulfilled: UInt64 { 1 << UInt64(parts.count) }

  /// The places after `name` is read, given those before it.
  ///
  /// `isCounted` may refuse a name's part, or a `**` (`nil`), for this name.
  func places(
    from places: UInt64, reading name: Bytes, isCounted: (GlobName?) -> Bool = { _ in true }
  ) -> UInt64 {
    var next: UInt64 = 0
    var rest = places & ~fulfilled
    while rest != 0 {
      let index = rest.trailingZeroBitCount
      rest &= rest - 1
      switch parts[index] {
      case .folders:
        if isCounted(nil) { next |= 1 << UInt64(index) }
      case .name(let part):
        if part.test.matches(name), isCounted(part) { next |= 1 << UInt64(index + 1) }
      }
    }
    return closed(next)
  }

  /// Tells whether the whole path matches, or with `orParent` a folder on its way.
  func matches(_ path: Bytes, orParent: Bool) -> Bool {
    var places = start
    var begin = 0
    while places != 0 {
      var end = begin
      while end < path.count, path[end] != slash { end += 1 }
      places = self.places(from: places, reading: path.part(begin, end))
      let isLast = end == path.count
      if places & fulfilled != 0, isLast ? !isFolderOnly : orParent { return true }
      if isLast { return false }
      begin = end + 1
    }
    return false
  }

  /// Adds the places behind each `**`, which may stand for no folder at all.
  private func closed(_ places: UInt64) -> UInt64 {
    var places = places
    var rest = places & ~fulfilled
    while rest != 0 {
      let index = rest.trailingZeroBitCount
      rest &= rest - 1
      if parts[index] == .folders { places |= 1 << UInt64(index + 1) }
    }
    return places
  }
}
