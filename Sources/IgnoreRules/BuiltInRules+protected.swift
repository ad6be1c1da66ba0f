extension BuiltInRules {
  private static let git = Array("git".utf8)
  private static let syncline = Array("syncline".utf8)
  private static let gitShort = Array("git~".utf8)
  private static let synclineShort = Array("syncli~".utf8)
  private static let configuration = Array("syncline.yaml".utf8)

  /// Tells whether a name is `.git` or `.syncline`, or may be taken for one by some file system.
  ///
  /// Counted in are other cases, code points that HFS+ skips, dots and spaces at the end, alternate
  /// streams and short names. Such a name is never read and never written.
  package static func isProtected(_ name: Bytes) -> Bool {
    protectedRule(for: name) != nil
  }

  /// Tells whether a name is `.git` or `.syncline`, or may be taken for one by some file system.
  package static func isProtected(_ name: String) -> Bool {
    withBytes(of: name) { isProtected($0) }
  }

  /// Tells whether a name is `syncline.yaml`, or may be taken for it by some file system.
  package static func isConfiguration(_ name: Bytes) -> Bool {
    guard let first = name.first, first >= 0x80 || lowercased(first) == UInt8(ascii: "s") else {
      return false
    }
    let plain = plainName(name)
    return plain == configuration
      || plain.starts(with: synclineShort) && plain.suffix(4).elementsEqual(".yam".utf8)
  }

  static func protectedRule(for name: Bytes) -> BuiltInRule? {
    guard let first = name.first else { return nil }
    switch lowercased(first) {
    case UInt8(ascii: "."), UInt8(ascii: "g"), UInt8(ascii: "s"), 0x80...:
      break
    default:
      return nil
    }
    // The common case: neither a dot nor an invisible code point first, and no short name.
    if first < 0x80, first != UInt8(ascii: "."), !name.contains(UInt8(ascii: "~")) { return nil }
    let plain = plainName(name)
    if plain.first == UInt8(ascii: ".") {
      if plain.dropFirst().elementsEqual(git) { return .versionControl }
      if plain.dropFirst().elementsEqual(syncline) { return .ownState }
      return nil
    }
    if isShort(plain, gitShort) { return .versionControl }
    if isShort(plain, synclineShort) { return .ownState }
    return nil
  }

  /// Tells whether a name is `stem` and digits, as NTFS makes up short names.
  private static func isShort(_ name: [UInt8], _ stem: [UInt8]) -> Bool {
    name.count > stem.count && name.starts(with: stem)
      && name[stem.count...].allSatisfy { (0x30...0x39).contains($0) }
  }

  /// A name as the most forgetful file system would keep it.
  private static func plainName(_ name: Bytes) -> [UInt8] {
    var plain: [UInt8] = []
    for scalar in String(decoding: name, as: UTF8.self).unicodeScalars {
      switch scalar.value {
      case 0x3a, 0x5c:
        // A stream's name, or what Windows takes for another folder.
        return trimmed(plain)
      case 0x00ad, 0x200b...0x200f, 0x202a...0x202e, 0x2060...0x206f, 0xfe00...0xfe0f, 0xfeff:
        continue
      case 0x017f:
        plain.append(UInt8(ascii: "s"))
      case 0..<0x80:
        plain.append(lowercased(UInt8(scalar.value)))
      default:
        plain.append(contentsOf: UTF8.encode(scalar).map(Array.init) ?? [])
      }
    }
    return trimmed(plain)
  }

  private static func trimmed(_ name: [UInt8]) -> [UInt8] {
    let end = name.lastIndex { $0 != UInt8(ascii: ".") && $0 != UInt8(ascii: " ") }
    return end.map { Array(name[...$0]) } ?? []
  }
}
