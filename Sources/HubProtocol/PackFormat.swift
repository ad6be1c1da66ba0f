package import SyncModel

/// The numbers of the pack format.
package enum PackFormat {
  /// What a pack starts with.
  package static let magic: [UInt8] = Array("SLPK1\n".utf8)
  /// The most raw bytes in a bundle of several contents.
  package static let maximumBundle = 1 << 20
  /// The most contents in a bundle.
  package static let maximumObjects = 65_536
  /// The bytes of the frame that ends a pack.
  package static let endBytes = 5
  /// The bytes of a bundle's frame before its table: kind, three numbers, encoding.
  static let headBytes = 14
  /// The bytes of one row of a bundle's table.
  static let rowBytes = 36
  static let bundleKind: UInt8 = 1
  static let endKind: UInt8 = 0

  /// How the contents of a bundle are stored.
  package enum Encoding: UInt8, Sendable {
    case raw = 0
    case zstd = 1
  }
}

/// What a pack of an untrusted peer may hold.
package struct PackLimits: Hashable, Sendable {
  /// The most bytes of the pack as it travels.
  package var packBytes: Int
  /// The most bytes of one content.
  package var objectBytes: Int
  /// The most bytes of all contents together.
  package var totalBytes: Int
  /// The most contents.
  package var objects: Int

  /// Sets limits.
  package init(packBytes: Int, objectBytes: Int, totalBytes: Int, objects: Int) {
    self.packBytes = packBytes
    self.objectBytes = objectBytes
    self.totalBytes = totalBytes
    self.objects = objects
  }

  /// What a hub takes in one pack unless it is told otherwise.
  package static let upload = PackLimits(
    packBytes: 32 << 20, objectBytes: 8 << 20, totalBytes: 1 << 30, objects: 1_000_000)
}

/// Why bytes are no pack that can be taken.
package enum PackError: Error, Hashable, Sendable {
  /// They do not start like a pack, or a frame's kind or encoding is unknown.
  case malformed
  /// The pack ends before its end frame.
  case truncated
  /// Bytes follow the end frame.
  case trailingBytes
  /// More bytes, contents or content than the limits allow.
  case tooLarge
  /// Announced sizes contradict each other or the stored bytes.
  case wrongSize
  /// The stored bytes cannot be decompressed to what was announced.
  case notDecompressible
  /// A content is not that of its digest.
  case wrongDigest(Digest)
  /// The end frame counts other contents than there were.
  case wrongCount
}

extension PackError: CustomStringConvertible {
  /// What is wrong, as half a sentence.
  package var description: String {
    switch self {
    case .malformed: "it is no pack"
    case .truncated: "it was cut"
    case .trailingBytes: "something follows its end"
    case .tooLarge: "it holds more than was asked for"
    case .wrongSize: "its sizes contradict each other"
    case .notDecompressible: "it cannot be decompressed to what it announces"
    case .wrongDigest(let digest): "a content is not that of its digest \(digest)"
    case .wrongCount: "it does not hold as many contents as it says"
    }
  }
}

/// One content in a bundle.
package struct PackObject: Hashable, Sendable {
  /// The content's digest.
  package var digest: Digest
  /// Where the content starts in the bundle's raw bytes.
  package var offset: Int
  /// The length of the content in bytes.
  package var size: Int

  /// Describes a content in a bundle.
  package init(digest: Digest, offset: Int, size: Int) {
    self.digest = digest
    self.offset = offset
    self.size = size
  }

  /// Where the content stands in the bundle's raw bytes.
  package var range: Range<Int> { offset..<offset + size }
}
