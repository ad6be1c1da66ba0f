import IgnoreRules
import Testing

struct SelectionTests {
  private func selection(
    _ path: String, include: [String] = [], ignore: [String] = [],
    files: [String: [String]] = [:]
  ) throws -> Selection {
    let rules = try SelectionRules(include: include, ignore: ignore)
    var byFolder: [[UInt8]: [IgnoreFile]] = [:]
    for (folder, lines) in files {
      byFolder[Array(folder.utf8)] = [IgnoreFile(source: folder + ".gitignore", patterns: lines)]
    }
    var lookup = SelectionLookup(rules, files: byFolder)
    return lookup.selection(ofPath: Array(path.utf8))
  }

  struct BuiltIn: Sendable, CustomTestStringConvertible {
    var name: String
    var isFolder = false
    var rule: BuiltInRule?
    var testDescription: String { "\(name): \(rule?.rawValue ?? "synced")" }
  }

  static let builtIns: [BuiltIn] = [
    BuiltIn(name: ".git", isFolder: true, rule: .versionControl),
    BuiltIn(name: ".git", rule: .versionControl), BuiltIn(name: ".GIT", rule: .versionControl),
    BuiltIn(name: ".syncline", isFolder: true, rule: .ownState),
    BuiltIn(name: ".env", rule: .environment), BuiltIn(name: ".env.local", rule: .environment),
    BuiltIn(name: ".ENV", rule: .environment), BuiltIn(name: "server.pem", rule: .privateKey),
    BuiltIn(name: "x.KEY", rule: .privateKey), BuiltIn(name: "id_rsa", rule: .privateKey),
    BuiltIn(name: "id_ed25519", rule: .privateKey), BuiltIn(name: "id_rsa.pub"),
    BuiltIn(name: "certs.pem", isFolder: true),
    BuiltIn(name: "syncline-credentials.json", rule: .ownCredentials),
    BuiltIn(name: "node_modules", isFolder: true, rule: .installedPackages),
    BuiltIn(name: "__pycache__", isFolder: true, rule: .bytecodeCache),
    BuiltIn(name: "a~", rule: .editorLitter), BuiltIn(name: ".a.swp", rule: .editorLitter),
    BuiltIn(name: "4913", rule: .editorLitter), BuiltIn(name: "4913", isFolder: true),
    BuiltIn(name: ".#a", rule: .editorLitter), BuiltIn(name: ".DS_Store", rule: .systemLitter),
    BuiltIn(name: "Thumbs.db", rule: .systemLitter), BuiltIn(name: ".github", rule: .hidden),
    BuiltIn(name: ".gitignore"), BuiltIn(name: ".synclineignore"),
    BuiltIn(name: ".gitignore", isFolder: true, rule: .hidden), BuiltIn(name: "a.swp"),
    BuiltIn(name: "main.py"), BuiltIn(name: "environment"), BuiltIn(name: "git"),
  ]

  @Test(arguments: builtIns)
  func `a built-in rule knows its names`(_ testCase: BuiltIn) {
    #expect(BuiltInRules.rule(for: testCase.name, isFolder: testCase.isFolder) == testCase.rule)
  }

  @Test(arguments: [
    ".git", ".GIT", ".Git", ".g\u{200c}it", ".gi\u{feff}t", "\u{200d}.git", ".git.", ".git...",
    ".git ", ".git . ", ".git::$INDEX_ALLOCATION", ".git:x", ".git\\x", "git~1", "GIT~1", "git~12",
    ".syncline", ".SyncLine", ".\u{17f}yncline", ".syncline.", "SYNCLI~1", ".sync\u{200b}line",
  ])
  func `a look-alike of a protected name is protected`(name: String) throws {
    #expect(BuiltInRules.isProtected(name))
    #expect(try !selection(name + "/config", include: ["**", name + "/**"]).isSelected)
    #expect(try !selection("a/" + name, include: ["**", "a/" + name]).isSelected)
  }

  @Test(arguments: [
    ".gitignore", ".github", "git", "git~", "git~x", ".gitx", "x.git", "synclin~1", ".synclines",
    "..git", "", "\u{e9}.git",
  ])
  func `other names are not protected`(name: String) {
    #expect(!BuiltInRules.isProtected(name))
  }

  @Test func `the configuration at the root is never synced, elsewhere it is a file`() throws {
    #expect(try selection("syncline.yaml", include: ["syncline.yaml"]) == .skipped(.configuration))
    #expect(try selection("Syncline.YAML") == .skipped(.configuration))
    #expect(try selection("SYNCLI~1.YAM") == .skipped(.configuration))
    #expect(try selection("syncline.yaml/x") == .skipped(.configuration))
    #expect(try selection("demo/syncline.yaml") == .selected)
    #expect(try selection("syncline.yml") == .selected)
  }

  struct Lift: Sendable, CustomTestStringConvertible {
    var include: [String]
    var path: String
    var selected: Bool
    var testDescription: String { "\(include) \(path) \(selected)" }

    init(_ include: [String], _ path: String, _ selected: Bool) {
      self.include = include
      self.path = path
      self.selected = selected
    }
  }

  static let lifts: [Lift] = [
    Lift([], "a/b.txt", true), Lift([], ".env", false), Lift([], "a/.hidden/b", false),
    Lift(["**"], ".env", false), Lift(["**/*"], "a/.env", false), Lift(["*"], ".env", false),
    Lift([".env"], ".env", true), Lift([".env*"], ".env.local", true),
    Lift([".*"], ".env", false), Lift([".*"], ".editorconfig", true),
    Lift(["**/.env"], "a/b/.env", true), Lift([".env"], "a/.env", false),
    Lift(["{.env,.envrc}"], ".envrc", true),
    Lift([".github/**"], ".github/workflows/ci.yml", true),
    Lift([".github"], ".github/workflows/ci.yml", true),
    Lift([".github/**"], ".github/.env", false),
    Lift([".github/**"], ".github/node_modules/a", false),
    Lift(["node_modules/**"], "node_modules/a/b.js", true),
    Lift(["node_modules/**"], "node_modules/a/node_modules/b", false),
    Lift(["certs/*.pem"], "certs/a.pem", true), Lift(["certs/*"], "certs/a.pem", false),
    Lift(["certs/a.*"], "certs/a.pem", false), Lift(["id_rsa"], "id_rsa", true),
    Lift(["id_*"], "id_rsa", false), Lift(["**/*.py"], "a/b.py", true),
    Lift(["**/*.py"], "a/b.js", false), Lift(["**/*.py"], "__pycache__/b.py", false),
    Lift(["src/"], "src/a", true), Lift(["src/"], "src", false), Lift(["src"], "src/a/b", true),
    Lift(["**/*.py", ".env"], "a.py", true), Lift(["*~"], "a~", true),
  ]

  @Test(arguments: lifts)
  func `a pattern lifts a built-in rule only where it names the thing`(_ lift: Lift) throws {
    #expect(try selection(lift.path, include: lift.include).isSelected == lift.selected)
  }

  @Test func `the reason for what is skipped is the true one`() throws {
    #expect(try selection(".env") == .skipped(.builtIn(.environment)))
    #expect(try selection("a/node_modules/x") == .skipped(.builtIn(.installedPackages)))
    #expect(try selection("a.js", include: ["*.py"]) == .skipped(.notIncluded))
    guard case .skipped(.rule(let rule)) = try selection("a/b/c.tmp", ignore: ["x", "*.tmp"]) else {
      Issue.record("A line of `ignore` decides.")
      return
    }
    #expect(rule.source == "syncline.yaml" && rule.line == 2 && rule.text == "*.tmp")
  }

  @Test func `what is ignored stays ignored although it is included`() throws {
    let files = ["": ["build/"], "src/": ["*.o", "!keep.o"]]
    #expect(try !selection("build/a.py", include: ["build/**"], files: files).isSelected)
    #expect(try !selection("src/a.o", include: ["src/a.o"], files: files).isSelected)
    #expect(try selection("src/keep.o", files: files).isSelected)
    #expect(try !selection(".env", include: [".env"], ignore: [".env"]).isSelected)
  }

  @Test func `the configuration's lines have the last word over ignore files`() throws {
    let files = ["": ["*.log"], "a/": ["!x"]]
    #expect(try selection("a.log", ignore: ["!a.log"], files: files).isSelected)
    #expect(try !selection("a/x", ignore: ["x"], files: files).isSelected)
  }

  @Test func `paths in any order get the same answers`() throws {
    let rules = try SelectionRules(ignore: ["gen/"])
    let root = IgnoreFile(source: ".gitignore", patterns: ["*.o", "!/keep/*.o"])
    var lookup = SelectionLookup(rules, files: [[]: [root]])
    let paths = [
      "a/x", "a/gen/y", "a/z.o", "keep/z.o", ".git/config", "a/gen/z", "b", "a/x", "keep/k",
    ]
    let expected = [true, false, false, true, false, false, true, true, true]
    for order in [Array(paths.indices), Array(paths.indices.reversed())] {
      for index in order {
        let answer = lookup.selection(ofPath: Array(paths[index].utf8)).isSelected
        #expect(answer == expected[index], "\(paths[index])")
      }
    }
  }

  @Test func `rules have equal texts only when they are equal`() throws {
    let variants = [
      try SelectionRules(), try SelectionRules(usesGitignore: false),
      try SelectionRules(include: ["a"]), try SelectionRules(ignore: ["a"]),
      try SelectionRules(include: ["a", "b"]), try SelectionRules(include: ["a\ninclude 1 b"]),
    ]
    #expect(Set(variants.map(\.canonicalText)).count == variants.count)
    #expect(try SelectionRules(include: ["a"]).canonicalText == variants[2].canonicalText)
  }
}
