import Crypto
import HubProtocol
import SyncModel
import Testing
import Zstd

/// A pack whose announced numbers are lies.
struct HostilePack: CustomTestStringConvertible, Sendable {
  var testDescription: String
  var bytes: [UInt8]
  var expected: PackError

  init(_ description: String, _ expected: PackError, _ parts: [UInt8]...) {
    testDescription = description
    self.expected = expected
    bytes = parts.flatMap { $0 }
  }

  static let magic = PackFormat.magic
  static let hello = Array("hello".utf8)
  static let bomb = (try? ZstdCompressor().compress([UInt8](repeating: 0, count: 4 << 20))) ?? []

  static func number(_ value: Int) -> [UInt8] {
    withUnsafeBytes(of: UInt32(value).littleEndian) { Array($0) }
  }

  static func head(
    _ objects: Int, raw: Int, stored: Int, encoding: UInt8 = 0
  ) -> [UInt8] {
    [1] + number(objects) + number(raw) + number(stored) + [encoding]
  }

  static func row(_ content: [UInt8], size: Int? = nil) -> [UInt8] {
    SHA256.hash(content).bytes + number(size ?? content.count)
  }

  static func end(_ objects: Int) -> [UInt8] { [0] + number(objects) }

  static let all: [HostilePack] = [
    HostilePack("nothing at all", .truncated),
    HostilePack("another format", .malformed, Array("PK0304".utf8)),
    HostilePack("an unknown kind of frame", .malformed, magic, [7]),
    HostilePack("an unknown encoding", .malformed, magic, head(1, raw: 5, stored: 5, encoding: 9)),
    HostilePack("a bundle of nothing", .malformed, magic, head(0, raw: 0, stored: 0)),
    HostilePack(
      "more contents than a bundle may hold", .tooLarge, magic,
      head(65_537, raw: 65_537, stored: 65_537)),
    HostilePack(
      "several contents above a bundle's size", .tooLarge, magic,
      head(2, raw: 1 << 20 + 1, stored: 1 << 20 + 1)),
    HostilePack(
      "one content above the limit", .tooLarge, magic,
      head(1, raw: 8 << 20 + 1, stored: 100, encoding: 1)),
    HostilePack(
      "four gigabytes announced", .tooLarge, magic,
      head(1, raw: Int(UInt32.max), stored: Int(UInt32.max))),
    HostilePack("raw bytes of another length", .wrongSize, magic, head(1, raw: 5, stored: 6)),
    HostilePack(
      "compressed to more than it holds", .wrongSize, magic,
      head(1, raw: 5, stored: 5000, encoding: 1)),
    HostilePack(
      "sizes that add up to less", .wrongSize, magic, head(1, raw: 5, stored: 5),
      row(hello, size: 4)),
    HostilePack(
      "sizes that add up to more", .wrongSize, magic, head(2, raw: 5, stored: 5),
      row(hello), row(hello)),
    HostilePack(
      "another content than its digest", .wrongDigest(SHA256.hash(hello)), magic,
      head(1, raw: 5, stored: 5), row(hello), Array("HELLO".utf8), end(1)),
    HostilePack(
      "bytes that are no frame of zstd", .notDecompressible, magic,
      head(1, raw: 50, stored: 5, encoding: 1), row(hello, size: 50), hello),
    HostilePack(
      "a bomb: more comes out than was announced", .notDecompressible, magic,
      head(1, raw: 1000, stored: bomb.count, encoding: 1), row(hello, size: 1000), bomb),
    HostilePack(
      "less comes out than was announced", .notDecompressible, magic,
      head(1, raw: 5 << 20, stored: bomb.count, encoding: 1), row(hello, size: 5 << 20), bomb),
    HostilePack(
      "an end that counts more", .wrongCount, magic, head(1, raw: 5, stored: 5), row(hello),
      hello, end(2)),
    HostilePack(
      "an end that counts fewer", .wrongCount, magic, head(1, raw: 5, stored: 5), row(hello),
      hello, end(0)),
    HostilePack("a byte after the end", .trailingBytes, magic, end(0), [0]),
    HostilePack("two packs in one", .trailingBytes, magic, end(0), magic, end(0)),
  ]
}

@Suite struct ProtocolHostilePackTests {
  @Test(arguments: HostilePack.all, [1, 1 << 30])
  func `are refused for what they are`(pack: HostilePack, piece: Int) {
    guard piece > 1 || pack.bytes.count < 20_000 else { return }
    #expect(throws: pack.expected) { _ = try PackSample.read(pack.bytes, piece: piece) }
  }

  @Test func `cannot expand beyond the total that was agreed on`() throws {
    let contents = (0..<8).map { [UInt8](repeating: UInt8($0), count: 1 << 20) }
    let pack = try PackSample.pack(contents)
    #expect(pack.count < 10_000)
    var limits = PackLimits.upload
    limits.totalBytes = 8 << 20
    #expect(try PackSample.read(pack, piece: 1000, limits: limits).count == 8)
    limits.totalBytes -= 1
    #expect(throws: PackError.tooLarge) {
      _ = try PackSample.read(pack, piece: 1000, limits: limits)
    }
  }

  @Test func `cannot hold more contents or bytes than agreed on`() throws {
    let pack = try PackSample.pack([[1], [2], [3]])
    var limits = PackLimits.upload
    limits.objects = 2
    #expect(throws: PackError.tooLarge) { _ = try PackSample.read(pack, piece: 5, limits: limits) }
    limits = .upload
    limits.packBytes = pack.count - 1
    #expect(throws: PackError.tooLarge) { _ = try PackSample.read(pack, piece: 5, limits: limits) }
  }

  @Test func `a frame that stands alone is read to its last byte and no further`() throws {
    var bundle = PackBundle()
    bundle.append(SHA256.hash(HostilePack.hello), HostilePack.hello)
    let bytes = try bundle.makeFrame(ZstdCompressor()).encoded
    for length in bytes.indices {
      #expect(throws: PackError.truncated) {
        _ = try bytes[..<length].withUnsafeBytes { try PackFrame(parsing: $0) }
      }
    }
    #expect(throws: PackError.trailingBytes) {
      _ = try (bytes + [0]).withUnsafeBytes { try PackFrame(parsing: $0) }
    }
  }
}
