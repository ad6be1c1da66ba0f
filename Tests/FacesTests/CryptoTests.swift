import Crypto
import SyncModel
import Testing

@Suite struct CryptoTests {
  private static let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
  private static let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

  @Test func `the vectors of the standard hold`() {
    #expect(SHA256.hash(Array("abc".utf8)).hex == Self.abc)
    #expect(SHA256.hash([]).hex == Self.empty)
    #expect(SHA256.hash(UnsafeRawBufferPointer(start: nil, count: 0)).hex == Self.empty)
    #expect(
      SHA256.hash([UInt8](repeating: UInt8(ascii: "a"), count: 1_000_000)).hex
        == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
  }

  @Test func `pieces hash as the whole does, and a hasher starts anew`() {
    let hasher = SHA256()
    #expect(hasher.finish().hex == Self.empty)
    hasher.update(Array("forgotten".utf8))
    hasher.reset()
    for letter in "abc".utf8 { hasher.update([letter]) }
    hasher.update([])
    #expect(hasher.finish().hex == Self.abc)
    for length in [1, 55, 56, 63, 64, 65, 1000] {
      let bytes = (0..<length).map { UInt8(truncatingIfNeeded: $0) }
      hasher.update(Array(bytes.prefix(length / 2)))
      hasher.update(Array(bytes.dropFirst(length / 2)))
      #expect(hasher.finish() == SHA256.hash(bytes))
    }
  }

  @Test func `message codes match RFC 4231`() {
    #expect(
      HMACSHA256.code(key: Array("Jefe".utf8), message: Array("what do ya want for nothing?".utf8))
        .hex == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
    #expect(
      HMACSHA256.code(
        key: [UInt8](repeating: 0xAA, count: 131),
        message: Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8)
      ).hex == "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54")
    #expect(
      HMACSHA256.code(key: [], message: []).hex
        == "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad")
  }

  @Test func `secrets are equal only if every byte is`() {
    let secret = [UInt8](0..<32)
    #expect(ConstantTime.equal(secret, [UInt8](0..<32)))
    #expect(ConstantTime.equal([UInt8](), []))
    #expect(!ConstantTime.equal(secret, Array(secret.dropLast())))
    for place in secret.indices {
      var other = secret
      other[place] ^= 0x80
      #expect(!ConstantTime.equal(secret, other))
      #expect(!ConstantTime.equal(SHA256.hash(secret), SHA256.hash(other)))
    }
    #expect(ConstantTime.equal(SHA256.hash(secret), SHA256.hash(secret)))
  }
}
