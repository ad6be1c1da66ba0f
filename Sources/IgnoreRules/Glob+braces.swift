private let open = UInt8(ascii: "{")
private let close = UInt8(ascii: "}")
private let comma = UInt8(ascii: ",")

/// Writes out `{a,b}` as the patterns that it stands for, in order; braces may be nested.
///
/// As in a shell, braces without a comma stand for themselves.
func expandedBraces(_ bytes: [UInt8], of pattern: String) throws(GlobError) -> [[UInt8]] {
  var finished: [[UInt8]] = []
  var waiting = [bytes]
  while let next = waiting.popLast() {
    guard let (start, commas, end) = try firstBraces(in: next, of: pattern) else {
      finished.append(next)
      continue
    }
    let bounds = [start] + commas + [end]
    for (left, right) in zip(bounds, bounds.dropFirst()).reversed() {
      waiting.append(Array(next[..<start] + next[(left + 1)..<right] + next[(end + 1)...]))
    }
    guard finished.count + waiting.count <= 1024 else {
      throw GlobError(code: .tooManyAlternatives, pattern: pattern)
    }
  }
  return finished
}

/// Finds the first braces that hold a comma: where they open, their commas, where they close.
private func firstBraces(
  in bytes: [UInt8], of pattern: String
) throws(GlobError) -> (Int, [Int], Int)? {
  struct Level {
    var start: Int
    var commas: [Int] = []
  }
  var levels: [Level] = []
  var found: (Int, [Int], Int)?
  var index = 0
  while index < bytes.count {
    switch bytes[index] {
    case backslash:
      index += 1
    case UInt8(ascii: "["):
      if let (_, end) = bracket(in: bytes, at: index) { index = end - 1 }
    case open:
      levels.append(Level(start: index))
    case comma where !levels.isEmpty:
      levels[levels.count - 1].commas.append(index)
    case close:
      if let level = levels.popLast(), !level.commas.isEmpty {
        if found.map({ level.start < $0.0 }) ?? true { found = (level.start, level.commas, index) }
        if levels.isEmpty { return found }
      }
    default:
      break
    }
    index += 1
  }
  guard levels.isEmpty else { throw GlobError(code: .unclosedBrace, pattern: pattern) }
  return found
}
