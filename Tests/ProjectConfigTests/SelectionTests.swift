import IgnoreRules
import ProjectConfig
import SyncCore
import SyncModel
import Testing

@Suite struct SelectionTests {
  private static let entries = [
    "a.txt", "agents", "docs/[x].md", "docs/a.md", "docs/deep/b.md", "src/a.py", "src/docs/c.md",
    "src/gr\u{FC}n.py", "tools/{x}/a.py",
  ].map { SyncPath(trusted: $0) }

  private func select(_ what: [String], in folder: String? = nil) throws -> WhatSelection {
    let configuration = try parsed(
      "collections: { agents: 'docs', md: ['**/*.md', 'a.txt'], docs: 'a.txt' }")
    return try configuration.selection(
      what: what, in: folder.map { SyncPath(trusted: $0) },
      exists: { path in Self.entries.contains { $0 == path || $0.isBelow(path) } })
  }

  struct Case: CustomTestStringConvertible, Sendable {
    var what: [String]
    var folder: String?
    var paths: [String]
    var testDescription: String { "\(what) in \(folder ?? "/")" }

    init(_ what: [String], in folder: String? = nil, _ paths: [String]) {
      self.what = what
      self.folder = folder
      self.paths = paths
    }
  }

  @Test(arguments: [
    Case(["a.txt"], ["a.txt"]),
    Case(["./a.txt"], ["a.txt"]),
    Case(["docs"], ["docs/[x].md", "docs/a.md", "docs/deep/b.md"]),
    Case(["docs/"], ["docs/[x].md", "docs/a.md", "docs/deep/b.md"]),
    Case(["a.txt/"], []),
    Case(["docs"], in: "src", ["src/docs/c.md"]),
    Case(["../docs/a.md"], in: "src", ["docs/a.md"]),
    Case(["."], in: "src/docs", ["src/docs/c.md"]),
    Case([".."], in: "src/docs", ["src/a.py", "src/docs/c.md", "src/gr\u{FC}n.py"]),
    Case(["*.md"], []),
    Case(["docs/*.md"], ["docs/[x].md", "docs/a.md"]),
    Case(["**/*.py"], ["src/a.py", "src/gr\u{FC}n.py", "tools/{x}/a.py"]),
    Case(["*.py"], in: "src", ["src/a.py", "src/gr\u{FC}n.py"]),
    Case(["*.py"], in: "tools/{x}", ["tools/{x}/a.py"]),
    Case(["../docs/*.md"], in: "src", ["docs/[x].md", "docs/a.md"]),
    Case(["doc?"], ["docs/[x].md", "docs/a.md", "docs/deep/b.md"]),
    Case(["docs/[x].md"], ["docs/[x].md"]),
    Case(["src/gru\u{308}n.py"], ["src/gr\u{FC}n.py"]),
    Case(["src/gru\u{308}*"], ["src/gr\u{FC}n.py"]),
    Case(["agents"], ["agents"]),
    Case(["agents"], in: "src", ["docs/[x].md", "docs/a.md", "docs/deep/b.md"]),
    Case(["md"], ["a.txt", "docs/[x].md", "docs/a.md", "docs/deep/b.md", "src/docs/c.md"]),
    Case(["nothing", "a.txt"], ["a.txt"]),
    Case([], entries.map(\.key)),
    Case(["."], entries.map(\.key)),
    Case([".."], in: "src", entries.map(\.key)),
  ])
  func `an argument stands for paths`(test: Case) throws {
    let selection = try select(test.what, in: test.folder)
    #expect(Self.entries.filter(selection.contains).map(\.key) == test.paths)
    #expect(Self.entries.filter(selection.scope.contains).map(\.key) == test.paths)
  }

  @Test func `arguments that match nothing are named`() throws {
    let selection = try select(["a.txt", "nothing", "*.zip", "docs", "md"])
    #expect(selection.unmatched(among: Self.entries) == ["nothing", "*.zip"])
    #expect(try select(["."]).unmatched(among: []) == [])
    #expect(try select(["."]).scope.isEverything)
  }

  struct Refusal: CustomTestStringConvertible, Sendable {
    var text: String
    var code: WhatError.Code
    var testDescription: String { text }
  }

  @Test(arguments: [
    Refusal(text: "", code: .empty),
    Refusal(text: "../..", code: .outsideProject),
    Refusal(text: "../../*.md", code: .outsideProject),
    Refusal(text: "/etc/passwd", code: .outsideProject),
    Refusal(text: ".git/config", code: .badPath(.protectedName)),
    Refusal(text: "a:b", code: .badPath(.reservedCharacter)),
    Refusal(text: "*/../x", code: .badGlob(.leavesRoot)),
    Refusal(text: "[a", code: .badGlob(.malformedBracket)),
  ])
  func `what leads out of the project or is no path is refused`(refusal: Refusal) throws {
    let error = try #require(throws: WhatError.self) { try select([refusal.text], in: "src") }
    #expect(error.code == refusal.code)
    #expect(error.text == refusal.text)
  }
}
