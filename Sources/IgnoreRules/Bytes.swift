/// The bytes of a name or a path, as the file system has them.
///
/// The memory is borrowed for one call and never kept.
package typealias Bytes = UnsafeBufferPointer<UInt8>

let slash = UInt8(ascii: "/")
let backslash = UInt8(ascii: "\\")

extension UnsafeBufferPointer where Element == UInt8 {
  /// Tells whether the bytes from `offset` on begin with `other`.
  func holds(_ other: Bytes, at offset: Int) -> Bool {
    guard offset >= 0, count - offset >= other.count else { return false }
    var index = 0
    while index < other.count {
      if self[offset + index] != other[index] { return false }
      index += 1
    }
    return true
  }

  /// Tells whether both hold the same bytes.
  func equals(_ other: Bytes) -> Bool {
    count == other.count && holds(other, at: 0)
  }

  /// Tells whether the bytes end with `other`.
  func ends(with other: Bytes) -> Bool {
    holds(other, at: count - other.count)
  }

  /// The bytes from `start` up to `end`.
  func part(_ start: Int, _ end: Int) -> Bytes {
    Bytes(rebasing: self[start..<end])
  }
}

/// Calls `body` with the UTF-8 bytes of `text`.
func withBytes<Result>(of text: String, _ body: (Bytes) -> Result) -> Result {
  var text = text
  return text.withUTF8(body)
}
