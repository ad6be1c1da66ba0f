import SyncModel
import TestSupport
import Testing

/// A name or path and what is wrong with it.
struct NameCase: CustomTestStringConvertible, Sendable {
  var text: String
  var problem: PathProblem?

  var testDescription: String {
    text.debugDescription.prefix(40) + " " + (problem?.rawValue ?? "fine")
  }

  static func all(_ problem: PathProblem?, _ texts: [String]) -> [NameCase] {
    texts.map { NameCase(text: $0, problem: problem) }
  }

  static let table: [NameCase] =
    all(
      nil,
      [
        "a", "a/b", "name with spaces", ".hidden", "...x", "a~1", "~", "~a", "gitgit", ".gitignore",
        ".gitattributes", ".github/workflows", "git", "x.git", "com0", "com10", "conx",
        "console.log",
        "\u{E9}", "\u{1F600}", "a'b\"c", "-rf", "$HOME", "a;b", "%2e%2e", "*", "?", "<|>",
        String(repeating: "n", count: 255), String(repeating: "\u{E9}", count: 127),
      ])
    + all(.empty, ["", "a//b", "a/"])
    + all(
      .traversal, ["/", "/etc/passwd", ".", "..", "../a", "a/..", "a/../b", "a/./b", "./a", "//a"])
    + all(.controlCharacter, ["a\nb", "a\u{0}", "\u{1B}[31m", "a\u{7F}", "a\tb", "x/\r"])
    + all(.reservedCharacter, ["a\\b", "..\\a", "c:", "a:b", "file::$DATA"])
    + all(.trailingDotOrSpace, ["a.", "a ", "...", "a/b. ", "a./b"])
    + all(
      .deviceName,
      ["con", "CON", "nul", "NUL.txt", "aux", "prn.tar.gz", "com1", "COM9.x", "lpt1", "a/LPT3/b"])
    + all(
      .protectedName,
      [
        ".git", ".GIT", ".Git/config", "a/.git/hooks/pre-commit", ".git.", ".git ", ".git. .",
        "git~1", "GIT~1", ".g\u{200C}it", ".gi\u{FEFF}t", "\u{200D}.git", ".git\u{202E}",
        ".syncline", ".SYNCLINE/state.db", "a/.Syncline", "syncli~1", ".sync\u{2060}line",
      ])
    + all(
      .nameTooLong,
      [String(repeating: "n", count: 256), "a/" + String(repeating: "\u{E9}", count: 128)])
    + all(.pathTooLong, [String(repeating: "abcdefg/", count: 512) + "x"])
    + all(.tooDeep, [Array(repeating: "a", count: 129).joined(separator: "/")])
}

@Suite struct `Paths` {
  @Test(arguments: NameCase.table)
  func `a hostile name is refused for its reason`(row: NameCase) {
    if let problem = row.problem {
      #expect(throws: problem) { try SyncPath(validating: row.text) }
    } else {
      #expect(throws: Never.self) { try SyncPath(validating: row.text) }
    }
  }

  @Test(arguments: [
    [0x61, 0xFF], [0xC3], [0xC0, 0xAF], [0xED, 0xA0, 0x80], [0xF5, 0x80, 0x80, 0x80],
  ])
  func `bytes that are not UTF-8 are refused`(bytes: [UInt8]) {
    #expect(throws: PathProblem.notUTF8) { try SyncPath(validating: bytes) }
    bytes.withUnsafeBufferPointer { #expect(PathName.problem(in: $0) == .notUTF8) }
  }

  @Test func `twins in two normalization forms share one key`() throws {
    let composed = try SyncPath(validating: "caf\u{E9}/n")
    let decomposed = try SyncPath(validating: "cafe\u{301}/n")
    #expect(composed == decomposed)
    #expect(composed.hashValue == decomposed.hashValue)
    #expect(Array(decomposed.key.utf8) == Array("caf\u{E9}/n".utf8))
  }

  @Test func `names that differ in case only fold together`() {
    func folded(_ text: String) -> String { SyncPath(trusted: text).folded }
    #expect(folded("Read/ME") == folded("rEAD/me"))
    #expect(folded("STRASSE") == folded("stra\u{DF}e"))
    #expect(folded("\u{17F}") == folded("S"))
    #expect(folded("\u{C9}") == folded("\u{E9}"))
    #expect(folded("a") != folded("b"))
  }

  @Test func `a mark that combines with a slash hides no name`() throws {
    let path = try SyncPath(validating: "d/\u{301}x/y")
    #expect(path.names.map { Array($0.utf8) } == ["d", "\u{301}x", "y"].map { Array($0.utf8) })
    #expect(path.parent?.parent?.key == "d")
  }

  @Test func `a path knows its parts`() {
    let path = SyncPath(trusted: "a/b/c.txt")
    #expect(path.names == ["a", "b", "c.txt"])
    #expect(path.name == "c.txt")
    #expect(path.parent?.key == "a/b")
    #expect(path.ancestors.map(\.key) == ["a/b", "a"])
    #expect(SyncPath(trusted: "a").parent == nil)
    #expect(SyncPath(trusted: "a").appending("b").key == "a/b")
    #expect(path.isBelow(SyncPath(trusted: "a")))
    #expect(!path.isBelow(path))
    #expect(!SyncPath(trusted: "ab/c").isBelow(SyncPath(trusted: "a")))
  }

  @Test func `a folder is followed directly by what is below it`() {
    let sorted = ["a", "a/b", "a/b/c", "a/c", "a b", "a!", "a-b", "a.txt", "a0", "aa", "b"]
    let paths = sorted.map { SyncPath(trusted: $0) }
    #expect(paths.shuffled().sorted().map(\.key) == sorted)
  }

  @Test func `the order is that of a depth-first walk of sorted names`() {
    var random = SeededGenerator(seed: 11)
    let names = ["a", "b", "A", "a.b", "a b", "a-", "\u{E9}", "zz", "long-name-over-eight-bytes"]
    for _ in 0..<200 {
      let paths = Set(
        (0..<12).map { _ in
          (0...Int(random.next() % 3)).map { _ in random.pick(names) }.joined(separator: "/")
        })
      let walked = paths.sorted { left, right in
        let (left, right) = (left.split(separator: "/"), right.split(separator: "/"))
        return left.lexicographicallyPrecedes(right) {
          $0.utf8.lexicographicallyPrecedes($1.utf8)
        }
      }
      #expect(paths.map { SyncPath(trusted: $0) }.sorted().map(\.key) == walked)
    }
  }

  @Test func `order and equality agree on every pair`() {
    let paths = ["a", "a/b", "12345678", "12345678/", "12345678x", "1234567", "12345679"]
      .map { SyncPath(trusted: $0) }
    for (i, left) in paths.enumerated() {
      for (j, right) in paths.enumerated() {
        #expect((left == right) == (i == j))
        #expect([left < right, left == right, right < left].filter(\.self).count == 1)
      }
    }
  }
}
