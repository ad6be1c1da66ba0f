/// A request target taken apart: its path, segment by segment, and its query.
package struct HTTPTarget: Sendable, Equatable {
  /// One name and value of the query, both decoded.
  package struct Pair: Sendable, Equatable {
    package let name: String
    package let value: String
  }

  /// The path as it was sent, still encoded, without the query.
  package let rawPath: String
  /// The path's segments, each decoded exactly once; `/` has none, and `/a/` has `a` and an empty one.
  package let segments: [String]
  /// The query in order; `+` stands for a space.
  package let query: [Pair]

  /// Takes a target apart, or returns nil: not starting with `/`, bytes outside of printable ASCII,
  /// a broken escape, an escaped NUL, or text that is not UTF-8.
  package init?(_ target: String) {
    let bytes = Array(target.utf8)
    guard bytes.first == UInt8(ascii: "/"),
      bytes.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "#") })
    else { return nil }
    let mark = bytes.firstIndex(of: UInt8(ascii: "?")) ?? bytes.endIndex
    let path = bytes[..<mark]
    var segments: [String] = []
    if path.count > 1 {
      let pieces = path.dropFirst().split(
        separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
      for piece in pieces {
        guard let text = decode(piece, plusIsSpace: false) else { return nil }
        segments.append(text)
      }
    }
    var query: [Pair] = []
    for piece in bytes[mark...].dropFirst().split(separator: UInt8(ascii: "&")) {
      let equals = piece.firstIndex(of: UInt8(ascii: "=")) ?? piece.endIndex
      guard let name = decode(piece[..<equals], plusIsSpace: true),
        let value = decode(piece[equals...].dropFirst(), plusIsSpace: true)
      else { return nil }
      query.append(Pair(name: name, value: value))
    }
    self.rawPath = String(decoding: path, as: UTF8.self)
    self.segments = segments
    self.query = query
  }
}

/// Decodes percent escapes once, or returns nil for a broken escape, a NUL or text not in UTF-8.
private func decode(_ piece: ArraySlice<UInt8>, plusIsSpace: Bool) -> String? {
  var bytes: [UInt8] = []
  bytes.reserveCapacity(piece.count)
  var index = piece.startIndex
  while index < piece.endIndex {
    let byte = piece[index]
    if byte == UInt8(ascii: "%") {
      guard index + 2 < piece.endIndex, let high = hexValue(piece[index + 1]),
        let low = hexValue(piece[index + 2]), high | low != 0
      else { return nil }
      bytes.append(high << 4 | low)
      index += 3
    } else {
      bytes.append(plusIsSpace && byte == UInt8(ascii: "+") ? 0x20 : byte)
      index += 1
    }
  }
  return String(validating: bytes, as: UTF8.self)
}

private func hexValue(_ byte: UInt8) -> UInt8? {
  switch byte {
  case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
  case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
  case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
  default: nil
  }
}
