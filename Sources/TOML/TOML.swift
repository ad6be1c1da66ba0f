/// Checking of TOML 1.0 documents, for example after a merge.
package enum TOML {
  /// Tells whether bytes are a TOML document within the limits.
  package static func isWellFormed(_ bytes: [UInt8]) -> Bool {
    do throws(TOMLError) {
      try validate(bytes)
      return true
    } catch {
      return false
    }
  }

  /// Checks a document by the letter of TOML 1.0, in time proportional to its length.
  ///
  /// - Throws: the first thing that is wrong; keys and tables that repeat count as wrong.
  package static func validate(
    _ bytes: [UInt8], limits: TOMLLimits = TOMLLimits()
  ) throws(TOMLError) {
    guard bytes.count <= limits.bytes else {
      throw TOMLError(.tooLarge, line: 1, column: 1)
    }
    if let offset = firstDamage(in: bytes) { throw TOMLError(.encoding, at: offset, in: bytes) }
    do throws(Failure) {
      var document = Document(Scanner(bytes, depth: limits.depth))
      try document.check()
    } catch {
      throw TOMLError(error.kind, at: error.offset, in: bytes)
    }
  }

  /// Finds the first byte that begins no UTF-8 character.
  private static func firstDamage(in bytes: [UInt8]) -> Int? {
    var index = 0
    while index < bytes.count {
      let length = lengthOfCharacter(bytes, at: index)
      if length == 0 { return index }
      index += length
    }
    return nil
  }

  private static func lengthOfCharacter(_ bytes: [UInt8], at index: Int) -> Int {
    // The second byte's range keeps out long forms, surrogates and what lies above U+10FFFF.
    let shape: (length: Int, second: ClosedRange<UInt8>)
    switch bytes[index] {
    case 0x00...0x7F: return 1
    case 0xC2...0xDF: shape = (2, 0x80...0xBF)
    case 0xE0: shape = (3, 0xA0...0xBF)
    case 0xE1...0xEC, 0xEE...0xEF: shape = (3, 0x80...0xBF)
    case 0xED: shape = (3, 0x80...0x9F)
    case 0xF0: shape = (4, 0x90...0xBF)
    case 0xF1...0xF3: shape = (4, 0x80...0xBF)
    case 0xF4: shape = (4, 0x80...0x8F)
    default: return 0
    }
    guard index + shape.length <= bytes.count, shape.second.contains(bytes[index + 1]) else {
      return 0
    }
    for next in bytes[(index + 2)..<(index + shape.length)] where next & 0xC0 != 0x80 { return 0 }
    return shape.length
  }
}
