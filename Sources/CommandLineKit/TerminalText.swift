/// Makes text from elsewhere safe to print: names and contents must not steer a terminal.
package enum TerminalText {
  /// Replaces all that a terminal would obey, or that nobody can see, by escapes: `\n`, `\u{1b}`.
  ///
  /// That is C0 and C1 controls, DEL, line and paragraph separators, direction overrides and code
  /// points without width. `keepingTabs` leaves tabs, for lines of a file.
  package static func escaped(_ text: String, keepingTabs: Bool = false) -> String {
    guard text.unicodeScalars.contains(where: { isUnsafe($0, keepingTabs) }) else { return text }
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      guard isUnsafe(scalar, keepingTabs) else {
        result.append(scalar)
        continue
      }
      switch scalar {
      case "\n": result.append(contentsOf: "\\n".unicodeScalars)
      case "\r": result.append(contentsOf: "\\r".unicodeScalars)
      case "\t": result.append(contentsOf: "\\t".unicodeScalars)
      default:
        let digits = String(scalar.value, radix: 16)
        let padded = digits.count == 1 ? "0" + digits : digits
        result.append(contentsOf: "\\u{\(padded)}".unicodeScalars)
      }
    }
    return String(result)
  }

  /// Escapes a line that we made, apart from the marks of our own ``Style``s in it.
  ///
  /// The last line of defense: whatever a name or a server's words carry, only the colors that we
  /// use ourselves reach the terminal, and none at all where colors are off.
  package static func escapedLine(_ text: String, _ mode: ColorMode) -> String {
    guard mode == .ansi, text.unicodeScalars.contains("\u{1b}") else { return escaped(text) }
    var result = ""
    var rest = text[...]
    while let start = rest.unicodeScalars.firstIndex(of: "\u{1b}") {
      result += escaped(String(rest[..<start]))
      let mark = rest[start...]
      if let end = Style.endOfMark(mark) {
        result += mark[..<end]
        rest = rest[end...]
      } else {
        result += "\\u{1b}"
        rest = rest[rest.unicodeScalars.index(after: start)...]
      }
    }
    return result + escaped(String(rest))
  }

  /// The same for bytes: what is not UTF-8 appears as replacement characters.
  package static func escaped(
    bytes: some Collection<UInt8>, keepingTabs: Bool = false
  ) -> String {
    escaped(String(decoding: bytes, as: UTF8.self), keepingTabs: keepingTabs)
  }

  private static func isUnsafe(_ scalar: Unicode.Scalar, _ keepingTabs: Bool) -> Bool {
    switch scalar.value {
    case 0x09: !keepingTabs
    case 0x20..<0x7f: false
    case 0..<0x20, 0x7f..<0xa0: true
    case 0xad, 0x61c, 0x115f, 0x1160, 0x17b4, 0x17b5, 0x180b...0x180f, 0x200b...0x200f: true
    case 0x2028...0x202e, 0x2060...0x206f, 0x3164, 0xfeff, 0xffa0, 0xfff9...0xfffb: true
    case 0x1d173...0x1d17a, 0xe0000...0xe0fff: true
    default: false
    }
  }

  /// The number of columns that text takes on a terminal.
  package static func width(_ text: String) -> Int {
    text.reduce(0) { $0 + width($1) }
  }

  private static func width(_ character: Character) -> Int {
    var width = 0
    for scalar in character.unicodeScalars {
      // A picture by request: VARIATION SELECTOR-16.
      if scalar.value == 0xfe0f { return 2 }
      width = max(width, self.width(scalar))
    }
    return width
  }

  private static func width(_ scalar: Unicode.Scalar) -> Int {
    if (0x20..<0x7f).contains(scalar.value) { return 1 }
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .control, .format: return 0
    default: break
    }
    switch scalar.value {
    case 0x1100...0x115f, 0x231a...0x231b, 0x2329...0x232a, 0x23e9...0x23ec, 0x25fd...0x25fe,
      0x2614...0x2615, 0x2648...0x2653, 0x26aa...0x26ab, 0x26bd...0x26be, 0x2e80...0x303e,
      0x3041...0x33ff, 0x3400...0x4dbf, 0x4e00...0x9fff, 0xa000...0xa4cf, 0xa960...0xa97f,
      0xac00...0xd7a3, 0xf900...0xfaff, 0xfe30...0xfe6f, 0xff01...0xff60, 0xffe0...0xffe6,
      0x1f300...0x1f64f, 0x1f680...0x1f6ff, 0x1f900...0x1f9ff, 0x1fa70...0x1faff,
      0x20000...0x3fffd:
      return 2
    default:
      return scalar.properties.isEmojiPresentation ? 2 : 1
    }
  }
}
