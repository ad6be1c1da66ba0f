package import SyncModel

/// A name that has broken, or might break, some program that met it; of our own collection.
package struct HostileName: Sendable, CustomStringConvertible {
  /// The name as the file system would hold it.
  package let bytes: [UInt8]
  /// Why it cannot take part in a sync; nothing where it can.
  package let problem: PathProblem?

  private init(_ bytes: [UInt8], _ problem: PathProblem? = nil) {
    self.bytes = bytes
    self.problem = problem
  }

  package var description: String {
    String(decoding: bytes, as: UTF8.self).unicodeScalars.reduce(into: "") { text, scalar in
      text += scalar.escaped(asASCII: true)
    }
  }

  /// The name as a text; invalid bytes are replaced.
  package var text: String { String(decoding: bytes, as: UTF8.self) }

  /// Every name of the collection.
  package static let all: [HostileName] =
    plain.map { HostileName(Array($0.utf8)) }
    + refused.flatMap { problem, names in
      names.map { HostileName(Array($0.utf8), problem) }
    }
    + notUTF8.map { HostileName($0, .notUTF8) }
    + long

  /// Names that every rule lets in, whatever they look like.
  private static let plain: [String] = [
    // Options, shell and glob signs.
    "-rf", "--help", "-", "--", "a b", " leading", "a  b", "$HOME", "$(id)", "`id`", "a;b", "a&b",
    "a|b", "a>b", "a<b", "!!", "#c", "%PATH%", "*", "?", "[a]", "{a,b}", "~", "~root", "a~1",
    "'", "\"", "a'b\"c", "(x)", "a=b", "@file", "^", "a,b", "+", "a%2fb", "..a", "...a", "a..b",
    // Formats, markup, scripts, tables, queries.
    "%s%n%x", "%00", "{0}", "${jndi}", "<b>", "<img src=x onerror=alert(1)>", "&amp;", "=1+1",
    "@SUM(1)", "' OR 1=1 --", "null", "true", "nil", "NaN", "undefined", "0", "-0", "1e309",
    "__proto__", "constructor", "key- value", "- item", "? key", "&anchor", "!tag", "|", ">",
    // Letters of other kinds; each of these is its own form C.
    "é", "ñ", "Ω", "ß", "ẞ", "ı", "İ", "ſ", "ﬁ", "日本語", "한글", "العربية", "עברית", "ไทย",
    "हिन्दी", "👩‍👩‍👧", "🏳️‍🌈", "e\u{301}\u{302}\u{303}", "a\u{200B}b", "a\u{AD}b", "\u{2060}x",
    "x\u{202E}txt.exe", "\u{2066}x\u{2069}", "\u{FEFF}bom", "a\u{2028}b", "a\u{85}b", "a\u{A0}b",
    "\u{3000}", "／", "．．", "∕", "‥", "：", "\u{FFFD}", "\u{10FFFF}", "\u{E000}", "\u{1D173}",
    // Near misses of what is refused.
    "git", "git~", "gitx", "con1", "com0", "com10", "lpt", "conin", "nulx", "a.con", "auxx.txt",
    "CON_", "a.b.c.d", "syncline", "thumbs", "desktop.ini",
  ]

  /// Names that are refused, by the reason.
  private static let refused: [(PathProblem, [String])] = [
    (.empty, [""]), (.traversal, [".", ".."]),
    (
      .controlCharacter,
      [
        "a\nb", "a\rb", "a\tb", "a\u{0}b", "\u{1B}[31mred", "\u{1B}]0;title\u{7}", "a\u{7F}",
        "\u{8}\u{8}x",
      ]
    ),
    (.reservedCharacter, ["a\\b", "..\\..\\x", "C:", "a:b", ".git::$INDEX_ALLOCATION", "a:"]),
    (
      .protectedName,
      [
        ".git", ".GIT", ".Git", ".git.", ".git ", ".git...", ".git. .", "git~1", "GIT~1",
        ".g\u{200C}it", ".gi\u{200D}t", "\u{FEFF}.git", ".git\u{200E}", ".g\u{2060}it",
        "\u{202E}.git", ".syncline", ".SyncLine", "syncli~1", "SYNCLI~1", ".syncline ",
      ]
    ),
    (.trailingDotOrSpace, ["a.", "a ", "a. ", "...", "a..", "é.", " ", "日本 "]),
    (
      .deviceName,
      ["CON", "con", "nul", "NUL.txt", "prn.a.b", "aux", "COM1", "com9.log", "LPT1", "lpt9"]
    ),
  ]

  private static let notUTF8: [[UInt8]] = [
    [0xFF], [0x61, 0xC3], [0xC0, 0xAF], [0xE0, 0x80, 0xAF], [0xED, 0xA0, 0x80],
    [0xF4, 0x90, 0x80, 0x80], [0x80], [0xF8, 0x88, 0x80, 0x80, 0x80],
  ]

  private static let long: [HostileName] = [
    HostileName([UInt8](repeating: 0x61, count: 255)),
    HostileName([UInt8](repeating: 0x61, count: 256), .nameTooLong),
    HostileName(Array(String(repeating: "日", count: 85).utf8)),
    HostileName(Array(String(repeating: "日", count: 86).utf8), .nameTooLong),
  ]

  /// Pairs of spellings that are one name: the key, and another way to write it.
  package static let twins: [(key: String, spelling: String)] = [
    ("é", "e\u{301}"), ("Å", "\u{212B}"), ("한", "\u{1112}\u{1161}\u{11AB}"),
    ("ệ", "e\u{323}\u{302}"), ("ệ", "e\u{302}\u{323}"), ("Ω", "\u{2126}"),
    ("ṩ", "s\u{307}\u{323}"),
  ]
}
