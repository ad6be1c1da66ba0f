import IgnoreRules
import ProjectConfig
import SyncCore
import SyncModel
import Testing

let sample = """
  project: my-project
  targets:
    production: { url: "https://hub.example.com/my-project" }
    staging:    { url: "mage+http://localhost:6789", default: true }
  include: ["**/*.py", "**/*.sql"]        # default: everything; what is ignored stays ignored
  ignore:  ["*.tmp"]                      # gitignore rules
  gitignore: false
  collections: { agents: "services/agents/*.yaml", content: "services/content/**/*.md" }
  conflicts: { default: ask, "content/**": merge, "generated/**": remote }
  owners: { "secrets/**": remote, "src/**": local }
  limits: { max_file: 1GiB, keep_trash: 30d }

  """

func parsed(_ text: String) throws -> ProjectConfiguration {
  try ProjectConfiguration.parse(Array(text.utf8))
}

@Suite struct ConfigurationParsingTests {
  @Test func `the sample says what it should`() throws {
    let configuration = try parsed(sample)
    #expect(configuration.project == "my-project")
    #expect(configuration.targets.map(\.name) == ["production", "staging"])
    #expect(configuration.targets.map(\.isDefault) == [false, true])
    #expect(configuration.targets.map(\.address.kind) == [.hub, .mage])
    #expect(configuration.defaultTarget?.name == "staging")
    #expect(configuration.include == ["**/*.py", "**/*.sql"])
    #expect(configuration.ignore == ["*.tmp"])
    #expect(!configuration.usesGitignore)
    #expect(configuration.collections.map(\.name) == ["agents", "content"])
    #expect(
      configuration.collection(named: "content")?.globs.map(\.pattern)
        == ["services/content/**/*.md"])
    #expect(configuration.defaultPolicy == .ask)
    #expect(configuration.conflicts.map(\.value) == [.merge, .remote])
    #expect(configuration.owners.map(\.value) == [.remote, .local])
    #expect(configuration.limits.maxFile == 1 << 30)
    #expect(configuration.limits.keepTrash == .seconds(30 * 86_400))
    #expect(try configuration.selectionRules.include == configuration.include)
  }

  @Test func `a rendered configuration says the same`() throws {
    let configuration = try parsed(sample)
    #expect(try parsed(configuration.rendered) == configuration)
    var strange = ProjectConfiguration(project: "yes: \"no\"\u{202E} #é\u{1F600}")
    strange.ignore = ["a\\ ", "!b", "# c", "\u{7F}"]
    strange.targets = [try .init(name: "null", url: "lua:x"), try .init(name: "1", url: "lua:y")]
    strange.limits = .init(maxFile: 1_536, keepTrash: .seconds(90))
    #expect(try parsed(strange.rendered) == strange)
  }

  @Test func `an empty file says nothing`() throws {
    for text in ["", "# only a comment\n", "---\n", "targets:\n"] {
      let configuration = try parsed(text)
      #expect(configuration == ProjectConfiguration())
      #expect(configuration.defaultTarget == nil)
      #expect(configuration.policies.standard == .ask)
    }
  }

  @Test func `a single target is the default, of two none is`() throws {
    let one = "targets:\n  a: {url: 'lua:x'}\n"
    #expect(try parsed(one).defaultTarget?.name == "a")
    #expect(try parsed(one + "  b: {url: 'lua:y'}\n").defaultTarget == nil)
  }

  @Test func `the last rule of the file that matches wins`() throws {
    let configuration = try parsed(
      """
      conflicts: { "**": remote, default: newest, "src/**": merge, "src/gen": local }
      owners: { "**/*.key": remote, "docs/open/**": local }
      """)
    let policies = configuration.policies
    #expect(policies.policy(for: SyncPath(trusted: "a.txt")) == .remote)
    #expect(policies.policy(for: SyncPath(trusted: "src/a.txt")) == .merge)
    #expect(policies.policy(for: SyncPath(trusted: "src/gen/a.txt")) == .local)
    let owners = configuration.ownership
    #expect(owners.owner(of: SyncPath(trusted: "docs/x.key")) == .remote)
    #expect(owners.owner(of: SyncPath(trusted: "docs/open/x.key")) == .local)
    #expect(owners.owner(of: SyncPath(trusted: "docs/x")) == nil)
    let plain = try parsed("conflicts: { \"src/**\": merge, default: newest }").policies
    #expect(plain.policy(for: SyncPath(trusted: "a.txt")) == .newest)
  }

  struct Refusal: CustomTestStringConvertible, Sendable {
    var text: String
    var error: ConfigurationError
    var testDescription: String { text }

    init(
      _ text: String, _ code: ConfigurationError.Code, _ line: Int, _ column: Int,
      _ key: String = "", value: String? = nil, expected: [String] = [], detail: String? = nil
    ) {
      self.text = text
      error = ConfigurationError(
        code, line: line, column: column, key: key, value: value, expected: expected,
        detail: detail)
    }
  }

  @Test(arguments: [
    Refusal(
      "project: a\nprojct: b", .unknownKey, 2, 1, "projct", expected: ProjectConfiguration.keys),
    Refusal(
      "targets:\n  a: {url: 'lua:x', token: abc}", .unknownKey, 2, 21, "targets.a.token",
      expected: ["url", "default"]),
    Refusal(
      "limits: {max: 1}", .unknownKey, 1, 10, "limits.max", expected: ["max_file", "keep_trash"]),
    Refusal("- a", .wrongKind, 1, 1, expected: ["mapping"]),
    Refusal("project: [a]", .wrongKind, 1, 10, "project", expected: ["text"]),
    Refusal("project:", .wrongKind, 1, 9, "project", expected: ["text"]),
    Refusal("project: !env NAME", .wrongKind, 1, 10, "project", expected: ["text"]),
    Refusal("project: \"\"", .badName, 1, 10, "project", value: ""),
    Refusal("targets: {a: 'lua:x'}", .wrongKind, 1, 14, "targets.a", expected: ["mapping"]),
    Refusal("targets:\n  a: {}", .missingKey, 2, 3, "targets.a", expected: ["url"]),
    Refusal("targets:\n  a b: {url: 'lua:x'}", .badName, 2, 3, "targets", value: "a b"),
    Refusal("targets:\n  -a: {url: 'lua:x'}", .badName, 2, 3, "targets", value: "-a"),
    Refusal(
      "targets:\n  a: {url: 'lua:x', default: yes}", .unknownValue, 2, 30, "targets.a.default",
      value: "yes", expected: ["true", "false"]),
    Refusal(
      "targets:\n  a: {url: 'lua:x', default: true}\n  b: {default: true, url: 'lua:y'}",
      .severalDefaults, 3, 16, "targets.b.default"),
    Refusal(
      "targets:\n  a:\n    url: https://me:secret@h/p", .credentialsInURL, 3, 10, "targets.a.url",
      detail: "credentials"),
    Refusal(
      "targets:\n  a:\n    url: https://h/p?key=secret", .badURL, 3, 10, "targets.a.url",
      detail: "query"),
    Refusal(
      "targets: {a: {url: 'https://h'}}", .badURL, 1, 20, "targets.a.url", value: "https://h",
      detail: "missing_name"),
    Refusal(
      "targets: {a: {url: 'ssh://h'}}", .badURL, 1, 20, "targets.a.url", value: "ssh://h",
      expected: TargetAddress.schemes, detail: "unknown_scheme"),
    Refusal("include: {a: b}", .wrongKind, 1, 10, "include", expected: ["list"]),
    Refusal(
      "include:\n- a\n- '[b'", .badGlob, 3, 3, "include", value: "[b", detail: "malformed_bracket"),
    Refusal("ignore: [[a]]", .wrongKind, 1, 10, "ignore", expected: ["text"]),
    Refusal(
      "gitignore: nope", .unknownValue, 1, 12, "gitignore", value: "nope",
      expected: ["true", "false"]),
    Refusal(
      "collections: {x: ['a', '../b']}", .badGlob, 1, 24, "collections.x", value: "../b",
      detail: "leaves_root"),
    Refusal(
      "conflicts: {default: theirs}", .unknownValue, 1, 22, "conflicts.default", value: "theirs",
      expected: ["ask", "fail", "local", "remote", "newest", "both", "merge"]),
    Refusal(
      "conflicts: {'{a': merge}", .badGlob, 1, 13, "conflicts", value: "{a",
      detail: "unclosed_brace"),
    Refusal(
      "owners: {'a/**': me}", .unknownValue, 1, 18, "owners.a/**", value: "me",
      expected: ["local", "remote"]),
    Refusal(
      "limits: {max_file: 1.5GiB}", .badSize, 1, 20, "limits.max_file", value: "1.5GiB",
      expected: ["1GiB", "500MB", "65536"]),
    Refusal(
      "limits: {max_file: 99999999TiB}", .badSize, 1, 20, "limits.max_file",
      value: "99999999TiB", expected: ["1GiB", "500MB", "65536"]),
    Refusal(
      "limits: {keep_trash: 30}", .badDuration, 1, 22, "limits.keep_trash", value: "30",
      expected: ["30d", "12h", "4w"]),
    Refusal("project: a\nproject: b", .duplicateKey, 2, 1, detail: "1"),
    Refusal("project: a\n---\nproject: b", .severalDocuments, 3, 1),
  ])
  func `an error names its place, its key and what is due`(refusal: Refusal) {
    #expect(throws: refusal.error) { try parsed(refusal.text) }
  }

  @Test func `no error holds a secret`() throws {
    let text = "targets: {a: {url: 'https://me:hunter2@h/p?hunter2'}}"
    let error = try #require(throws: ConfigurationError.self) { try parsed(text) }
    #expect(error.code == .credentialsInURL)
    #expect(!String(reflecting: error).contains("hunter2"))
  }

  @Test func `broken YAML and bytes that are no text name their line`() {
    func error(_ bytes: [UInt8]) -> ConfigurationError? {
      do throws(ConfigurationError) {
        _ = try ProjectConfiguration.parse(bytes)
        return nil
      } catch {
        return error
      }
    }
    let broken = error(Array("project: a\ntargets: {a: \n".utf8))
    #expect(broken?.code == .syntax)
    #expect((broken?.line ?? 0) >= 2)
    let foreign = error(Array("project: ".utf8) + [0xFF])
    #expect(foreign?.code == .encoding)
    #expect(foreign?.column == 10)
    #expect(error(Array(String(repeating: "[", count: 40).utf8))?.code == .tooLarge)
  }
}
