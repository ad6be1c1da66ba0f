/// A place in a YAML stream.
package struct YAMLMark: Hashable, Sendable {
  /// The line, counted from 1.
  package var line: Int
  /// The column in characters, counted from 1.
  package var column: Int
  /// Bytes from the start of the stream.
  package var offset: Int

  /// Creates a mark.
  package init(line: Int, column: Int, offset: Int) {
    self.line = line
    self.column = column
    self.offset = offset
  }
}

/// The reason why bytes are no acceptable YAML, with the place where they stop being so.
package struct YAMLError: Error, Hashable, Sendable {
  /// What is wrong at ``YAMLError/mark``.
  package enum Kind: Hashable, Sendable {
    /// The grammar is broken; libyaml's words say how and hold nothing of the document.
    case syntax(String)
    /// The bytes are no UTF-8 or hold control characters.
    case encoding(String)
    /// A key that its mapping already has, on the line given.
    case duplicateKey(firstLine: Int)
    /// An alias for an anchor that does not come before it.
    case undefinedAlias
    /// More nested collections than ``YAMLLimits/depth``.
    case tooDeep
    /// More bytes than ``YAMLLimits/bytes``.
    case tooLarge
    /// More nodes, those repeated by aliases included, than ``YAMLLimits/nodes``.
    case tooManyNodes
  }

  /// What is wrong.
  package var kind: Kind
  /// Where it is wrong.
  package var mark: YAMLMark

  /// The line, counted from 1.
  package var line: Int { mark.line }
  /// The column in characters, counted from 1.
  package var column: Int { mark.column }

  /// Creates an error of a kind at a place.
  package init(_ kind: Kind, at mark: YAMLMark) {
    self.kind = kind
    self.mark = mark
  }
}

/// What a stream may use up before it is refused.
package struct YAMLLimits: Hashable, Sendable {
  /// How many collections may be open at once.
  package var depth: Int
  /// How many bytes a stream may have.
  package var bytes: Int
  /// How many nodes a stream may have, those that aliases repeat included.
  ///
  /// Each 16 bytes of a text count as one more.
  package var nodes: Int

  /// Creates limits.
  package init(depth: Int = 64, bytes: Int = 4 << 20, nodes: Int = 500_000) {
    self.depth = depth
    self.bytes = bytes
    self.nodes = nodes
  }
}
