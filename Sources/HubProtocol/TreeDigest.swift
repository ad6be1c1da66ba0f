import Crypto
package import SyncModel

/// The sum, modulo 2^256, of a digest of each entry of a tree.
///
/// Adding and removing entries keeps it up to date without reading the tree again, in any order.
/// It guards against mistakes, not against a peer that means harm.
package struct TreeDigest: Hashable, Sendable {
  /// The sum in four words, the most significant first.
  private var high: UInt64
  private var upper: UInt64
  private var lower: UInt64
  private var low: UInt64

  /// The digest of the empty tree: zero.
  package init() {
    (high, upper, lower, low) = (0, 0, 0, 0)
  }

  /// The digest of the entries of a tree; blocked ones do not count.
  package init(_ tree: Tree) {
    self.init()
    for entry in tree.entries {
      if let node = entry.node { add(entry.path, node) }
    }
  }

  /// Reads 64 lowercase hexadecimal digits, or nothing from anything else.
  package init?(hex: String) {
    var copy = hex
    let words = copy.withUTF8 { digits -> (UInt64, UInt64, UInt64, UInt64)? in
      let bytes = UnsafeRawBufferPointer(digits)
      guard bytes.count == 64, let first = WireDigest.word(bytes, at: 0),
        let second = WireDigest.word(bytes, at: 16), let third = WireDigest.word(bytes, at: 32),
        let fourth = WireDigest.word(bytes, at: 48)
      else { return nil }
      return (first, second, third, fourth)
    }
    guard let words else { return nil }
    (high, upper, lower, low) = words
  }

  /// The 64 hexadecimal digits.
  package var hex: String {
    Digest(words: (high, upper, lower, low)).hex
  }

  /// Adds an entry that the tree did not have.
  package mutating func add(_ path: SyncPath, _ node: Node) {
    let term = Self.term(path, node).words
    var carry: UInt64 = 0
    low = Self.sum(low, term.3, &carry)
    lower = Self.sum(lower, term.2, &carry)
    upper = Self.sum(upper, term.1, &carry)
    high = Self.sum(high, term.0, &carry)
  }

  /// Removes an entry that the tree had.
  package mutating func remove(_ path: SyncPath, _ node: Node) {
    let term = Self.term(path, node).words
    var borrow: UInt64 = 0
    low = Self.difference(low, term.3, &borrow)
    lower = Self.difference(lower, term.2, &borrow)
    upper = Self.difference(upper, term.1, &borrow)
    high = Self.difference(high, term.0, &borrow)
  }

  /// Puts one node in the place of another; nothing stands for absence.
  package mutating func replace(_ path: SyncPath, _ before: Node?, with after: Node?) {
    if let before { remove(path, before) }
    if let after { add(path, after) }
  }

  private static func sum(_ left: UInt64, _ right: UInt64, _ carry: inout UInt64) -> UInt64 {
    let (partial, first) = left.addingReportingOverflow(right)
    let (total, second) = partial.addingReportingOverflow(carry)
    carry = first || second ? 1 : 0
    return total
  }

  private static func difference(
    _ left: UInt64, _ right: UInt64, _ borrow: inout UInt64
  ) -> UInt64 {
    let (partial, first) = left.subtractingReportingOverflow(right)
    let (total, second) = partial.subtractingReportingOverflow(borrow)
    borrow = first || second ? 1 : 0
    return total
  }

  /// SHA-256 of `path NUL kind NUL digest-or-target NUL x`.
  private static func term(_ path: SyncPath, _ node: Node) -> Digest {
    let nodeBytes: Int
    switch node {
    case .file: nodeBytes = 64
    case .link(let target): nodeBytes = target.utf8.count
    }
    let capacity = path.key.utf8.count + nodeBytes + 5
    return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: capacity) { buffer in
      var count = 0
      func put(_ byte: UInt8) {
        buffer.initializeElement(at: count, to: byte)
        count += 1
      }
      func put(_ text: String) {
        for byte in text.utf8 { put(byte) }
      }
      put(path.key)
      put(0)
      switch node {
      case .file(let file):
        put(UInt8(ascii: "f"))
        put(0)
        file.digest.withBytes { bytes in
          for byte in bytes {
            put(hexDigit(byte >> 4))
            put(hexDigit(byte & 15))
          }
        }
        put(0)
        put(file.isExecutable == true ? UInt8(ascii: "1") : UInt8(ascii: "0"))
      case .link(let target):
        put(UInt8(ascii: "l"))
        put(0)
        put(target)
        put(0)
        put(UInt8(ascii: "0"))
      }
      return SHA256.hash(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(buffer)[..<count]))
    }
  }

  private static func hexDigit(_ value: UInt8) -> UInt8 {
    value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
  }
}

extension TreeDigest: CustomStringConvertible {
  /// The 64 hexadecimal digits.
  package var description: String { hex }
}
