import Crypto
import SyncModel

/// Digests of bytes in memory.
enum ContentDigest {
  /// The digest of bytes.
  static func of(_ bytes: [UInt8]) -> Digest {
    bytes.withUnsafeBytes { SHA256.hash($0) }
  }

  /// The digest of a text.
  static func of(_ text: String) -> Digest { of(Array(text.utf8)) }
}
