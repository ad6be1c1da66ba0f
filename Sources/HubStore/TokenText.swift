import Crypto
import SyncModel

/// The text of a token: `slt_`, 52 base-32 digits of 256 random bits, 6 digits of a checksum.
///
/// The checksum lets scanners tell a leaked token from chance, and a typing error from a stranger.
package enum TokenText {
  package static let prefix = "slt_"
  private static let alphabet = Array("abcdefghijklmnopqrstuvwxyz234567".utf8)

  /// Makes the text of 32 random bytes.
  package static func make(_ random: [UInt8]) -> String {
    let digits = base32(random, count: 52)
    return prefix + digits + checksum(digits)
  }

  /// Tells whether a text has the form of a token, checksum included.
  package static func isWellFormed(_ text: String) -> Bool {
    let bytes = Array(text.utf8)
    guard bytes.count == prefix.utf8.count + 58, text.hasPrefix(prefix),
      bytes.dropFirst(4).allSatisfy({ alphabet.contains($0) })
    else { return false }
    let digits = String(decoding: bytes[4..<56], as: UTF8.self)
    return checksum(digits).utf8.elementsEqual(bytes[56...])
  }

  /// The digest that a hub keeps of a token.
  static func hash(_ text: String) -> Digest { SHA256.hash(Array(text.utf8)) }

  private static func checksum(_ digits: String) -> String {
    base32(SHA256.hash(Array((prefix + digits).utf8)).bytes, count: 6)
  }

  private static func base32(_ bytes: [UInt8], count: Int) -> String {
    let digits = (0..<count).map { index -> UInt8 in
      var value: UInt8 = 0
      for bit in index * 5..<index * 5 + 5 {
        let byte = bit / 8 < bytes.count ? bytes[bit / 8] : 0
        value = value << 1 | (byte >> (7 - UInt8(bit % 8)) & 1)
      }
      return alphabet[Int(value)]
    }
    return String(decoding: digits, as: UTF8.self)
  }
}
