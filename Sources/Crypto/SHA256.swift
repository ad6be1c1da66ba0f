import CCrypto
package import SyncModel

/// A hasher that is fed bytes piece by piece; after `finish` it starts anew.
///
/// It belongs to one task at a time. Keep one for many contents: making it costs more than
/// hashing a small content.
package final class SHA256 {
  private let context: OpaquePointer

  /// Creates a hasher that has seen nothing yet.
  package init() {
    guard let context = EVP_MD_CTX_new() else {
      preconditionFailure("there is memory for a hasher")
    }
    self.context = context
    reset()
  }

  deinit {
    EVP_MD_CTX_free(context)
  }

  /// Forgets what has been fed so far.
  package func reset() {
    check(EVP_DigestInit_ex2(context, SHA256Algorithm.pointer, nil))
  }

  /// Feeds bytes.
  package func update(_ bytes: UnsafeRawBufferPointer) {
    check(EVP_DigestUpdate(context, bytes.baseAddress, bytes.count))
  }

  /// Feeds bytes.
  package func update(_ bytes: [UInt8]) {
    bytes.withUnsafeBytes { update($0) }
  }

  /// Returns the digest of all that was fed and starts anew.
  package func finish() -> Digest {
    let digest = Digest { check(EVP_DigestFinal_ex(context, $0, nil)) }
    reset()
    return digest
  }

  /// Returns the digest of one content, using a hasher made for it.
  package static func hash(_ bytes: UnsafeRawBufferPointer) -> Digest {
    Digest {
      check(
        EVP_Digest(bytes.baseAddress, bytes.count, $0, nil, SHA256Algorithm.pointer, nil))
    }
  }

  /// Returns the digest of one content, using a hasher made for it.
  package static func hash(_ bytes: [UInt8]) -> Digest {
    bytes.withUnsafeBytes { hash($0) }
  }
}

/// The algorithm as libcrypto knows it; looking it up costs more than hashing a small content.
enum SHA256Algorithm {
  // Safe because it is set once, never freed, and libcrypto only reads it.
  nonisolated(unsafe) static let pointer: OpaquePointer = {
    guard let pointer = EVP_MD_fetch(nil, "SHA256", nil) else {
      preconditionFailure("libcrypto offers SHA-256")
    }
    return pointer
  }()
}

/// Stops the program if libcrypto failed where only a fault of the program makes it fail.
func check(_ result: Int32) {
  precondition(result == 1, "libcrypto hashes bytes in memory")
}

extension Digest {
  /// Creates a digest from the 32 bytes that a closure writes.
  init(_ write: (UnsafeMutablePointer<UInt8>) -> Void) {
    var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
    withUnsafeMutableBytes(of: &words) { buffer in
      buffer.withMemoryRebound(to: UInt8.self) { bytes in
        if let start = bytes.baseAddress { write(start) }
      }
    }
    self.init(
      words: (
        words.0.bigEndian, words.1.bigEndian, words.2.bigEndian, words.3.bigEndian
      ))
  }
}
