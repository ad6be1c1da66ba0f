/// Builds nodes from events, resolving aliases within limits.
struct Composer {
  /// A node that aliases may repeat, with how many nodes there are in it.
  private struct Anchored {
    var node: YAMLNode
    var weight: Int
  }

  private let parser: EventParser
  private let limits: YAMLLimits
  private var anchors: [String: Anchored] = [:]
  /// The nodes so far, those repeated by aliases included.
  private var nodes = 0
  private var depth = 0

  init(_ bytes: UnsafeRawBufferPointer, _ limits: YAMLLimits) throws(YAMLError) {
    guard bytes.count <= limits.bytes else {
      throw YAMLError(.tooLarge, at: YAMLMark(line: 1, column: 1, offset: 0))
    }
    self.limits = limits
    parser = EventParser(bytes)
  }

  /// Returns the next document, or nil at the end of the stream.
  mutating func nextDocument() throws(YAMLError) -> YAMLNode? {
    while true {
      switch try parser.next().kind {
      case .streamEnd: return nil
      case .documentStart:
        // An anchor ends with its document.
        anchors = [:]
        return try node(parser.next())
      case .streamStart, .documentEnd, .alias, .scalar, .sequenceStart, .sequenceEnd,
        .mappingStart, .mappingEnd:
        continue
      }
    }
  }

  private mutating func node(_ event: YAMLEvent) throws(YAMLError) -> YAMLNode {
    let before = nodes
    switch event.kind {
    case .alias(let name):
      guard let anchored = anchors[name] else {
        throw YAMLError(.undefinedAlias, at: event.start)
      }
      try count(anchored.weight, event)
      return anchored.node
    case .scalar(let text, let style, let tag, let anchor):
      // Or else aliases could repeat one long text very often at little cost.
      try count(1 + text.utf8.count / 16, event)
      return remember(
        anchor, before,
        YAMLNode(content: .scalar(text, style), tag: tag, start: event.start, end: event.end))
    case .sequenceStart(let tag, let anchor):
      try enter(event)
      var elements: [YAMLNode] = []
      var next = try parser.next()
      while !next.isEnd {
        elements.append(try node(next))
        next = try parser.next()
      }
      depth -= 1
      return remember(
        anchor, before,
        YAMLNode(content: .sequence(elements), tag: tag, start: event.start, end: next.end))
    case .mappingStart(let tag, let anchor):
      try enter(event)
      let (pairs, end) = try pairs()
      depth -= 1
      return remember(
        anchor, before, YAMLNode(content: .mapping(pairs), tag: tag, start: event.start, end: end))
    case .streamStart, .streamEnd, .documentStart, .documentEnd, .sequenceEnd, .mappingEnd:
      preconditionFailure("libyaml pairs its events")
    }
  }

  private mutating func pairs() throws(YAMLError) -> (pairs: [YAMLNode.Pair], end: YAMLMark) {
    var pairs: [YAMLNode.Pair] = []
    var lines: [[UInt8]: Int] = [:]
    var next = try parser.next()
    while !next.isEnd {
      let key = try node(next)
      // An alias's own place, not its anchor's, is where the key repeats.
      let line = lines.updateValue(next.start.line, forKey: key.identity)
      if let line { throw YAMLError(.duplicateKey(firstLine: line), at: next.start) }
      let value = try node(parser.next())
      pairs.append(YAMLNode.Pair(key: key, value: value))
      next = try parser.next()
    }
    return (pairs, next.end)
  }

  private mutating func enter(_ event: YAMLEvent) throws(YAMLError) {
    guard depth < limits.depth else { throw YAMLError(.tooDeep, at: event.start) }
    depth += 1
    try count(1, event)
  }

  private mutating func count(_ weight: Int, _ event: YAMLEvent) throws(YAMLError) {
    guard weight <= limits.nodes - nodes else {
      throw YAMLError(.tooManyNodes, at: event.start)
    }
    nodes += weight
  }

  private mutating func remember(
    _ anchor: String?, _ before: Int, _ node: YAMLNode
  ) -> YAMLNode {
    if let anchor { anchors[anchor] = Anchored(node: node, weight: nodes - before) }
    return node
  }
}

extension YAMLEvent {
  /// Whether a collection ends here.
  fileprivate var isEnd: Bool {
    switch kind {
    case .sequenceEnd, .mappingEnd: true
    case .streamStart, .streamEnd, .documentStart, .documentEnd, .alias, .scalar, .sequenceStart,
      .mappingStart:
      false
    }
  }
}

extension YAMLNode {
  /// Bytes that are equal for keys that count as the same one.
  ///
  /// Styles do not matter: a reader that takes `1` and `"1"` for two keys is rarer than one that
  /// takes them for the same.
  fileprivate var identity: [UInt8] {
    var bytes: [UInt8] = []
    appendIdentity(to: &bytes)
    return bytes
  }

  private func appendIdentity(to bytes: inout [UInt8]) {
    switch content {
    case .scalar(let text, _):
      bytes.append(contentsOf: "s\(text.utf8.count):".utf8)
      bytes.append(contentsOf: text.utf8)
    case .sequence(let elements):
      bytes.append(contentsOf: "l\(elements.count):".utf8)
      for element in elements { element.appendIdentity(to: &bytes) }
    case .mapping(let pairs):
      bytes.append(contentsOf: "m\(pairs.count):".utf8)
      for pair in pairs {
        pair.key.appendIdentity(to: &bytes)
        pair.value.appendIdentity(to: &bytes)
      }
    }
  }
}
