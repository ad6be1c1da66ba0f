package import SyncModel

/// How the loser of a conflict is named.
package enum ConflictCopy {
  /// The fewest hexadecimal digits of the digest in a name.
  package static let fewestDigits = 8

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
    let mark = ".conflict-\(side.rawValue)-\(hex.prefix(digits))"
    let room = PathName.maximumBytes - mark.utf8.count - suffix.utf8.count
    var kept = stem
    while kept.utf8.count > room, !kept.isEmpty { kept.removeLast() }
    guard !kept.isEmpty else { return nil }
    let name = kept + mark + suffix
    let key = path.parent.map { $0.key + "/" + name } ?? String(name)
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
