import SyncModel
import Testing

@Suite struct `Digest text` {
  @Test func `a digest survives its text, with and without the prefix`() throws {
    let bytes = (0..<32).map { UInt8($0 * 7 % 256) }
    let digest = try #require(Digest(bytes: bytes))
    #expect(digest.bytes == bytes)
    #expect(Digest(text: digest.hex) == digest)
    #expect(Digest(text: digest.description) == digest)
    #expect(digest.description.hasPrefix("sha256:"))
    #expect(digest.hex.utf8.count == 64)
  }

  @Test(arguments: [
    "", "sha256:", String(repeating: "a", count: 63), String(repeating: "a", count: 65),
    String(repeating: "A", count: 64), String(repeating: "g", count: 64),
    "sha1:" + String(repeating: "a", count: 64),
    "sha256:sha256:" + String(repeating: "a", count: 57),
  ])
  func `a text that is no digest makes none`(text: String) {
    #expect(Digest(text: text) == nil)
  }

  @Test func `only 32 bytes make a digest`() {
    #expect(Digest(bytes: []) == nil)
    #expect(Digest(bytes: Array(repeating: 1, count: 31)) == nil)
    #expect(Digest(bytes: Array(repeating: 1, count: 33)) == nil)
  }

  @Test func `digests order as their bytes do`() throws {
    let low = try #require(Digest(bytes: [0] + Array(repeating: 255, count: 31)))
    let high = try #require(Digest(bytes: [1] + Array(repeating: 0, count: 31)))
    #expect(low < high)
  }
}
