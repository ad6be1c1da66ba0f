import YAML

/// The bytes of a YAML file, line by line, and where its nodes stand in them.
struct YAMLSource {
  let bytes: [UInt8]

  /// What ends the file's lines.
  var lineEnd: String {
    guard let feed = bytes.firstIndex(of: UInt8(ascii: "\n")), feed > 0 else { return "\n" }
    return bytes[feed - 1] == UInt8(ascii: "\r") ? "\r\n" : "\n"
  }

  /// Where the line of a place starts.
  func lineStart(of offset: Int) -> Int {
    bytes[..<offset].lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
  }

  /// Where the line of a place ends, before its line feed.
  func lineEnd(of offset: Int) -> Int {
    guard let feed = bytes[offset...].firstIndex(of: UInt8(ascii: "\n")) else { return bytes.count }
    return feed > offset && bytes[feed - 1] == UInt8(ascii: "\r") ? feed - 1 : feed
  }

  /// Where the line after that of a place starts.
  func nextLine(after offset: Int) -> Int {
    bytes[offset...].firstIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? bytes.count
  }

  /// The spaces before a place if nothing else stands before it on its line.
  func indent(of offset: Int) -> String? {
    let before = bytes[lineStart(of: offset)..<offset]
    guard before.allSatisfy({ $0 == UInt8(ascii: " ") }) else { return nil }
    return String(repeating: " ", count: before.count)
  }

  /// The first place from here on that is no blank.
  func afterBlanks(_ offset: Int) -> Int {
    bytes[offset...].firstIndex { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "\t") }
      ?? bytes.count
  }

  /// Whether the rest of a line is nothing, or nothing but a comment.
  func isRestFree(from offset: Int) -> Bool {
    let next = afterBlanks(offset)
    return next >= lineEnd(of: offset) || (next > offset && bytes[next] == UInt8(ascii: "#"))
  }

  /// Whether there is a comment on the rest of a line.
  func hasComment(from offset: Int) -> Bool {
    let next = afterBlanks(offset)
    return next < lineEnd(of: offset) && bytes[next] == UInt8(ascii: "#")
  }

  func starts(with byte: Unicode.Scalar, at offset: Int) -> Bool {
    offset < bytes.count && bytes[offset] == UInt8(ascii: byte)
  }

  /// Whether a mapping or a list is written in braces or brackets.
  func isFlow(_ node: YAMLNode) -> Bool {
    starts(with: "{", at: node.start.offset) || starts(with: "[", at: node.start.offset)
  }

  /// Where the last character of a node ends; the parser's own marks run on to the next token.
  ///
  /// Behind an alias it is too early, but never before the key that the alias belongs to.
  func end(of node: YAMLNode) -> Int {
    switch node.content {
    case .scalar(_, .literal), .scalar(_, .folded):
      return endWithoutSpace(node.end.offset)
    case .scalar(_, .plain), .scalar(_, .singleQuoted), .scalar(_, .doubleQuoted):
      return node.end.offset
    case .sequence(let elements):
      guard !isFlow(node), let last = elements.last else { return node.end.offset }
      return max(end(of: last), node.start.offset)
    case .mapping(let pairs):
      guard !isFlow(node), let last = pairs.last else { return node.end.offset }
      return max(end(of: last.value), last.key.end.offset)
    }
  }

  private func endWithoutSpace(_ offset: Int) -> Int {
    let last = bytes[..<offset].lastIndex { byte in
      byte != UInt8(ascii: " ") && byte != UInt8(ascii: "\n") && byte != UInt8(ascii: "\r")
    }
    return last.map { $0 + 1 } ?? 0
  }
}

/// A replacement of some bytes of a file.
struct TextEdit {
  var range: Range<Int>
  var text: String

  init(_ range: Range<Int>, _ text: String) {
    self.range = range
    self.text = text
  }

  init(insert text: String, at offset: Int) {
    self.init(offset..<offset, text)
  }

  /// Makes edits that do not overlap.
  static func apply(_ edits: [TextEdit], to bytes: [UInt8]) -> [UInt8] {
    var result = bytes
    for edit in edits.sorted(by: { $0.range.lowerBound > $1.range.lowerBound }) {
      result.replaceSubrange(edit.range, with: edit.text.utf8)
    }
    return result
  }
}
