/// The reason why bytes are no acceptable JSON, with the place where they stop being so.
package struct JSONError: Error, Hashable, Sendable {
  /// What is wrong at ``JSONError/offset``.
  package enum Kind: Hashable, Sendable {
    /// The document ends inside a value.
    case unexpectedEnd
    /// A byte that the grammar does not allow here.
    case unexpectedByte
    /// Something other than white space follows the document.
    case trailingBytes
    /// A value of another kind than the one that was asked for.
    case typeMismatch(expected: JSONKind)
    /// A number that the grammar forbids, such as `01`, `1.` or `+1`.
    case malformedNumber
    /// A number that does not fit what was asked for.
    case numberOutOfRange
    /// An escape that does not exist or is cut short.
    case malformedEscape
    /// Half of a surrogate pair.
    case loneSurrogate
    /// A raw control character in a string.
    case controlCharacter
    /// Bytes in a string that are no UTF-8.
    case malformedUTF8
    /// A key that its object already has.
    case duplicateKey
    /// More nested containers than ``JSONLimits/depth``.
    case tooDeep
    /// More bytes than ``JSONLimits/bytes``.
    case tooLarge
  }

  /// What is wrong.
  package var kind: Kind
  /// Where it is wrong: bytes from the start of the document.
  package var offset: Int

  /// Creates an error of a kind at a byte offset.
  package init(_ kind: Kind, at offset: Int) {
    self.kind = kind
    self.offset = offset
  }
}

extension JSONError: CustomStringConvertible {
  /// What is wrong and where, as half a sentence.
  package var description: String { "it is not the JSON that is due (\(kind), byte \(offset))" }
}

/// The kinds of value that JSON has, as their first byte tells them apart.
package enum JSONKind: String, Hashable, Sendable {
  case null, bool, number, string, array, object
}

/// What a document may use up before it is refused.
package struct JSONLimits: Hashable, Sendable {
  /// The deepest nesting that readers can follow at all.
  package static let greatestDepth = 64

  /// How many containers may be open at once, at most ``JSONLimits/greatestDepth``.
  package var depth: Int
  /// How many bytes a document may have.
  package var bytes: Int

  /// Creates limits; a depth beyond ``JSONLimits/greatestDepth`` counts as that.
  package init(depth: Int = greatestDepth, bytes: Int = 256 << 20) {
    self.depth = min(depth, Self.greatestDepth)
    self.bytes = bytes
  }
}
