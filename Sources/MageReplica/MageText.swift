/// What the text that Mage hands out says about the bytes that it keeps.
///
/// Mage reads files as text: `\r\n` and a lone `\r` come as `\n`, bytes that are no UTF-8 come as
/// nothing. The size beside the text is that of the bytes. A read that races a write shows an
/// empty text, a part of one, or a size that belongs to another moment.
enum MageText {
  /// The bytes that a text with a size stands for; nothing where the two do not belong together.
  ///
  /// Each `\r\n` is one byte longer on disk than in the text. Where the difference is the number of
  /// lines, every line ends so and the bytes can be had; any other difference is a file with mixed
  /// line ends, one that is no text, or a read that must be repeated.
  static func bytes(of text: String, size: Int) -> [UInt8]? {
    let bytes = Array(text.utf8)
    if bytes.count == size { return bytes }
    guard size > bytes.count else { return nil }
    let lines = bytes.count { $0 == newline }
    guard size - bytes.count == lines else { return nil }
    var result: [UInt8] = []
    result.reserveCapacity(size)
    for byte in bytes {
      if byte == newline { result.append(carriageReturn) }
      result.append(byte)
    }
    return result
  }

  /// Whether bytes come back from Mage as they were given: UTF-8 with one kind of line end,
  /// `\n` or `\r\n`.
  static func isKept(_ bytes: [UInt8]) -> Bool {
    guard String(validating: bytes, as: UTF8.self) != nil else { return false }
    guard bytes.contains(carriageReturn) else { return true }
    var previous: UInt8 = 0
    for byte in bytes {
      if (byte == newline) != (previous == carriageReturn) { return false }
      previous = byte
    }
    return previous != carriageReturn
  }

  private static let newline = UInt8(ascii: "\n")
  private static let carriageReturn = UInt8(ascii: "\r")
}
