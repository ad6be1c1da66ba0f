package import SyncModel

/// Writes rows that are sorted by path into the bytes of one page.
///
/// A path is stored as what it adds to the one before it.
package struct PageWriter {
  package private(set) var bytes: [UInt8] = []
  private var last = ""

  /// Begins an empty page.
  package init() {}

  /// Appends a path, which comes after all that were appended before.
  package mutating func append(_ path: SyncPath) {
    let shared = zip(last.utf8, path.key.utf8).prefix { $0 == $1 }.count
    append(UInt64(shared))
    append(UInt64(path.key.utf8.count - shared))
    bytes.append(contentsOf: path.key.utf8.dropFirst(shared))
    last = path.key
  }

  /// Appends one byte.
  mutating func append(byte: UInt8) { bytes.append(byte) }

  /// Appends a number in as few bytes as it needs, seven bits to a byte, the lowest first.
  mutating func append(_ number: UInt64) {
    var rest = number
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }

  /// Appends a number in eight bytes.
  mutating func append(fixed number: Int64) {
    withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
  }

  /// Appends a digest.
  mutating func append(_ digest: Digest) {
    digest.withBytes { bytes.append(contentsOf: $0) }
  }

  /// Appends a text with its length.
  mutating func append(_ text: String) {
    append(UInt64(text.utf8.count))
    bytes.append(contentsOf: text.utf8)
  }
}

/// Reads a page that may be damaged: every length and the order of the paths are checked.
package struct PageReader {
  private let bytes: UnsafeRawBufferPointer
  private var offset = 0
  private var path: [UInt8] = []

  init(_ bytes: UnsafeRawBufferPointer) {
    self.bytes = bytes
    path.reserveCapacity(SyncPath.maximumBytes)
  }

  /// Whether all was read.
  var isAtEnd: Bool { offset == bytes.count }

  /// Reads a path; nothing if it is damaged or does not come after the one before it.
  mutating func nextPath() -> SyncPath? {
    guard let shared = length(), shared <= path.count, let added = block(), !added.isEmpty,
      shared + added.count <= SyncPath.maximumBytes
    else { return nil }
    if shared < path.count, SyncPath.rank(added[0]) <= SyncPath.rank(path[shared]) { return nil }
    path.removeLast(path.count - shared)
    path.append(contentsOf: added)
    return path.withUnsafeBufferPointer { PageReader.text($0) }.map { SyncPath(trusted: $0) }
  }

  // ASCII needs no validation, which takes twice the time of the copy.
  private static func text(_ bytes: UnsafeBufferPointer<UInt8>) -> String? {
    guard bytes.allSatisfy({ $0 < 0x80 }) else { return String(validating: bytes, as: UTF8.self) }
    return String(unsafeUninitializedCapacity: bytes.count) { $0.initialize(fromContentsOf: bytes) }
  }

  /// Reads one byte.
  mutating func byte() -> UInt8? {
    guard offset < bytes.count else { return nil }
    defer { offset += 1 }
    return bytes[offset]
  }

  /// Reads a number.
  mutating func number() -> UInt64? {
    var number: UInt64 = 0
    var shift: UInt64 = 0
    while let byte = byte(), shift < 64 {
      number |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { return number }
      shift += 7
    }
    return nil
  }

  /// Reads a number of eight bytes.
  mutating func fixed() -> Int64? {
    guard bytes.count - offset >= 8 else { return nil }
    defer { offset += 8 }
    return Int64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: Int64.self))
  }

  /// Reads a digest.
  mutating func digest() -> Digest? {
    guard bytes.count - offset >= 32 else { return nil }
    defer { offset += 32 }
    return Digest(
      bytes: UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + 32]))
  }

  /// Reads a text.
  mutating func text() -> String? {
    block().flatMap { String(validating: $0, as: UTF8.self) }
  }

  private mutating func length() -> Int? {
    number().flatMap { Int(exactly: $0) }
  }

  private mutating func block() -> UnsafeRawBufferPointer? {
    guard let count = length(), count <= bytes.count - offset else { return nil }
    defer { offset += count }
    return UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + count])
  }
}
