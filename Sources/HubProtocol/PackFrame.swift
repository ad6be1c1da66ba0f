import Crypto
import SyncModel
package import Zstd

/// One bundle of a pack, as it is stored and as it travels.
package struct PackFrame: Hashable, Sendable {
  /// The contents in the order of their bytes.
  package let objects: [PackObject]
  /// The length of all contents together.
  package let rawLength: Int
  /// How the contents are stored.
  package let encoding: PackFormat.Encoding
  /// The contents as they are stored.
  package let stored: [UInt8]

  /// Takes parts that are known to fit each other.
  init(
    objects: [PackObject], rawLength: Int, encoding: PackFormat.Encoding, stored: [UInt8]
  ) {
    self.objects = objects
    self.rawLength = rawLength
    self.encoding = encoding
    self.stored = stored
  }

  /// The length of the frame as it travels.
  package var encodedLength: Int {
    PackFormat.headBytes + objects.count * PackFormat.rowBytes + stored.count
  }

  /// The frame as it travels: byte for byte what was read, if it was read.
  package var encoded: [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(encodedLength)
    encode(into: &bytes)
    return bytes
  }

  /// Appends the frame as it travels.
  package func encode(into bytes: inout [UInt8]) {
    bytes.append(PackFormat.bundleKind)
    PackNumber.append(UInt32(objects.count), to: &bytes)
    PackNumber.append(UInt32(rawLength), to: &bytes)
    PackNumber.append(UInt32(stored.count), to: &bytes)
    bytes.append(encoding.rawValue)
    for object in objects {
      object.digest.withBytes { bytes.append(contentsOf: $0) }
      PackNumber.append(UInt32(object.size), to: &bytes)
    }
    bytes.append(contentsOf: stored)
  }

  /// Reads one frame that stands alone, as a hub keeps it; its contents are not verified yet.
  package init(
    parsing bytes: UnsafeRawBufferPointer, maximumObject: Int = 8 << 20
  ) throws(PackError) {
    guard bytes.count >= PackFormat.headBytes else { throw .truncated }
    guard bytes[0] == PackFormat.bundleKind else { throw .malformed }
    let head = try PackFrameHead(
      UnsafeRawBufferPointer(rebasing: bytes[1..<PackFormat.headBytes]),
      maximumObject: maximumObject)
    let tableEnd = PackFormat.headBytes + head.tableBytes
    guard bytes.count >= tableEnd else { throw .truncated }
    let objects = try head.table(
      UnsafeRawBufferPointer(rebasing: bytes[PackFormat.headBytes..<tableEnd]),
      maximumObject: maximumObject)
    guard bytes.count >= tableEnd + head.storedLength else { throw .truncated }
    guard bytes.count == tableEnd + head.storedLength else { throw .trailingBytes }
    self.init(
      objects: objects, rawLength: head.rawLength, encoding: head.encoding,
      stored: Array(bytes[tableEnd...]))
  }

  /// Returns the contents, one after the other, of exactly the announced length.
  package func contents(_ decompressor: ZstdDecompressor) throws(PackError) -> [UInt8] {
    switch encoding {
    case .raw: return stored
    case .zstd:
      let result = stored.withUnsafeBytes { bytes -> Result<[UInt8], ZstdError> in
        do throws(ZstdError) {
          return .success(
            try decompressor.decompress(bytes, size: rawLength, limit: rawLength))
        } catch {
          return .failure(error)
        }
      }
      guard case .success(let raw) = result else { throw .notDecompressible }
      return raw
    }
  }

  /// Compares each content with its digest.
  package func verify(_ contents: UnsafeRawBufferPointer) throws(PackError) {
    guard contents.count == rawLength else { throw .wrongSize }
    for object in objects {
      let content = UnsafeRawBufferPointer(rebasing: contents[object.range])
      guard SHA256.hash(content) == object.digest else { throw .wrongDigest(object.digest) }
    }
  }
}

/// The numbers at the start of a bundle's frame, checked against each other and the limits.
struct PackFrameHead {
  let objects: Int
  let rawLength: Int
  let storedLength: Int
  let encoding: PackFormat.Encoding

  /// Reads the bytes that follow the frame's kind.
  init(_ bytes: UnsafeRawBufferPointer, maximumObject: Int) throws(PackError) {
    objects = PackNumber.read(bytes, at: 0)
    rawLength = PackNumber.read(bytes, at: 4)
    storedLength = PackNumber.read(bytes, at: 8)
    guard let encoding = PackFormat.Encoding(rawValue: bytes[12]) else { throw .malformed }
    self.encoding = encoding
    guard objects > 0 else { throw .malformed }
    guard objects <= PackFormat.maximumObjects,
      rawLength <= (objects == 1 ? max(maximumObject, 0) : PackFormat.maximumBundle)
    else { throw .tooLarge }
    switch encoding {
    case .raw: guard storedLength == rawLength else { throw .wrongSize }
    // A frame that saves nothing is at most a little larger than what it holds.
    case .zstd:
      guard storedLength > 0, storedLength <= rawLength + rawLength / 128 + 1024 else {
        throw .wrongSize
      }
    }
  }

  var tableBytes: Int { objects * PackFormat.rowBytes }

  /// Reads the table that follows the head.
  func table(
    _ bytes: UnsafeRawBufferPointer, maximumObject: Int
  ) throws(PackError) -> [PackObject] {
    var table: [PackObject] = []
    table.reserveCapacity(objects)
    var offset = 0
    for row in 0..<objects {
      let start = row * PackFormat.rowBytes
      let size = PackNumber.read(bytes, at: start + 32)
      guard size <= maximumObject else { throw .tooLarge }
      guard size <= rawLength - offset,
        let digest = Digest(bytes: UnsafeRawBufferPointer(rebasing: bytes[start..<start + 32]))
      else { throw .wrongSize }
      table.append(PackObject(digest: digest, offset: offset, size: size))
      offset += size
    }
    guard offset == rawLength else { throw .wrongSize }
    return table
  }
}

/// Little-endian numbers of 32 bits.
enum PackNumber {
  static func append(_ number: UInt32, to bytes: inout [UInt8]) {
    withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
  }

  static func read(_ bytes: UnsafeRawBufferPointer, at offset: Int) -> Int {
    Int(UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self)))
  }
}
