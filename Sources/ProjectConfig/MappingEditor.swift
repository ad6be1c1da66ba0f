import YAML

/// A new pair of a mapping in both styles.
struct NewPair {
  /// The pair in one line.
  var flow: String
  /// The pair in lines that are indented among themselves.
  var block: [String]
}

/// A node that cannot be edited without harm.
struct Uneditable: Error {
  var mark: YAMLMark
}

/// Insertion and removal of pairs that leaves all other bytes as they are.
struct MappingEditor {
  let source: YAMLSource

  /// Adds a pair behind the last one.
  func insertion(of pair: NewPair, into mapping: YAMLNode) throws(Uneditable) -> [TextEdit] {
    guard let pairs = mapping.mapping else { throw Uneditable(mark: mapping.start) }
    guard let first = pairs.first, let last = pairs.last else {
      return try emptyInsertion(of: pair, into: mapping)
    }
    try check(last)
    let end = source.end(of: last.value)
    guard source.isFlow(mapping) else {
      guard let indent = source.indent(of: first.key.start.offset), source.isRestFree(from: end)
      else { throw Uneditable(mark: mapping.start) }
      return [TextEdit(insert: lines(pair.block, indent), at: source.lineEnd(of: end))]
    }
    let comma = comma(after: end)
    let indent = source.indent(of: last.key.start.offset)
    guard let indent, source.isRestFree(from: comma ?? end) else {
      return [TextEdit(insert: ", " + pair.flow, at: end)]
    }
    let line = lines([pair.flow + (comma == nil ? "" : ",")], indent)
    let place = source.lineEnd(of: comma ?? end)
    guard comma == nil else { return [TextEdit(insert: line, at: place)] }
    if place == end { return [TextEdit(insert: "," + line, at: end)] }
    return [TextEdit(insert: ",", at: end), TextEdit(insert: line, at: place)]
  }

  private func emptyInsertion(
    of pair: NewPair, into mapping: YAMLNode
  ) throws(Uneditable) -> [TextEdit] {
    guard source.starts(with: "{", at: mapping.start.offset) else {
      throw Uneditable(mark: mapping.start)
    }
    let inside = mapping.start.offset + 1
    let next = source.afterBlanks(inside)
    let isOnlyBlank = source.starts(with: "}", at: next)
    return [
      TextEdit(inside..<(isOnlyBlank ? next : inside), " \(pair.flow)\(isOnlyBlank ? " " : "")")
    ]
  }

  /// Takes a pair away, with its line where it has one of its own.
  func removal(ofPairAt index: Int, from mapping: YAMLNode) throws(Uneditable) -> TextEdit {
    guard let pairs = mapping.mapping else { throw Uneditable(mark: mapping.start) }
    let pair = pairs[index]
    try check(pair)
    let start = pair.key.start.offset
    let end = source.end(of: pair.value)
    let isFlow = source.isFlow(mapping)
    let comma = isFlow ? comma(after: end) : nil
    if source.indent(of: start) != nil, source.isRestFree(from: comma ?? end) {
      return try deletion(
        from: source.lineStart(of: start), to: source.nextLine(after: comma ?? end), pair)
    }
    guard isFlow else { throw Uneditable(mark: pair.key.start) }
    if index + 1 < pairs.count {
      return try deletion(from: start, to: pairs[index + 1].key.start.offset, pair)
    }
    if index > 0 {
      try check(pairs[index - 1])
      return try deletion(from: source.end(of: pairs[index - 1].value), to: end, pair)
    }
    return try deletion(from: start, to: comma ?? end, pair)
  }

  /// Deletes what stands between two places, unless an alias has turned them round.
  private func deletion(
    from start: Int, to end: Int, _ pair: YAMLNode.Pair
  ) throws(Uneditable) -> TextEdit {
    guard start <= end else { throw Uneditable(mark: pair.key.start) }
    return TextEdit(start..<end, "")
  }

  /// Checks that a value stands where it is used: an alias's stands at its anchor.
  func check(_ pair: YAMLNode.Pair) throws(Uneditable) {
    guard pair.value.start.offset >= pair.key.end.offset else {
      throw Uneditable(mark: pair.key.start)
    }
  }

  private func comma(after end: Int) -> Int? {
    let next = source.afterBlanks(end)
    return source.starts(with: ",", at: next) ? next + 1 : nil
  }

  /// Lines that follow another one, each with its indent.
  func lines(_ lines: [String], _ indent: String) -> String {
    lines.map { source.lineEnd + indent + $0 }.joined()
  }
}
