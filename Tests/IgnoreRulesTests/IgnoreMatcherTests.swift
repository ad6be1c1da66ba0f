import IgnoreRules
import Testing

struct IgnoreMatcherTests {
  private func file(_ lines: String..., source: String = ".gitignore") -> IgnoreFile {
    IgnoreFile(source: source, patterns: lines)
  }

  private func enter(_ matcher: inout IgnoreMatcher, _ name: String, _ files: [IgnoreFile] = []) {
    let verdict = matcher.verdict(for: name, isFolder: true)
    Array(name.utf8).withUnsafeBufferPointer {
      matcher.enter($0, files: files, verdict: verdict)
    }
  }

  private func isIgnored(_ matcher: IgnoreMatcher, _ name: String, folder: Bool = false) -> Bool {
    if case .ignored = matcher.verdict(for: name, isFolder: folder) { true } else { false }
  }

  @Test func `the last match wins and a deeper file comes before a shallower one`() {
    var matcher = IgnoreMatcher(files: [file("*.log", "!keep.log")])
    #expect(isIgnored(matcher, "a.log"))
    #expect(!isIgnored(matcher, "keep.log"))
    enter(&matcher, "src", [file("keep.log", "!a.log")])
    #expect(isIgnored(matcher, "keep.log"))
    #expect(!isIgnored(matcher, "a.log"))
    #expect(isIgnored(matcher, "b.log"))
    matcher.leave()
    #expect(!isIgnored(matcher, "keep.log"))
  }

  @Test func `below an ignored folder nothing can be taken in again`() {
    var matcher = IgnoreMatcher(files: [file("build/", "!build/keep")])
    enter(&matcher, "build", [file("!keep")])
    #expect(isIgnored(matcher, "keep"))
    enter(&matcher, "deeper")
    #expect(isIgnored(matcher, "keep"))
  }

  @Test func `a copy keeps its place while the original goes on`() {
    var matcher = IgnoreMatcher(files: [file("/src/gen/*.c")])
    enter(&matcher, "src")
    enter(&matcher, "gen")
    let copy = matcher
    matcher.leave()
    matcher.leave()
    #expect(isIgnored(copy, "x.c") && !isIgnored(matcher, "x.c"))
    #expect(copy.folder == Array("src/gen/".utf8) && matcher.folder.isEmpty)
  }

  @Test func `of two files in one folder the later one is asked first`() {
    let matcher = IgnoreMatcher(files: [file("a", "b"), file("!a")])
    #expect(!isIgnored(matcher, "a") && isIgnored(matcher, "b"))
  }

  @Test func `among many literal names each finds its own last rule`() {
    let lines =
      (0..<500).map { "name\($0)" } + (0..<500).filter { $0 % 3 == 0 }.map { "!name\($0)" }
    let matcher = IgnoreMatcher(files: [IgnoreFile(source: "s", patterns: lines + ["name9/"])])
    for number in 0..<500 {
      #expect(isIgnored(matcher, "name\(number)") == (number % 3 != 0))
    }
    #expect(isIgnored(matcher, "name9", folder: true))
    #expect(matcher.verdict(for: "name", isFolder: false) == .undecided)
  }
}
