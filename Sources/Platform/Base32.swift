/// Digits and letters without i, l, o and u, which are misread, in the order of their bytes.
///
/// What is written in them sorts as text like the numbers that it stands for.
package enum Base32 {
  private static let alphabet: StaticString = "0123456789abcdefghjkmnpqrstvwxyz"

  /// The digit for a value below 32.
  static func digit(_ value: UInt8) -> UInt8 {
    precondition(value < 32, "a digit stands for five bits")
    return alphabet.utf8Start[Int(value)]
  }

  /// The value of a digit, or nothing for any other byte.
  package static func value(of digit: UInt8) -> UInt8? {
    (0..<32).first { alphabet.utf8Start[Int($0)] == digit }
  }
}
