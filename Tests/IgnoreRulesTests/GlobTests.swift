import IgnoreRules
import Testing

struct GlobTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var glob: String
    var matching: [String]
    var others: [String]
    var testDescription: String { glob }
  }

  static let cases: [Case] = [
    Case(glob: "*.py", matching: ["a.py", ".py"], others: ["d/a.py", "a.pyc"]),
    Case(glob: "**/*.py", matching: ["a.py", "d/a.py", "d/e/a.py"], others: ["a.pyc"]),
    Case(
      glob: "services/agents/*.yaml", matching: ["services/agents/a.yaml"],
      others: ["services/agents/x/a.yaml", "x/services/agents/a.yaml"]),
    Case(
      glob: "content/**", matching: ["content/a", "content/a/b"], others: ["content", "contents/a"]),
    Case(glob: "a/**/b", matching: ["a/b", "a/x/b", "a/x/y/b"], others: ["ab", "a/x/bb"]),
    Case(glob: "**", matching: ["a", "a/b"], others: []),
    Case(
      glob: "{src,lib}/*.{c,h}", matching: ["src/a.c", "lib/a.h"], others: ["src/a.o", "bin/a.c"]),
    Case(glob: "x{a,b{c,d},}y", matching: ["xay", "xbcy", "xbdy", "xy"], others: ["xby", "xcy"]),
    Case(glob: "{a}", matching: ["{a}"], others: ["a"]),
    Case(glob: "a[{,}]b", matching: ["a{b", "a,b"], others: ["ab"]),
    Case(glob: "\\{a,b\\}", matching: ["{a,b}"], others: ["a"]),
    Case(glob: "[!a]?", matching: ["bc"], others: ["ac", "b", "b/"]),
    Case(glob: "./a", matching: ["a"], others: ["b/a"]),
    Case(glob: "/a", matching: ["a"], others: ["b/a"]),
    Case(glob: "a/", matching: [], others: ["a", "a/b"]),
    Case(glob: "**/**/a/**/**", matching: ["a/b", "x/a/b/c"], others: ["a"]),
  ]

  @Test(arguments: cases)
  func `a glob names these paths and no others`(_ testCase: Case) throws {
    let glob = try Glob(testCase.glob)
    for path in testCase.matching { #expect(glob.matches(path), "\(path)") }
    for path in testCase.others { #expect(!glob.matches(path), "\(path)") }
  }

  @Test func `a glob covers what is below the folders that it names`() throws {
    #expect(try Glob("src").covers("src/a/b"))
    #expect(try Glob("src/").covers("src/a"))
    #expect(try !Glob("src/").covers("src"))
    #expect(try Glob("s*").covers("src/a"))
    #expect(try !Glob("src").covers("srcs/a"))
  }

  @Test func `only a glob without wildcards is literal`() throws {
    #expect(try Glob("a/b").isLiteral)
    #expect(try Glob("a\\*").isLiteral)
    #expect(try !Glob("a/*").isLiteral)
    #expect(try !Glob("**/a").isLiteral)
    #expect(try !Glob("{a,b}").isLiteral)
  }

  @Test(arguments: [
    ("", GlobError.Code.empty), ("/", .empty), ("../a", .leavesRoot), ("a/../b", .leavesRoot),
    ("[a", .malformedBracket), ("[[:no:]]", .malformedBracket), ("{a,b", .unclosedBrace),
    ("a\\", .trailingBackslash),
    (String(repeating: "{a,b}", count: 11), .tooManyAlternatives),
    (String(repeating: "a/", count: 61), .tooDeep),
  ])
  func `a glob that cannot be used says why`(pattern: String, code: GlobError.Code) {
    #expect(throws: GlobError(code: code, pattern: pattern)) { try Glob(pattern) }
  }
}
