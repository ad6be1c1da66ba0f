import TOML
import Testing

@Suite struct TOMLTests {
  struct Refusal: CustomTestStringConvertible, Sendable {
    var text: String
    var error: TOMLError
    var testDescription: String { text }

    init(_ text: String, _ kind: TOMLError.Kind, _ line: Int, _ column: Int) {
      self.text = text
      error = TOMLError(kind, line: line, column: column)
    }
  }

  private func error(_ bytes: [UInt8], _ limits: TOMLLimits = TOMLLimits()) -> TOMLError? {
    do throws(TOMLError) {
      try TOML.validate(bytes, limits: limits)
      return nil
    } catch {
      return error
    }
  }

  @Test func `a document with everything in it is well formed`() {
    let text = #"""
      # A comment – with UTF-8
      title = "TOML \"quoted\" \u00e9 \U0001F600"
      'literal key' = 'C:\path'
      "" = "an empty key"
      a.b . "c d" = 1
      a.b.e = { x = 1, y.z = [ ], empty = {} }
      long = """
      one "two" ""three"" \
         folded \t
      """""
      raw = '''it's '' raw \n'''
      numbers = [ 0, +1, -17, 1_000, 0xDEAD_beef, 0o755, 0b1_0, 9223372036854775807,
        -9_223_372_036_854_775_808, # a comment
        3.14, -0.0, 5e+22, 1e06, 6.626e-34, 1_0.0_1, inf, -nan, +inf,
      ]
      dates = [1979-05-27T07:32:00Z, 1979-05-27 00:32:00.999999-07:00, 2024-02-29, 07:32:00,
        1979-05-27t07:32:60z, 23:59:59.5]
      yes = true

      [table]
      key = "value"
      [table.sub."x.y"]
      [ other . implied . deep ]
      [other]
      x = 1
      implied.y = 2
      [[list]]
      name = "one"
      [list.inner]
      [[list]]
      [list.inner]
      [[list.more]]
      1234 = "a bare key of digits"
      """#
    #expect(error(Array(text.utf8)) == nil)
    #expect(error(Array(text.replacing("\n", with: "\r\n").utf8)) == nil)
    #expect(TOML.isWellFormed([]))
    #expect(TOML.isWellFormed([0xEF, 0xBB, 0xBF] + Array("a = 1".utf8)))
  }

  @Test func `subtables may be added to tables of dotted keys`() {
    let text = "[fruit]\napple.color = 1\napple.taste.sweet = true\n[fruit.apple.texture]\nx = 1"
    #expect(error(Array(text.utf8)) == nil)
  }

  @Test(arguments: [
    Refusal("a", .expectedEquals, 1, 2),
    Refusal("= 1", .expectedKey, 1, 1),
    Refusal("a = ", .expectedValue, 1, 5),
    Refusal("a = nope", .expectedValue, 1, 5),
    Refusal("a = True", .expectedValue, 1, 5),
    Refusal("a = 1 b = 2", .expectedLineEnd, 1, 7),
    Refusal("a = 1\nb = \"x\ny\"", .unterminatedString, 2, 7),
    Refusal("é = 1", .expectedKey, 1, 1),
    Refusal("\"é\" = 'ü' x", .expectedLineEnd, 1, 11),
    Refusal("a. = 1", .expectedKey, 1, 4),
    Refusal("\"\"\"a\"\"\" = 1", .expectedEquals, 1, 3),
    Refusal("a = \"\\e\"", .badEscape, 1, 6),
    Refusal("a = \"\\uD800\"", .badEscape, 1, 6),
    Refusal("a = \"\\U00110000\"", .badEscape, 1, 6),
    Refusal("a = \"\\u12\"", .badEscape, 1, 6),
    Refusal("a = \"\"\"x\"\"\"\"\"\"", .expectedLineEnd, 1, 14),
    Refusal("a = '''x", .unterminatedString, 1, 9),
    Refusal("a = \"\"\"\\ x\n\"\"\"", .badEscape, 1, 8),
    Refusal("a = '\u{1}'", .controlCharacter, 1, 6),
    Refusal("# \u{7F}", .controlCharacter, 1, 3),
    Refusal("a = 1\rb = 2", .controlCharacter, 1, 6),
    Refusal("a = 01", .badNumber, 1, 5),
    Refusal("a = 1__0", .badNumber, 1, 5),
    Refusal("a = _1", .badNumber, 1, 5),
    Refusal("a = 1_", .badNumber, 1, 5),
    Refusal("a = 1.", .badNumber, 1, 5),
    Refusal("a = .5", .badNumber, 1, 5),
    Refusal("a = 1.e5", .badNumber, 1, 5),
    Refusal("a = 03.5", .badNumber, 1, 5),
    Refusal("a = 0x", .badNumber, 1, 5),
    Refusal("a = +0x1", .badNumber, 1, 5),
    Refusal("a = 0b2", .badNumber, 1, 5),
    Refusal("a = 9223372036854775808", .badNumber, 1, 5),
    Refusal("a = 2023-02-29", .badDate, 1, 5),
    Refusal("a = 2023-13-01", .badDate, 1, 5),
    Refusal("a = 24:00:00", .badDate, 1, 5),
    Refusal("a = 07:32", .badDate, 1, 5),
    Refusal("a = 1979-05-27T07:32:00+24:00", .badDate, 1, 5),
    Refusal("a = 1979-05-27T", .badDate, 1, 5),
    Refusal("a = [1 2]", .expectedComma, 1, 8),
    Refusal("a = [1,\n", .expectedValue, 2, 1),
    Refusal("a = [,]", .expectedValue, 1, 6),
    Refusal("a = {x = 1,}", .expectedKey, 1, 12),
    Refusal("a = {x = 1\n}", .expectedComma, 1, 11),
    Refusal("a = {x = 1", .expectedComma, 1, 11),
    Refusal("[a", .expectedBracket, 1, 3),
    Refusal("[]", .expectedKey, 1, 2),
    Refusal("[[a] ]", .expectedBracket, 1, 4),
    Refusal("[ [a]]", .expectedKey, 1, 3),
    Refusal("[a] b = 1", .expectedLineEnd, 1, 5),
    Refusal("a = 1\n\"a\" = 2", .duplicateKey, 2, 1),
    Refusal("a = {x = 1, x = 2}", .duplicateKey, 1, 13),
    Refusal("a = 1\na.b = 2", .notATable, 2, 1),
    Refusal("a = {}\na.b = 2", .notATable, 2, 1),
    Refusal("a = {}\n[a.b]", .notATable, 2, 2),
    Refusal("a = {}\n[a]", .duplicateKey, 2, 2),
    Refusal("a = []\n[[a]]", .duplicateTable, 2, 3),
    Refusal("[a]\n[a]", .duplicateTable, 2, 2),
    Refusal("[a]\nb.c = 1\n[a.b]", .duplicateTable, 3, 4),
    Refusal("[a.b.c]\nz = 9\n[a]\nb.c.t = 1", .notATable, 4, 3),
    Refusal("[[a]]\n[a]", .duplicateTable, 2, 2),
    Refusal("[a]\n[[a]]", .duplicateTable, 2, 3),
    Refusal("[[a.b]]\n[a]\nb.y = 2", .notATable, 3, 1),
    Refusal("[a]\nb = 1\n[a.b]", .duplicateKey, 3, 4),
    Refusal("t = {a.b = 1, a = 2}", .duplicateKey, 1, 15),
    Refusal("<<<<<<< ours\na = 1", .expectedKey, 1, 1),
  ])
  func `what TOML does not have is refused with its place`(refusal: Refusal) {
    #expect(error(Array(refusal.text.utf8)) == refusal.error)
  }

  @Test(
    arguments: [
      [0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xE2, 0x82], [0x80],
    ] as [[UInt8]])
  func `bytes that are no UTF-8 are refused with their place`(damage: [UInt8]) {
    #expect(error(Array("# é\n# ".utf8) + damage) == TOMLError(.encoding, line: 2, column: 3))
  }

  @Test func `depth and size end at their limits`() {
    func nested(_ count: Int) -> [UInt8] {
      Array(
        ("a = " + String(repeating: "[", count: count) + String(repeating: "]", count: count)).utf8)
    }
    #expect(error(nested(64)) == nil)
    #expect(error(nested(65))?.kind == .tooDeep)
    #expect(error(nested(100_000))?.kind == .tooDeep)
    #expect(error(Array("a = {b = {}}".utf8), TOMLLimits(depth: 1))?.kind == .tooDeep)
    #expect(error(Array("a.b.c = 1".utf8), TOMLLimits(depth: 2))?.kind == .tooDeep)
    #expect(error(Array("a = 1".utf8), TOMLLimits(bytes: 4))?.kind == .tooLarge)
    #expect(error(Array("a = 1".utf8), TOMLLimits(bytes: 5)) == nil)
  }

  @Test func `no cut of a document is a crash`() {
    let text = Array(
      "[a]\nb = [{c.d = \"\\u00e9\"}, '''x''', 1979-05-27 07:32:00Z]\r\n[[e]] # f".utf8)
    for end in text.indices {
      let cut = Array(text[..<end])
      if let error = error(cut) { #expect(error.line >= 1 && error.column >= 1) }
    }
    #expect(TOML.isWellFormed(text))
  }
}
