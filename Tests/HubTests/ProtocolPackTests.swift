import Crypto
import HubProtocol
import SyncModel
import Testing
import Zstd

@Suite struct ProtocolPackTests {
  static let samples: [[[UInt8]]] = [
    [],
    [[]],
    [Array("hello".utf8)],
    [Array("one".utf8), [], Array("three".utf8), Array(repeating: 7, count: 5000)],
    [Array(repeating: 1, count: 1 << 20), [2], Array(repeating: 3, count: 1 << 20)],
    [PackSample.noise(3 << 20, seed: 5), Array("after".utf8)],
    (0..<3000).map { Array("file number \($0)".utf8) },
  ]

  @Test(arguments: samples.indices, [1, 13, 4096, Int.max])
  func `arrive as they were sent, in pieces of any size`(sample: Int, piece: Int) throws {
    let contents = Self.samples[sample]
    let pack = try PackSample.pack(contents)
    guard piece > 1 || pack.count < 100_000 else { return }
    #expect(try PackSample.read(pack, piece: piece) == contents)
  }

  @Test func `a pack that is cut at any byte is never taken for whole`() throws {
    let pack = try PackSample.pack([Array("hello".utf8), PackSample.noise(60, seed: 1)])
    for length in 0..<pack.count {
      #expect(throws: PackError.truncated, "cut after \(length)") {
        _ = try PackSample.read(Array(pack[..<length]), piece: 11)
      }
    }
  }

  @Test func `a flipped bit anywhere is found, or changes nothing that is delivered`() throws {
    let contents = [Array(repeating: UInt8(9), count: 200), PackSample.noise(40, seed: 2)]
    let pack = try PackSample.pack(contents)
    var found = 0
    for index in pack.indices {
      for bit in 0..<8 {
        var damaged = pack
        damaged[index] ^= 1 << UInt8(bit)
        do {
          #expect(try PackSample.read(damaged, piece: 64) == contents, "byte \(index) bit \(bit)")
        } catch {
          found += 1
        }
      }
    }
    #expect(found > pack.count * 7)
  }

  @Test func `frames come out byte for byte as they went in`() throws {
    let pack = try PackSample.pack((0..<40).map { PackSample.noise(50_000 + $0, seed: UInt64($0)) })
    var reader = PackReader(limits: .upload)
    var bytes = PackFormat.magic
    var frames = 0
    try pack.withUnsafeBytes {
      try reader.push($0) { frame, contents in
        frames += 1
        bytes += frame.encoded
        let alone = try frame.encoded.withUnsafeBytes { try PackFrame(parsing: $0) }
        #expect(alone == frame)
        #expect(try alone.contents(ZstdDecompressor()).elementsEqual(contents))
      }
    }
    try reader.finish()
    #expect(frames == 2)
    #expect(bytes == Array(pack.dropLast(PackFormat.endBytes)))
  }

  @Test func `a splitter keeps every pack below its limit`() throws {
    let compressor = ZstdCompressor()
    let contents = (0..<30).map { PackSample.noise(30_000, seed: UInt64($0)) }
    var splitter = PackSplitter(limit: 100_000)
    var packs: [[UInt8]] = []
    for content in contents {
      var bundle = PackBundle()
      bundle.append(SHA256.hash(content), content)
      if let full = splitter.append(try bundle.makeFrame(compressor)) { packs.append(full) }
    }
    if let last = splitter.finish() { packs.append(last) }
    #expect(splitter.finish() == nil)
    #expect(packs.count == 10)
    #expect(packs.allSatisfy { $0.count <= 100_000 })
    #expect(try packs.flatMap { try PackSample.read($0, piece: .max) } == contents)
  }

  @Test func `what repeats is compressed and what does not is kept as it is`() throws {
    var bundle = PackBundle()
    bundle.append(SHA256.hash([]), [])
    #expect(try bundle.makeFrame(ZstdCompressor()).encoding == .raw)
    let noise = PackSample.noise(5000, seed: 3)
    bundle.append(SHA256.hash(noise), noise)
    #expect(try bundle.makeFrame(ZstdCompressor()).encoding == .raw)
    let zeros = [UInt8](repeating: 0, count: 5000)
    bundle.append(SHA256.hash(zeros), zeros)
    #expect(try bundle.makeFrame(ZstdCompressor()).encoding == .zstd)
    #expect(bundle.isEmpty)
  }
}

/// Makes packs and reads them.
enum PackSample {
  /// Bytes that do not compress, the same for the same seed.
  static func noise(_ count: Int, seed: UInt64) -> [UInt8] {
    var state = seed &+ 0x9E37_79B9_7F4A_7C15
    return [UInt8](unsafeUninitializedCapacity: count + 8) { buffer, filled in
      let words = UnsafeMutableRawBufferPointer(buffer)
      var offset = 0
      while offset < count {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        words.storeBytes(of: state, toByteOffset: offset, as: UInt64.self)
        offset += 8
      }
      filled = count
    }
  }

  static func pack(_ contents: [[UInt8]]) throws -> [UInt8] {
    var writer = PackWriter()
    for content in contents {
      try content.withUnsafeBytes { try writer.append(SHA256.hash(content), $0) }
    }
    return try writer.finish()
  }

  static func read(
    _ pack: [UInt8], piece: Int, limits: PackLimits = .upload
  ) throws -> [[UInt8]] {
    var reader = PackReader(limits: limits)
    var contents: [[UInt8]] = []
    var start = 0
    while start < pack.count {
      let end = start + min(piece, pack.count - start)
      try pack[start..<end].withUnsafeBytes {
        try reader.pushContents($0) { digest, bytes in
          #expect(SHA256.hash(bytes) == digest)
          contents.append(Array(bytes))
        }
      }
      start = end
    }
    try reader.finish()
    return contents
  }
}
