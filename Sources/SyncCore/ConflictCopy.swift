package import SyncModel

/// How the loser of a conflict is named.
package enum ConflictCopy {
  /// The fewest hexadecimal digits of the digest in a name.
  package static let fewestDigits = 8
  private static let mark = ".conflict-"
  private static let markBytes = Array(mark.utf8)

  /// Names the copy of a path: `name.conflict-<side>-<digits>.ext`.
  ///
  /// The extension is what follows the last dot, together with a `.tar` before it; a dot at the
  /// start of a name begins no extension, and one of more than 32 bytes is none. A name that would
  /// grow over 255 bytes loses the end of its stem, between characters.
  /// - Returns: nothing when the path would become too long.
  package static func path(
    for path: SyncPath, losing side: Side, hex: String, digits: Int = fewestDigits
  ) -> SyncPath? {
    let (stem, suffix) = split(path.name)
    let name = "\(mark)\(side.rawValue)-\(hex.prefix(digits))"
    let room = PathName.maximumBytes - name.utf8.count - suffix.utf8.count
    var kept = stem
    while kept.utf8.count > room, !kept.isEmpty { kept.removeLast() }
    guard !kept.isEmpty else { return nil }
    let whole = kept + name + suffix
    let key = path.parent.map { $0.key + "/" + whole } ?? String(whole)
    return try? SyncPath(validating: key)
  }

  /// Splits a name into its stem and its extension, the dot included.
  package static func split(_ name: Substring) -> (stem: Substring, suffix: Substring) {
    guard let dot = name.dropFirst().lastIndex(of: ".") else { return (name, "") }
    var cut = dot
    let stem = name[..<dot]
    if stem.dropFirst().hasSuffix(".tar") { cut = stem.index(stem.endIndex, offsetBy: -4) }
    let suffix = name[cut...]
    // A stem of dots alone is no stem.
    guard suffix.utf8.count <= 32, name[..<cut].contains(where: { $0 != "." }) else {
      return (name, "")
    }
    return (name[..<cut], suffix)
  }

  /// Tells whether a path has the name of a copy with this very content.
  package static func isCopy(_ path: SyncPath, holding node: Node) -> Bool {
    guard mayBeCopy(path.key) else { return false }
    let hex = hex(of: node)
    return Side.allCases.contains { side in
      let start = "\(mark)\(side.rawValue)-\(hex.prefix(fewestDigits))"
      guard let place = path.name.firstRange(of: start) else { return false }
      let rest = path.name[place.upperBound...].prefix { $0.isHexDigit }
      return hex.dropFirst(fewestDigits).hasPrefix(rest)
    }
  }

  /// Looks for the mark by bytes, because status asks it of every file of a tree.
  private static func mayBeCopy(_ key: String) -> Bool {
    var key = key
    return key.withUTF8 { bytes in
      let mark = markBytes
      guard bytes.count > mark.count else { return false }
      return (0..<bytes.count - mark.count).contains { start in
        bytes[start] == mark[0] && bytes[start...].starts(with: mark)
      }
    }
  }

  /// The hexadecimal digits by which a node is told from others.
  ///
  /// A file's digest; of a link a 64-bit FNV-1a hash of its target.
  package static func hex(of node: Node) -> String {
    switch node {
    case .file(let file): return file.digest.hex
    case .link(let target):
      var hash: UInt64 = 0xCBF2_9CE4_8422_2325
      for byte in target.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
      let digits = String(hash, radix: 16)
      return String(repeating: "0", count: 16 - digits.count) + digits
    }
  }
}
