import CCrypto
package import SyncModel

/// Message authentication with SHA-256 under a secret key.
package enum HMACSHA256 {
  /// Returns the code of a message under a key; keys should have 32 random bytes or more.
  package static func code(key: [UInt8], message: [UInt8]) -> Digest {
    Digest { output in
      let result = HMAC(
        SHA256Algorithm.pointer, key, Int32(key.count), message, message.count, output, nil)
      precondition(result != nil, "libcrypto hashes bytes in memory")
    }
  }
}

/// Comparison that does not tell by its duration where two secrets differ.
package enum ConstantTime {
  /// Says whether two byte strings are equal; only their lengths show in the time it takes.
  package static func equal(_ left: [UInt8], _ right: [UInt8]) -> Bool {
    left.count == right.count && CRYPTO_memcmp(left, right, left.count) == 0
  }

  /// Says whether two digests are equal.
  package static func equal(_ left: Digest, _ right: Digest) -> Bool {
    left.withBytes { left in
      right.withBytes { CRYPTO_memcmp(left.baseAddress, $0.baseAddress, left.count) == 0 }
    }
  }
}
