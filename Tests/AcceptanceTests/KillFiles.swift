import Platform
import TestSupport

/// The files of a world in which processes are killed, and what two people do to them.
struct KillFiles {
  private let texts: [(name: String, text: String)]
  private let bulks: [(name: String, bytes: [UInt8])]
  private let isSmall: Bool

  /// Makes up about 150 texts and some files of a few MB, one of which goes in parts.
  init(random: inout SeededGenerator, isSmall: Bool) throws {
    self.isSmall = isSmall
    texts = (0..<(isSmall ? 24 : 150)).map { index in
      let lines = 1 + Int(random.next() % 60)
      var text = ""
      for _ in 0..<lines { text += "line \(index) \(random.next() % 1_000_000)\n" }
      return ("folder\(index % 12)/file\(index).txt", text)
    }
    bulks = (0..<(isSmall ? 1 : 3)).map { index in
      ("bulk\(index).bin", KillFiles.noise(3_000_000 + index, &random))
    }
  }

  private static func noise(_ count: Int, _ random: inout SeededGenerator) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(count + 8)
    while bytes.count < count {
      withUnsafeBytes(of: random.next()) { bytes.append(contentsOf: $0) }
    }
    bytes.removeLast(bytes.count - count)
    return bytes
  }

  /// Writes all of them, and some links.
  func fill(_ clone: Clone) throws {
    for (name, text) in texts { try clone.write(text, to: name) }
    for (name, bytes) in bulks { try clone.write(bytes, to: name) }
    for index in 0..<4 { try clone.link("link\(index)", to: "folder0/file\(index * 12).txt") }
  }

  /// Edits, deletes, renames, adds; changes modes, links and kinds.
  ///
  /// Two people with different
  /// halves never meet at one path.
  func perturb(_ clone: Clone, as name: String, half: Int) throws {
    var random = SeededGenerator(seed: UInt64(half) + 11)
    let mine = texts.enumerated().filter { $0.offset % 2 == half }.map(\.element)
    let part = mine.count / 12
    for (index, file) in mine.enumerated() {
      switch index / part {
      case 0, 1, 2:
        try clone.write(
          file.text + "edited by \(name) \(random.next() % 1_000_000)\n", to: file.name)
      case 3: try clone.remove(file.name)
      case 4: try clone.rename(file.name, to: file.name + "-" + name)
      case 5: try clone.setMode(0o755, of: file.name)
      case 6 where index % part == 0:
        try clone.remove(file.name)
        try clone.write("below, by \(name)\n", to: file.name + "/inner")
      default: break
      }
    }
    for index in 0..<part * 2 {
      try clone.write("new \(index) by \(name) \(random.next())\n", to: "new-\(name)/n\(index)")
    }
    // Twice the same content, so that one staged file serves two places.
    for copy in ["x", "y"] { try clone.write("the same by \(name)\n", to: "same-\(name)-\(copy)") }
    // Long enough to be sent in parts.
    try clone.write(KillFiles.noise(isSmall ? 100_000 : 9_000_000, &random), to: "bulk-\(name).bin")
    try clone.write(
      KillFiles.noise(1_200_000, &random), to: half == 0 ? "bulk0.bin" : "bulk-more.bin")
    try clone.remove("link\(half)")
    try clone.link("link\(half)", to: "new-\(name)/n0")
    try clone.link("link-\(name)", to: "new-\(name)/n1")
    try clone.remove("link\(half + 2)")
  }
}
