/// The patterns of one file that look at names alone, arranged for a quick answer.
///
/// Literal names are found by binary search, which no hostile file can slow down; suffixes,
/// prefixes and the rest are scanned from the last to the first and stop at the best match so far.
struct NameTable: Sendable {
  private struct Literal: Sendable {
    var start: Int
    var count: Int
    /// The last pattern with this name for any entry, and for folders; -1 for none.
    var lastForAny: Int
    var lastForFolder: Int
  }

  private struct Scanned: Sendable {
    enum Kind: Sendable { case everything, prefix, suffix, wildcard }
    var kind: Kind
    var start: Int
    var count: Int
    /// The byte at the tested end, which turns most names away at once.
    var edge: UInt8
    var index: Int
    var isFolderOnly: Bool
  }

  private var bytes: [UInt8] = []
  private var literals: [Literal] = []
  /// A bit per length of a literal; bit 63 stands for all that are longer.
  private var lengths: UInt64 = 0
  private var scanned: [Scanned] = []
  private var wildcards: [Wildcard] = []

  /// Whether no name can ever match.
  var isEmpty: Bool { literals.isEmpty && scanned.isEmpty }

  /// Arranges the patterns that look at names; the others are left out.
  init(_ patterns: [IgnorePattern]) {
    var names: [(name: [UInt8], index: Int)] = []
    for index in patterns.indices.reversed() {
      guard case .name(let pattern) = patterns[index].test else { continue }
      switch pattern {
      case .never: break
      case .literal(let name): names.append((name, index))
      case .everything: scan(.everything, [], nil, index, patterns)
      case .prefix(let prefix): scan(.prefix, prefix, prefix.first, index, patterns)
      case .suffix(let suffix): scan(.suffix, suffix, suffix.last, index, patterns)
      case .wildcard(let wildcard):
        scanned.append(
          Scanned(
            kind: .wildcard, start: wildcards.count, count: 0, edge: 0, index: index,
            isFolderOnly: patterns[index].isFolderOnly))
        wildcards.append(wildcard)
      }
    }
    arrange(names, patterns)
  }

  private mutating func scan(
    _ kind: Scanned.Kind, _ part: [UInt8], _ edge: UInt8?, _ index: Int,
    _ patterns: [IgnorePattern]
  ) {
    scanned.append(
      Scanned(
        kind: kind, start: bytes.count, count: part.count, edge: edge ?? 0, index: index,
        isFolderOnly: patterns[index].isFolderOnly))
    bytes += part
  }

  private mutating func arrange(
    _ names: [(name: [UInt8], index: Int)], _ patterns: [IgnorePattern]
  ) {
    let sorted = names.sorted {
      $0.name.count != $1.name.count
        ? $0.name.count < $1.name.count : $0.name.lexicographicallyPrecedes($1.name)
    }
    var previous: [UInt8]?
    for (name, index) in sorted {
      if name != previous {
        literals.append(
          Literal(start: bytes.count, count: name.count, lastForAny: -1, lastForFolder: -1))
        bytes += name
        lengths |= 1 << UInt64(min(name.count, 63))
        previous = name
      }
      let last = literals.count - 1
      literals[last].lastForFolder = max(literals[last].lastForFolder, index)
      if !patterns[index].isFolderOnly {
        literals[last].lastForAny = max(literals[last].lastForAny, index)
      }
    }
  }

  /// The index of the last pattern that matches `name`, or -1.
  func lastMatch(_ name: Bytes, isFolder: Bool) -> Int {
    guard let first = name.first, let end = name.last else { return -1 }
    return bytes.withUnsafeBufferPointer { bytes in
      var best = -1
      if lengths & (1 << UInt64(min(name.count, 63))) != 0 {
        best = literal(name, bytes, isFolder: isFolder)
      }
      for entry in scanned {
        if entry.index < best { break }
        if entry.isFolderOnly && !isFolder { continue }
        switch entry.kind {
        case .everything:
          return entry.index
        case .prefix:
          guard entry.edge == first else { continue }
          if name.holds(bytes.part(entry.start, entry.start + entry.count), at: 0) {
            return entry.index
          }
        case .suffix:
          guard entry.edge == end else { continue }
          if name.ends(with: bytes.part(entry.start, entry.start + entry.count)) {
            return entry.index
          }
        case .wildcard:
          if wildcards[entry.start].matches(name) { return entry.index }
        }
      }
      return best
    }
  }

  private func literal(_ name: Bytes, _ bytes: Bytes, isFolder: Bool) -> Int {
    var low = 0
    var high = literals.count
    while low < high {
      let middle = (low + high) / 2
      let entry = literals[middle]
      switch NameTable.order(bytes.part(entry.start, entry.start + entry.count), name) {
      case 0: return isFolder ? entry.lastForFolder : entry.lastForAny
      case ..<0: low = middle + 1
      default: high = middle
      }
    }
    return -1
  }

  /// Compares by length first, then by bytes.
  private static func order(_ left: Bytes, _ right: Bytes) -> Int {
    if left.count != right.count { return left.count - right.count }
    for index in 0..<left.count where left[index] != right[index] {
      return Int(left[index]) - Int(right[index])
    }
    return 0
  }
}
