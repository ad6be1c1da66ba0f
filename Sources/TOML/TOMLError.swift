/// The reason why bytes are no acceptable TOML, with the place where they stop being so.
package struct TOMLError: Error, Hashable, Sendable {
  /// What is wrong.
  package enum Kind: String, Hashable, Sendable, CaseIterable {
    /// The bytes are no UTF-8.
    case encoding
    /// A control character where none may stand, or a carriage return without its line feed.
    case controlCharacter = "control_character"
    /// Something else stands where a key must begin.
    case expectedKey = "expected_key"
    /// Something else stands where `=` must follow a key.
    case expectedEquals = "expected_equals"
    /// Something else stands where a value must begin.
    case expectedValue = "expected_value"
    /// Something else stands where the line must end.
    case expectedLineEnd = "expected_line_end"
    /// Something else stands where a header must be closed.
    case expectedBracket = "expected_bracket"
    /// Something else stands between two elements or pairs, or a list is not closed.
    case expectedComma = "expected_comma"
    /// A string that is not closed.
    case unterminatedString = "unterminated_string"
    /// An escape that TOML does not have, or one for no character.
    case badEscape = "bad_escape"
    /// A number that is malformed or does not fit 64 bits.
    case badNumber = "bad_number"
    /// A date or time that is malformed or does not exist.
    case badDate = "bad_date"
    /// A key that its table already has.
    case duplicateKey = "duplicate_key"
    /// A table that is defined already.
    case duplicateTable = "duplicate_table"
    /// A key that is used as a table but holds something else or is closed already.
    case notATable = "not_a_table"
    /// More nested values than ``TOMLLimits/depth``.
    case tooDeep = "too_deep"
    /// More bytes than ``TOMLLimits/bytes``.
    case tooLarge = "too_large"
  }

  /// What is wrong.
  package var kind: Kind
  /// The line, counted from 1.
  package var line: Int
  /// The column in characters, counted from 1.
  package var column: Int

  /// Creates an error of a kind at a place.
  package init(_ kind: Kind, line: Int, column: Int) {
    self.kind = kind
    self.line = line
    self.column = column
  }

  init(_ kind: Kind, at offset: Int, in bytes: [UInt8]) {
    var line = 1
    var column = 1
    for byte in bytes[..<min(offset, bytes.count)] {
      if byte == UInt8(ascii: "\n") {
        line += 1
        column = 1
      } else if byte & 0xC0 != 0x80 {
        column += 1
      }
    }
    self.init(kind, line: line, column: column)
  }
}

/// What a document may use up before it is refused.
package struct TOMLLimits: Hashable, Sendable {
  /// How many arrays and inline tables may be open at once, and how many parts a key may have.
  package var depth: Int
  /// How many bytes a document may have.
  package var bytes: Int

  /// Creates limits.
  package init(depth: Int = 64, bytes: Int = 4 << 20) {
    self.depth = depth
    self.bytes = bytes
  }
}

/// What is wrong at which byte, before lines are counted.
struct Failure: Error {
  var kind: TOMLError.Kind
  var offset: Int
}
