import Testing
import YAML

@Suite struct YAMLTests {
  struct Refusal: CustomTestStringConvertible, Sendable {
    var text: String
    var error: YAMLError
    var testDescription: String { text }

    init(_ text: String, _ kind: YAMLError.Kind, line: Int, column: Int, offset: Int) {
      self.text = text
      error = YAMLError(kind, at: YAMLMark(line: line, column: column, offset: offset))
    }
  }

  private func first(_ text: String) throws -> YAMLNode {
    try #require(try YAML.first(Array(text.utf8)))
  }

  @Test func `a configuration is read in order with its places`() throws {
    let text = """
      # a comment
      name: "Grüße"   # 😀
      größe: 0x1F
      list:
        - plain
        - 'quoted'
        - |
          two
          lines
      flags: {on: yes, real: true, none: ~, empty: , text: "true", ver: 1.5, oct: 0o17}
      """
    let node = try first(text)
    #expect(node.mapping?.map { $0.key.text } == ["name", "größe", "list", "flags"])
    #expect(node["name"]?.string == "Grüße")
    #expect(node["größe"]?.int == 31)
    let list = try #require(node["list"]?.sequence)
    #expect(list.map(\.text) == ["plain", "quoted", "two\nlines\n"])
    guard case .scalar(_, .singleQuoted) = list[1].content,
      case .scalar(_, .literal) = list[2].content
    else {
      Issue.record("styles are lost")
      return
    }
    let flags = try #require(node["flags"])
    #expect(flags["on"]?.bool == nil)
    #expect(flags["on"]?.string == "yes")
    #expect(flags["real"]?.bool == true)
    #expect(flags["none"]?.isNull == true)
    #expect(flags["empty"]?.isNull == true)
    #expect(flags["text"]?.bool == nil)
    #expect(flags["text"]?.string == "true")
    #expect(flags["ver"]?.string == "1.5")
    #expect(flags["ver"]?.int == nil)
    #expect(flags["oct"]?.int == 15)
    #expect(flags["missing"] == nil)
    // Offsets count bytes although the marks of the library count characters.
    let utf8 = Array(text.utf8)
    for pair in try #require(node.mapping) {
      let key = utf8[pair.key.start.offset..<pair.key.end.offset]
      #expect(String(decoding: key, as: UTF8.self) == pair.key.text)
    }
    #expect(node["größe"]?.start.line == 3)
    #expect(node["größe"]?.start.column == 8)
    #expect(list[1].start.line == 6)
    #expect(list[1].start.column == 5)
  }

  @Test func `places hold in a long text beyond ASCII, with any line ends`() throws {
    for end in ["\n", "\r\n"] {
      let text = (0..<300).map { "schlüssel\($0): '日本😀\($0)'" + end }.joined()
      let utf8 = Array(text.utf8)
      for pair in try #require(try first(text).mapping) {
        let value = utf8[pair.value.start.offset..<pair.value.end.offset]
        #expect(String(decoding: value, as: UTF8.self) == "'" + (pair.value.text ?? "") + "'")
      }
    }
  }

  @Test(arguments: [
    Refusal("a: 1\nb: 2\na: 3\n", .duplicateKey(firstLine: 1), line: 3, column: 1, offset: 10),
    Refusal("a: 1\n\"a\": 3\n", .duplicateKey(firstLine: 1), line: 2, column: 1, offset: 5),
    Refusal("{x: {é: 1, é: 2}}", .duplicateKey(firstLine: 1), line: 1, column: 12, offset: 12),
    Refusal(
      "? [1, 2]\n: a\n? [1, 2]\n: b", .duplicateKey(firstLine: 1), line: 3, column: 3, offset: 15),
    Refusal("&k a: 1\n*k : 2", .duplicateKey(firstLine: 1), line: 2, column: 1, offset: 8),
    Refusal("a: *b\n", .undefinedAlias, line: 1, column: 4, offset: 3),
    Refusal("a: &a [*a]\n", .undefinedAlias, line: 1, column: 8, offset: 7),
    Refusal("--- &a 1\n--- *a\n", .undefinedAlias, line: 2, column: 5, offset: 13),
    Refusal(
      "a: \u{1}b\n", .encoding("control characters are not allowed"), line: 1, column: 4, offset: 3),
    Refusal(
      "a: [1, 2\n", .syntax("did not find expected ',' or ']'"), line: 2, column: 1, offset: 9),
    Refusal(
      "a: b: c\n", .syntax("mapping values are not allowed in this context"), line: 1, column: 5,
      offset: 4),
    Refusal(
      "a:\n\t- b\n", .syntax("found character that cannot start any token"), line: 2, column: 1,
      offset: 3),
    Refusal(
      "a: \"open\n", .syntax("found unexpected end of stream"), line: 2, column: 1, offset: 9),
    Refusal("é: \"\\q\"", .syntax("found unknown escape character"), line: 1, column: 5, offset: 5),
  ])
  func `bad streams are refused where they go wrong`(refusal: Refusal) {
    #expect(throws: refusal.error) { try YAML.validate(Array(refusal.text.utf8)) }
  }

  @Test func `bytes that are no UTF-8 are refused where they stand`() throws {
    let cases: [([UInt8], Int)] = [
      ([0x61, 0x0A, 0x62, 0xFF, 0x63], 3), ([0xFF, 0xFE, 0x61, 0x00], 0), ([0x61, 0xC3], 1),
      ([0x61, 0xED, 0xA0, 0x80], 1), ([0x61, 0x00], 1),
    ]
    for (bytes, offset) in cases {
      let thrown = #expect(throws: YAMLError.self) { try YAML.validate(bytes) }
      let error = try #require(thrown)
      guard case .encoding = error.kind else {
        Issue.record("\(error)")
        continue
      }
      #expect(error.mark.offset == offset)
    }
  }

  @Test func `conflict markers do not parse`() {
    let merged = "a: 1\n<<<<<<< local\nb: 2\n=======\nb: 3\n>>>>>>> remote\n"
    #expect(throws: YAMLError.self) { try YAML.validate(Array(merged.utf8)) }
  }

  @Test func `aliases repeat nodes, but no bomb`() throws {
    let node = try first("base: &b {x: 1}\ncopy: *b\nlist: [*b, *b]\n")
    #expect(node["copy"]?["x"]?.int == 1)
    #expect(node["list"]?.sequence?.count == 2)
    var bomb = "a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol]\n"
    for level in 1..<20 {
      let aliases = Array(repeating: "*a\(level - 1)", count: 9).joined(separator: ", ")
      bomb += "a\(level): &a\(level) [\(aliases)]\n"
    }
    let thrown = #expect(throws: YAMLError.self) { try YAML.validate(Array(bomb.utf8)) }
    #expect(thrown?.kind == .tooManyNodes)
    #expect(thrown?.line == 6)
    let long = String(repeating: "x", count: 1 << 20)
    let aliases = Array(repeating: "*a", count: 10_000).joined(separator: ", ")
    let wide = "a: &a \(long)\n? [\(aliases)]\n: b\n"
    let refused = #expect(throws: YAMLError.self) { try YAML.validate(Array(wide.utf8)) }
    #expect(refused?.kind == .tooManyNodes)
  }

  @Test func `depth, size and nodes have limits`() throws {
    func nested(_ depth: Int) -> [UInt8] {
      Array((String(repeating: "[", count: depth) + String(repeating: "]", count: depth)).utf8)
    }
    try YAML.validate(nested(64))
    for depth in [65, 900, 20_000] {
      let thrown = #expect(throws: YAMLError.self) { try YAML.validate(nested(depth)) }
      #expect(thrown?.kind == .tooDeep)
      #expect(thrown?.column == 65)
    }
    let large = #expect(throws: YAMLError.self) {
      try YAML.validate(Array("a: b".utf8), limits: YAMLLimits(bytes: 3))
    }
    #expect(large?.kind == .tooLarge)
    try YAML.validate(Array("[1, 2]".utf8), limits: YAMLLimits(nodes: 3))
    let many = #expect(throws: YAMLError.self) {
      try YAML.validate(Array("[1, 2]".utf8), limits: YAMLLimits(nodes: 2))
    }
    #expect(many?.kind == .tooManyNodes)
    #expect(many?.column == 5)
  }

  @Test func `a stream may hold no document, one or several`() throws {
    for text in ["", "# nothing\n", "\u{FEFF}", "\n\n"] {
      #expect(try YAML.documents(Array(text.utf8)).isEmpty)
      #expect(try YAML.first(Array(text.utf8)) == nil)
    }
    let several = Array("a: 1\n---\nb: 2\n...\n---\n- c\n".utf8)
    let documents = try YAML.documents(several)
    #expect(documents.count == 3)
    #expect(documents[1]["b"]?.int == 2)
    #expect(documents[2].sequence?.count == 1)
    #expect(try YAML.first(several)?["a"]?.int == 1)
    #expect(try YAML.first(Array("a: 1\n--- [".utf8))?["a"]?.int == 1)
    #expect(try YAML.documents(Array("\u{FEFF}a: 1".utf8)).first?["a"]?.int == 1)
    #expect(try YAML.documents(Array("---\n".utf8)).first?.isNull == true)
  }

  @Test func `a tag makes a plain text no other thing`() throws {
    let node = try first("a: !!str 12\nb: !secret name\nc: !!map {d: 1}\n")
    #expect(node["a"]?.int == nil)
    #expect(node["a"]?.text == "12")
    #expect(node["a"]?.tag == "tag:yaml.org,2002:str")
    #expect(node["b"]?.tag == "!secret")
    #expect(node["c"]?["d"]?.int == 1)
  }
}
