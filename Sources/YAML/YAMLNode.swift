/// A value in a YAML document with the place where it stands; aliases are resolved already.
package struct YAMLNode: Sendable {
  /// How a scalar is written.
  package enum ScalarStyle: Hashable, Sendable {
    case plain, singleQuoted, doubleQuoted, literal, folded
  }

  /// A key of a mapping with its value.
  package struct Pair: Sendable {
    /// The key, mostly a scalar.
    package var key: YAMLNode
    /// The value.
    package var value: YAMLNode
  }

  /// What a node holds.
  package enum Content: Sendable {
    /// A text, with escapes and line folding undone.
    case scalar(String, ScalarStyle)
    /// Nodes in order.
    case sequence([YAMLNode])
    /// Pairs in the order in which they were written, each key once.
    case mapping([Pair])
  }

  /// What the node holds.
  package var content: Content
  /// The tag that is written at the node, such as `tag:yaml.org,2002:str`, if there is one.
  package var tag: String?
  /// Where the node starts; for a resolved alias, where the anchored node does.
  package var start: YAMLMark
  /// Where the node ends.
  package var end: YAMLMark

  /// The text of a scalar of any style.
  package var text: String? {
    if case .scalar(let text, _) = content { text } else { nil }
  }

  /// The nodes of a sequence.
  package var sequence: [YAMLNode]? {
    if case .sequence(let nodes) = content { nodes } else { nil }
  }

  /// The pairs of a mapping.
  package var mapping: [Pair]? {
    if case .mapping(let pairs) = content { pairs } else { nil }
  }

  /// The value of a key in a mapping; keys are the same if their bytes are.
  package subscript(key: String) -> YAMLNode? {
    mapping?.first { pair in
      pair.key.text.map { $0.utf8.elementsEqual(key.utf8) } ?? false
    }?.value
  }

  /// The text of a plain scalar without a tag, which alone may mean something other than text.
  private var plain: String? {
    if case .scalar(let text, .plain) = content, tag == nil { text } else { nil }
  }

  /// Whether the node is nothing, `~` or `null`.
  package var isNull: Bool {
    plain.map { ["", "~", "null", "Null", "NULL"].contains($0) } ?? false
  }

  /// The truth value of a plain `true` or `false`; the old `yes` and `on` are texts.
  package var bool: Bool? {
    switch plain {
    case "true", "True", "TRUE": true
    case "false", "False", "FALSE": false
    default: nil
    }
  }

  /// The whole number of a plain scalar in decimal, `0o` or `0x` notation.
  package var int: Int? {
    guard let plain else { return nil }
    if plain.hasPrefix("0x") { return Self.digits(plain.dropFirst(2), radix: 16) }
    if plain.hasPrefix("0o") { return Self.digits(plain.dropFirst(2), radix: 8) }
    return Int(plain)
  }

  /// The text of a scalar that means text: not nothing, no truth value and no whole number.
  package var string: String? {
    guard let text, !isNull, bool == nil, int == nil else { return nil }
    return text
  }

  /// A second sign after the prefix would pass for a number otherwise.
  private static func digits(_ text: Substring, radix: Int) -> Int? {
    guard let first = text.first, first != "+", first != "-" else { return nil }
    return Int(text, radix: radix)
  }
}
