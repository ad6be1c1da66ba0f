@_spi(_Unicode) import Swift

/// The rules for one name of a path.
package enum PathName {
  /// The longest name in bytes that common file systems store.
  package static let maximumBytes = 255

  /// Says what keeps a name, as a file system or a peer spells it, out of a sync.
  package static func problem(in bytes: UnsafeBufferPointer<UInt8>) -> PathProblem? {
    guard let last = bytes.last else { return .empty }
    if bytes.count > maximumBytes { return .nameTooLong }
    var isASCII = true
    var hasTilde = false
    for byte in bytes {
      switch byte {
      case 0..<0x20, 0x7F: return .controlCharacter
      case UInt8(ascii: "\\"), UInt8(ascii: ":"): return .reservedCharacter
      case UInt8(ascii: "/"): return .traversal
      case UInt8(ascii: "~"): hasTilde = true
      case 0x80...: isASCII = false
      default: break
      }
    }
    let first = bytes[0]
    if first == UInt8(ascii: ".") {
      if bytes.count == 1 || (bytes.count == 2 && last == first) { return .traversal }
    }
    if !isASCII, !isUTF8(bytes) { return .notUTF8 }
    if first == UInt8(ascii: ".") || hasTilde || !isASCII {
      if isProtected(String(decoding: bytes, as: UTF8.self)) { return .protectedName }
    }
    if last == UInt8(ascii: ".") || last == UInt8(ascii: " ") { return .trailingDotOrSpace }
    if isDevice(bytes) { return .deviceName }
    return nil
  }

  /// Tells whether some file system would store a name as a protected folder.
  ///
  /// Case, trailing dots and spaces, the code points that HFS+ ignores, streams and short names
  /// are all folded away, as git's tests t1014 and t7450 list them.
  package static func isProtected(_ name: String) -> Bool {
    var folded = String.UnicodeScalarView()
    for scalar in name.unicodeScalars where !isIgnorable(scalar) {
      if scalar == ":" { break }
      folded.append(scalar)
    }
    var text = String(folded).lowercased()
    while let last = text.last, last == "." || last == " " { text.removeLast() }
    switch text {
    case ".git", "git~1", ".syncline", "syncli~1": return true
    default: return false
    }
  }

  /// The canonical form of a name: Unicode normalization form C.
  package static func canonical(_ name: String) -> String {
    var name = name
    let isASCII = name.withUTF8 { $0.allSatisfy { $0 < 0x80 } }
    if isASCII { return name }
    var scalars = String.UnicodeScalarView()
    for scalar in name._nfc { scalars.append(scalar) }
    return String(scalars)
  }

  /// Code points that HFS+ leaves out when it compares names.
  private static func isIgnorable(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x200C...0x200F, 0x202A...0x202E, 0x2060...0x206F, 0xFEFF: true
    default: false
    }
  }

  private static func isUTF8(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    String(validating: bytes, as: UTF8.self) != nil
  }

  private static func isDevice(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    let stem = bytes.firstIndex(of: UInt8(ascii: ".")) ?? bytes.count
    guard stem == 3 || stem == 4 else { return false }
    func letter(_ index: Int) -> UInt8 { bytes[index] | 0x20 }
    let text = (letter(0), letter(1), letter(2))
    func matches(_ name: StaticString) -> Bool {
      let pointer = name.utf8Start
      return text == (pointer[0], pointer[1], pointer[2])
    }
    if stem == 3 { return matches("con") || matches("prn") || matches("aux") || matches("nul") }
    guard (UInt8(ascii: "1")...UInt8(ascii: "9")).contains(bytes[3]) else { return false }
    return matches("com") || matches("lpt")
  }
}
