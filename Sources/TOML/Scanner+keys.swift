/// One part of a dotted key with the place where it stands.
struct KeyPart {
  var name: [UInt8]
  var offset: Int
}

extension Scanner {
  /// Reads a key of one or more parts, and the blanks behind it.
  mutating func key() throws(Failure) -> [KeyPart] {
    var parts: [KeyPart] = []
    repeat {
      skipBlanks()
      let start = offset
      guard parts.count < depth else { throw fail(.tooDeep) }
      parts.append(KeyPart(name: try simpleKey(), offset: start))
      skipBlanks()
    } while skip(".")
    return parts
  }

  private mutating func simpleKey() throws(Failure) -> [UInt8] {
    switch next {
    case UInt8(ascii: "\""): return try basicString()
    case UInt8(ascii: "'"): return try literalString()
    default: break
    }
    let start = offset
    while let byte = next, Scanner.isBare(byte) { offset += 1 }
    guard offset > start else { throw fail(.expectedKey) }
    return Array(bytes[start..<offset])
  }

  private static func isBare(_ byte: UInt8) -> Bool {
    isLetter(byte) || isDigit(byte) || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
  }
}
