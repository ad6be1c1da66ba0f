import IgnoreRules
import Testing

struct IgnorePatternTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var pattern: String
    var path: String
    var isFolder = false
    var matches: Bool
    var testDescription: String { "\(pattern) \(matches ? "takes" : "leaves") \(path)" }

    init(_ pattern: String, _ path: String, _ matches: Bool, folder: Bool = false) {
      self.pattern = pattern
      self.path = path
      self.matches = matches
      isFolder = folder
    }
  }

  static let cases: [Case] = [
    Case("foo", "foo", true), Case("foo", "a/b/foo", true), Case("foo", "foobar", false),
    Case("/foo", "foo", true), Case("/foo", "a/foo", false), Case("a/foo", "a/foo", true),
    Case("a/foo", "b/a/foo", false), Case("foo/", "foo", false),
    Case("foo/", "foo", true, folder: true), Case("foo/", "a/foo", true, folder: true),
    Case("doc/frotz/", "a/doc/frotz", false, folder: true),
    Case("*.o", "x.o", true), Case("*.o", "d/x.o", true), Case("*.o", ".o", true),
    Case("foo/*", "foo/a", true), Case("foo/*", "foo/a/b", false),
    Case("**/foo", "foo", true), Case("**/foo", "a/b/foo", true),
    Case("**/foo/bar", "x/foo/bar", true),
    Case("abc/**", "abc/x/y", true), Case("abc/**", "abc", false, folder: true),
    Case("a/**/b", "a/b", true), Case("a/**/b", "a/x/y/b", true), Case("a/**/b", "ab", false),
    Case("a**b", "axxb", true), Case("a**b/c", "ax/xb/c", false),
    Case("?", "é", false), Case("??", "é", true), Case("a?b", "a/b", false),
    Case("\\#a", "#a", true), Case("\\!a", "!a", true), Case("a\\ ", "a ", true),
    Case("a  ", "a", true), Case("a\t", "a", false), Case("a\t", "a\t", true),
    Case("[a-c]x", "bx", true), Case("[!a-c]x", "bx", false), Case("[^a-c]x", "dx", true),
    Case("[]]", "]", true), Case("[a", "[a", false), Case("[[:digit:]]", "7", true),
    Case("[[:nonsense:]]", "n", false), Case("a\\", "a\\", false), Case("\\*", "*", true),
    Case("\\*", "a", false), Case("a[/]b", "a/b", false), Case("foo**/bar", "foobar", true),
    Case("*", "anything", true), Case("/*", "a/b", false), Case("/", "a", false),
    Case("!", "a", false), Case("foo\r", "foo", true), Case("*a*b*", "xxaxxbxx", true),
  ]

  @Test(arguments: cases)
  func `a pattern takes what git's documentation says`(_ testCase: Case) throws {
    let pattern = try #require(IgnorePattern(line: Array(testCase.pattern.utf8)))
    let isMatch = pattern.matches(Array(testCase.path.utf8), isFolder: testCase.isFolder)
    #expect(isMatch == testCase.matches)
  }

  @Test func `comments and empty lines are no patterns`() {
    #expect(IgnorePattern(line: Array("# a".utf8)) == nil)
    #expect(IgnorePattern(line: []) == nil)
  }

  @Test func `lines keep their numbers behind a byte order mark, comments and CR LF`() {
    let file = IgnoreFile(
      source: ".gitignore", contents: [0xef, 0xbb, 0xbf] + Array("# c\r\n\r\na\r\n!b".utf8))
    let matcher = IgnoreMatcher(files: [file])
    guard case .ignored(let first) = matcher.verdict(for: "a", isFolder: false),
      case .included(let second) = matcher.verdict(for: "b", isFolder: false)
    else {
      Issue.record("Both names are decided.")
      return
    }
    #expect(first.line == 3 && second.line == 4)
    #expect(first.text == "a" && second.text == "!b" && second.source == ".gitignore")
  }

  @Test func `hostile patterns end in time`() throws {
    let name = Array(String(repeating: "a", count: 250).utf8)
    let path = Array(repeating: "aaaa", count: 400).joined(separator: "/")
    let stars = try #require(
      IgnorePattern(line: Array((String(repeating: "a*", count: 100) + "b").utf8)))
    let folders = try #require(
      IgnorePattern(line: Array((String(repeating: "**/a*/", count: 100) + "b").utf8)))
    let clock = ContinuousClock()
    let time = clock.measure {
      #expect(!stars.matches(name, isFolder: false))
      #expect(!folders.matches(Array(path.utf8), isFolder: false))
    }
    // An exponential matcher would not come back at all.
    #expect(time < .seconds(2))
  }
}
