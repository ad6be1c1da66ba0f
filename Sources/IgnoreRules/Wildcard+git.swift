extension Wildcard {
  /// Compiles what follows a pattern's plain prefix, by the rules of git's `wildmatch`.
  ///
  /// `prefix` is what git compares before it starts to match, so that a `**` right behind it counts
  /// as one at the start of a pattern. Returns `nil` for a pattern that can never match: an
  /// unclosed bracket, an unknown class, a backslash at the end.
  init?(git pattern: some Collection<UInt8>, inPath: Bool) {
    let bytes = Array(pattern)
    let prefix = bytes.prefix { !isWild($0) }.count
    var tokens = bytes[..<prefix].map { Token.byte($0) }
    var index = prefix
    while index < bytes.count {
      switch bytes[index] {
      case backslash:
        guard index + 1 < bytes.count else { return nil }
        tokens.append(.byte(bytes[index + 1]))
        index += 2
      case UInt8(ascii: "?"):
        tokens.append(.any)
        index += 1
      case UInt8(ascii: "*"):
        let start = index
        while index < bytes.count, bytes[index] == UInt8(ascii: "*") { index += 1 }
        let opensFolder = start == prefix || bytes[start - 1] == slash
        guard inPath, index - start > 1, opensFolder else {
          tokens.append(.star)
          continue
        }
        let rest = bytes[index...]
        if rest.isEmpty || rest.starts(with: [backslash, slash]) {
          tokens.append(.anything)
        } else if rest.first == slash {
          tokens.append(.folders)
          index += 1
        } else {
          tokens.append(.star)
        }
      case UInt8(ascii: "["):
        guard let (set, end) = bracket(in: bytes, at: index) else { return nil }
        tokens.append(.set(set))
        index = end
      case let byte:
        tokens.append(.byte(byte))
        index += 1
      }
    }
    self.init(tokens)
  }
}

/// Tells whether git looks at a byte of a pattern as more than itself.
func isWild(_ byte: UInt8) -> Bool {
  switch byte {
  case UInt8(ascii: "*"), UInt8(ascii: "?"), UInt8(ascii: "["), backslash: true
  default: false
  }
}

/// Reads the bracket expression whose `[` stands at `start`.
///
/// Returns the set and the index behind the closing bracket, or `nil` for one that is malformed.
func bracket(in bytes: [UInt8], at start: Int) -> (ByteSet, Int)? {
  var set = ByteSet()
  var index = start + 1
  func byte(at index: Int) -> UInt8? { index < bytes.count ? bytes[index] : nil }
  let isInverted = byte(at: index) == UInt8(ascii: "!") || byte(at: index) == UInt8(ascii: "^")
  if isInverted { index += 1 }
  var previous: UInt8?
  var isFirst = true
  while true {
    guard let current = byte(at: index) else { return nil }
    if current == UInt8(ascii: "]"), !isFirst { break }
    isFirst = false
    if current == backslash {
      index += 1
      guard let escaped = byte(at: index) else { return nil }
      set.insert(escaped)
      previous = escaped
    } else if current == UInt8(ascii: "-"), let first = previous, let after = byte(at: index + 1),
      after != UInt8(ascii: "]")
    {
      index += 1
      var last = after
      if last == backslash {
        index += 1
        guard let escaped = byte(at: index) else { return nil }
        last = escaped
      }
      set.insert(from: first, through: last)
      previous = nil
    } else if current == UInt8(ascii: "["), byte(at: index + 1) == UInt8(ascii: ":") {
      let name = index + 2
      guard let end = bytes[name...].firstIndex(of: UInt8(ascii: "]")) else { return nil }
      if end == name || bytes[end - 1] != UInt8(ascii: ":") {
        // No ":]" follows: the bracket stands for itself.
        set.insert(current)
        previous = current
      } else {
        guard set.insert(classNamed: bytes[name..<end - 1]) else { return nil }
        previous = nil
        index = end
      }
    } else {
      set.insert(current)
      previous = current
    }
    index += 1
  }
  if isInverted { set.invert() }
  return (set, index + 1)
}
