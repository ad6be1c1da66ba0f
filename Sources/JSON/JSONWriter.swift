/// Appends JSON to bytes, putting commas, line breaks and escapes where they belong.
///
/// Calls must come in the order of the document: a key before each value in an object. Several
/// documents may follow each other with ``JSONWriter/endLine()`` between them.
package struct JSONWriter: Sendable {
  /// How the document is laid out.
  package enum Style: Sendable {
    /// Without any white space.
    case compact
    /// A line for each member and element, two spaces for each level.
    case pretty
  }

  /// What has been written so far.
  package var bytes: [UInt8]
  private let style: Style
  private var depth = 0
  /// Whether the innermost container has something in it already.
  private var hasValue = false
  /// Whether a key waits for its value.
  private var hasKey = false

  /// Creates a writer that appends to bytes.
  package init(_ style: Style = .compact, appendingTo bytes: [UInt8] = []) {
    self.style = style
    self.bytes = bytes
  }

  /// Opens an object.
  package mutating func beginObject() { open(UInt8(ascii: "{")) }

  /// Closes the innermost object.
  package mutating func endObject() { close(UInt8(ascii: "}")) }

  /// Opens an array.
  package mutating func beginArray() { open(UInt8(ascii: "[")) }

  /// Closes the innermost array.
  package mutating func endArray() { close(UInt8(ascii: "]")) }

  /// Writes a key that needs no escapes.
  package mutating func key(_ key: StaticString) {
    separate()
    bytes.append(UInt8(ascii: "\""))
    key.withUTF8Buffer { bytes.append(contentsOf: $0) }
    bytes.append(UInt8(ascii: "\""))
    endKey()
  }

  /// Writes a key of any content.
  package mutating func key(_ key: String) {
    separate()
    appendQuoted(key)
    endKey()
  }

  /// Writes a string.
  package mutating func value(_ string: String) {
    beginValue()
    appendQuoted(string)
  }

  /// Writes a string given as UTF-8, which the caller vouches for.
  package mutating func value(utf8: UnsafeRawBufferPointer) {
    beginValue()
    bytes.append(UInt8(ascii: "\""))
    appendEscaped(utf8)
    bytes.append(UInt8(ascii: "\""))
  }

  /// Writes a whole number.
  package mutating func value(_ integer: Int) {
    value(Int64(integer))
  }

  /// Writes a whole number.
  package mutating func value(_ integer: Int64) {
    beginValue()
    appendDecimal(integer.magnitude, isNegative: integer < 0)
  }

  /// Writes a whole number.
  package mutating func value(_ integer: UInt64) {
    beginValue()
    appendDecimal(integer, isNegative: false)
  }

  /// Writes a number; JSON has none for infinities and NaN, which become `null`.
  package mutating func value(_ number: Double) {
    beginValue()
    bytes.append(contentsOf: (number.isFinite ? "\(number)" : "null").utf8)
  }

  /// Writes a truth value.
  package mutating func value(_ bool: Bool) {
    beginValue()
    bytes.append(contentsOf: (bool ? "true" : "false").utf8)
  }

  /// Writes `null`.
  package mutating func null() {
    beginValue()
    bytes.append(contentsOf: "null".utf8)
  }

  /// Writes a value with all that it holds.
  package mutating func write(_ value: JSONValue) {
    switch value {
    case .null: null()
    case .bool(let bool): self.value(bool)
    case .integer(let integer): self.value(integer)
    case .number(let number): self.value(number)
    case .string(let string): self.value(string)
    case .array(let elements):
      beginArray()
      for element in elements { write(element) }
      endArray()
    case .object(let object):
      beginObject()
      for member in object.members {
        key(member.key)
        write(member.value)
      }
      endObject()
    }
  }

  /// Writes a value that is JSON already, as it is.
  package mutating func write(json: [UInt8]) {
    beginValue()
    bytes.append(contentsOf: json)
  }

  /// Ends a document with a line break, so that another may follow.
  package mutating func endLine() {
    precondition(depth == 0, "a line ends after the outermost value")
    bytes.append(UInt8(ascii: "\n"))
    hasValue = false
  }

  private mutating func open(_ bracket: UInt8) {
    beginValue()
    bytes.append(bracket)
    depth += 1
    hasValue = false
  }

  private mutating func close(_ bracket: UInt8) {
    precondition(depth > 0 && !hasKey, "a bracket closes a container whose keys have values")
    depth -= 1
    if hasValue { breakLine() }
    bytes.append(bracket)
    hasValue = true
  }

  private mutating func endKey() {
    bytes.append(UInt8(ascii: ":"))
    if style == .pretty { bytes.append(UInt8(ascii: " ")) }
    hasKey = true
  }

  private mutating func beginValue() {
    if hasKey { hasKey = false } else { separate() }
  }

  private mutating func separate() {
    precondition(!hasKey, "a key is followed by its value")
    if hasValue { bytes.append(UInt8(ascii: ",")) }
    if depth > 0 { breakLine() }
    hasValue = true
  }

  private mutating func breakLine() {
    guard style == .pretty else { return }
    bytes.append(UInt8(ascii: "\n"))
    for _ in 0..<depth * 2 { bytes.append(UInt8(ascii: " ")) }
  }
}
