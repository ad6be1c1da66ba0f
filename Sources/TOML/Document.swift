/// The grammar of a whole document.
struct Document {
  private var scanner: Scanner
  private var tables = Tables()
  private var depth = 0

  init(_ scanner: Scanner) {
    self.scanner = scanner
  }

  /// Reads the document to its end.
  mutating func check() throws(Failure) {
    var section = tables.openRoot()
    try scanner.skipSpace()
    while scanner.next != nil {
      if scanner.skip("[") {
        section = try header()
      } else {
        try pair(in: section)
      }
      try scanner.finishLine()
      try scanner.skipSpace()
    }
  }

  private mutating func header() throws(Failure) -> Tables.Section {
    let isElement = scanner.skip("[")
    let key = try scanner.key()
    guard scanner.skip("]", times: isElement ? 2 : 1) else {
      throw scanner.fail(.expectedBracket)
    }
    return isElement ? try tables.openElement(key) : try tables.openTable(key)
  }

  private mutating func pair(in section: Tables.Section) throws(Failure) {
    let key = try scanner.key()
    guard scanner.skip("=") else { throw scanner.fail(.expectedEquals) }
    scanner.skipBlanks()
    try tables.define(key, in: section)
    try value()
  }

  private mutating func value() throws(Failure) {
    switch scanner.next {
    case UInt8(ascii: "\""), UInt8(ascii: "'"): try scanner.skipString()
    case UInt8(ascii: "["): try array()
    case UInt8(ascii: "{"): try inlineTable()
    default: try scanner.skipPlainValue()
    }
  }

  private mutating func array() throws(Failure) {
    try enter()
    try scanner.skipSpace()
    while !scanner.skip("]") {
      try value()
      try scanner.skipSpace()
      if !scanner.skip(",") {
        guard scanner.skip("]") else { throw scanner.fail(.expectedComma) }
        break
      }
      try scanner.skipSpace()
    }
    depth -= 1
  }

  private mutating func inlineTable() throws(Failure) {
    try enter()
    scanner.skipBlanks()
    if !scanner.skip("}") {
      let section = tables.openInline()
      repeat {
        try pair(in: section)
        scanner.skipBlanks()
      } while scanner.skip(",")
      guard scanner.skip("}") else { throw scanner.fail(.expectedComma) }
    }
    depth -= 1
  }

  /// Goes past an opening bracket or brace.
  private mutating func enter() throws(Failure) {
    guard depth < scanner.depth else { throw scanner.fail(.tooDeep) }
    depth += 1
    scanner.offset += 1
  }
}
