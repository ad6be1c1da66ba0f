/// The contents of the simulated world: small texts, all of one size, each unlike all others.
package enum Texts {
  /// The paths that occur: a folder that is also a file, case and accents.
  package static let paths = [
    "a", "b", "A", "d", "d/x", "d/y", "d/x/z", "D/x", "e.txt", "\u{E9}/n", "e\u{301}/n",
    "\u{E9}", "f", "g/h",
  ]
  /// The file of rules.
  package static let rules = ".gitignore"
  static let lines = 9

  /// A text of its own for a number.
  package static func text(_ number: Int) -> [UInt8] {
    var text = "top\n"
    for line in 0..<lines { text += Texts.line(line, number) }
    return Array((text + "end\n").utf8)
  }

  /// Where a link points to: out of the project, to a file in it, or to nothing.
  static func target(_ number: Int) -> [UInt8] {
    switch number % 3 {
    case 0: Array("../../outside/secret".utf8)
    case 1: Array("b".utf8)
    default: Array("to \(number)".utf8)
    }
  }

  /// A line, always of the same size.
  static func line(_ line: Int, _ number: Int) -> String {
    let digits = String(number)
    return "line \(line) " + String(repeating: "0", count: max(0, 6 - digits.count)) + digits + "\n"
  }

  /// A text with one line changed; another text is replaced whole.
  static func changing(_ bytes: [UInt8], line: Int, to number: Int) -> [UInt8] {
    var lines = bytes.split(separator: 10, omittingEmptySubsequences: false)
    guard lines.count == Texts.lines + 3 else { return text(number) }
    lines[1 + line % Texts.lines] = ArraySlice(Texts.line(line, number).utf8.dropLast())
    return Array(lines.joined(separator: [10]))
  }

  /// The same text with other line ends.
  static func text(_ bytes: [UInt8], ending ends: LineEnds) -> [UInt8] {
    var result: [UInt8] = []
    for byte in plain(bytes) {
      guard byte == 10 else {
        result.append(byte)
        continue
      }
      switch ends {
      case .lineFeed: result.append(10)
      case .both: result += [13, 10]
      case .mixed: result += result.count % 3 == 0 ? [13, 10] : [10]
      case .carriageReturn: result.append(13)
      }
    }
    return result
  }

  /// A text with every line end as `\n`.
  static func plain(_ bytes: [UInt8]) -> [UInt8] {
    guard bytes.contains(13) else { return bytes }
    var result: [UInt8] = []
    for (index, byte) in bytes.enumerated() where byte != 10 || index == 0 || bytes[index - 1] != 13
    {
      result.append(byte == 13 ? 10 : byte)
    }
    return result
  }

  /// Whether bytes can be a whole file of this world, and not a part of one.
  package static func isWhole(_ file: [UInt8]) -> Bool {
    let bytes = plain(file)
    guard !bytes.contains(0) else { return false }
    if bytes.starts(with: Array("# rules\n".utf8)) { return bytes.last == 10 }
    return bytes.starts(with: Array("top\n".utf8)) && bytes.suffix(4) == Array("end\n".utf8)
  }

  static func rules(ignoring path: String?) -> [UInt8] {
    Array(("# rules\n" + (path.map { "/\($0)\n" } ?? "")).utf8)
  }

  /// The paths that the rules of a folder leave out, with all that is below them.
  static func ignored(by rules: [UInt8]?) -> [String] {
    guard let rules else { return [] }
    return String(decoding: rules, as: UTF8.self).split(separator: "\n").filter {
      $0.hasPrefix("/")
    }.map { String($0.dropFirst()) }
  }
}
