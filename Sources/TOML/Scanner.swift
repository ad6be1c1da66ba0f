/// A place in a document, and what every part of the grammar needs there.
struct Scanner {
  let bytes: [UInt8]
  /// How deep values may nest.
  let depth: Int
  var offset = 0

  init(_ bytes: [UInt8], depth: Int) {
    self.bytes = bytes
    self.depth = depth
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { offset = 3 }
  }

  /// The next byte, or nil at the end.
  var next: UInt8? { offset < bytes.count ? bytes[offset] : nil }

  /// The byte that many places ahead, or nil behind the end.
  func byte(ahead: Int) -> UInt8? {
    offset + ahead < bytes.count ? bytes[offset + ahead] : nil
  }

  func fail(_ kind: TOMLError.Kind, at place: Int? = nil) -> Failure {
    Failure(kind: kind, offset: place ?? offset)
  }

  /// Goes past a byte if it is the next one.
  mutating func skip(_ byte: Unicode.Scalar) -> Bool {
    guard next == UInt8(ascii: byte) else { return false }
    offset += 1
    return true
  }

  /// Goes past `count` bytes if all of them are `byte`.
  mutating func skip(_ byte: Unicode.Scalar, times count: Int) -> Bool {
    for ahead in 0..<count where self.byte(ahead: ahead) != UInt8(ascii: byte) { return false }
    offset += count
    return true
  }

  mutating func skipBlanks() {
    while let byte = next, byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") { offset += 1 }
  }

  /// Goes past a line's end, if one is here.
  mutating func skipLineEnd() throws(Failure) -> Bool {
    if skip("\n") { return true }
    guard next == UInt8(ascii: "\r") else { return false }
    guard byte(ahead: 1) == UInt8(ascii: "\n") else { throw fail(.controlCharacter) }
    offset += 2
    return true
  }

  /// Goes past a comment up to its line's end, if one is here.
  mutating func skipComment() throws(Failure) {
    guard skip("#") else { return }
    while let byte = next, byte != UInt8(ascii: "\n"), byte != UInt8(ascii: "\r") {
      guard !Scanner.isControl(byte) else { throw fail(.controlCharacter) }
      offset += 1
    }
  }

  /// Goes past blanks, comments and lines' ends.
  mutating func skipSpace() throws(Failure) {
    repeat {
      skipBlanks()
      try skipComment()
    } while try skipLineEnd()
  }

  /// Checks that nothing but a comment is left of the line and goes past it.
  mutating func finishLine() throws(Failure) {
    skipBlanks()
    try skipComment()
    guard try skipLineEnd() || next == nil else { throw fail(.expectedLineEnd) }
  }

  /// Tells whether a byte is a control character other than a tab.
  static func isControl(_ byte: UInt8) -> Bool {
    (byte < 0x20 && byte != UInt8(ascii: "\t")) || byte == 0x7F
  }

  static func isDigit(_ byte: UInt8) -> Bool {
    byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
  }

  static func isLetter(_ byte: UInt8) -> Bool {
    let lower = byte | 0x20
    return lower >= UInt8(ascii: "a") && lower <= UInt8(ascii: "z")
  }
}
