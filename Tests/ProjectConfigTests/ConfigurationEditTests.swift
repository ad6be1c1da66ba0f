import ProjectConfig
import Testing

@Suite struct ConfigurationEditTests {
  struct Case: CustomTestStringConvertible, Sendable {
    var name: String
    var before: String
    var edit: ConfigurationEdit
    var after: String
    var testDescription: String { name }

    init(_ name: String, _ before: String, _ edit: ConfigurationEdit, _ after: String) {
      self.name = name
      self.before = before
      self.edit = edit
      self.after = after
    }
  }

  private static func added(
    _ name: String, _ url: String = "lua:new", isDefault: Bool = false
  ) -> ConfigurationEdit {
    guard let target = try? ProjectConfiguration.Target(name: name, url: url, isDefault: isDefault)
    else { preconditionFailure("the URLs of the cases are good") }
    return .addTarget(target)
  }

  private static let block = """
    # Our project
    project: p   # short
    targets:
      # live
      production:
        url: lua:a      # do not touch
        default: true
      # for trying
      staging:
        url: "lua:b"

    # rules
    ignore: ["*.tmp"]

    """

  private static let flow = """
    targets: # where
      one: { url: 'lua:a', default: true }  # first
      two: { url: lua:b }   # second
    owners: { "a/**": remote }
    """

  private static let braces = """
    targets: {
      one: { url: 'lua:a' },   # first
      two: { url: 'lua:b' }    # second
    }

    """

  @Test(arguments: [
    Case(
      "block: add", block, added("new"),
      block.replacing("\"lua:b\"\n", with: "\"lua:b\"\n  new:\n    url: \"lua:new\"\n")),
    Case(
      "block: add as the default", block, added("new", isDefault: true),
      block.replacing("    default: true\n", with: "").replacing(
        "\"lua:b\"\n", with: "\"lua:b\"\n  new:\n    url: \"lua:new\"\n    default: true\n")),
    Case(
      "block: remove the first", block, .removeTarget("production"),
      block.replacing(
        "  production:\n    url: lua:a      # do not touch\n    default: true\n", with: "")),
    Case(
      "block: remove the last", block, .removeTarget("staging"),
      block.replacing("  staging:\n    url: \"lua:b\"\n", with: "")),
    Case(
      "block: rename", block, .renameTarget("production", to: "live"),
      block.replacing("production:", with: "live:")),
    Case(
      "block: rename to a word", block, .renameTarget("staging", to: "on"),
      block.replacing("staging:", with: "\"on\":")),
    Case(
      "block: set the URL", block, .setURL("https://h/p", of: "production"),
      block.replacing("lua:a ", with: "\"https://h/p\" ")),
    Case(
      "block: set the default", block, .setDefault("staging"),
      block.replacing("    default: true\n", with: "").replacing(
        "\"lua:b\"\n", with: "\"lua:b\"\n    default: true\n")),
    Case("block: set the same default", block, .setDefault("production"), block),
    Case(
      "block with a comment at the mark",
      block.replacing("default: true", with: "default: true # x"),
      .setDefault("staging"),
      block.replacing("default: true", with: "default: false # x").replacing(
        "\"lua:b\"\n", with: "\"lua:b\"\n    default: true\n")),
    Case(
      "flow: add", flow, added("three"),
      flow.replacing("# second", with: "# second\n  three: { url: \"lua:new\" }")),
    Case(
      "flow: remove", flow, .removeTarget("one"),
      flow.replacing("  one: { url: 'lua:a', default: true }  # first\n", with: "")),
    Case(
      "flow: rename", flow, .renameTarget("two", to: "2"), flow.replacing("two:", with: "\"2\":")),
    Case(
      "flow: set the URL", flow, .setURL("lua:c", of: "two"),
      flow.replacing("lua:b", with: "\"lua:c\"")),
    Case(
      "flow: set the default", flow, .setDefault("two"),
      flow.replacing(", default: true", with: "").replacing(
        "url: lua:b", with: "url: lua:b, default: true")),
    Case(
      "braces: add", braces, added("three"),
      braces.replacing(
        "'lua:b' }    # second", with: "'lua:b' },    # second\n  three: { url: \"lua:new\" }")),
    Case(
      "braces: remove the last", braces, .removeTarget("two"),
      braces.replacing("  two: { url: 'lua:b' }    # second\n", with: "")),
    Case(
      "braces on one line: add", "targets: {a: {url: 'lua:a', default: true}} # x\n", added("b"),
      "targets: {a: {url: 'lua:a', default: true}, b: { url: \"lua:new\" }} # x\n"),
    Case(
      "braces on one line: remove the first", "targets: {a: {url: 'lua:a'}, b: {url: 'lua:b'}}\n",
      .removeTarget("a"), "targets: {b: {url: 'lua:b'}}\n"),
    Case(
      "braces on one line: remove the last", "targets: {a: {url: 'lua:a'}, b: {url: 'lua:b'}}\n",
      .removeTarget("b"), "targets: {a: {url: 'lua:a'}}\n"),
    Case(
      "braces on one line: remove the only one", "{targets: {a: {url: 'lua:a'},}, project: p}",
      .removeTarget("a"), "{targets: {}, project: p}"),
    Case(
      "the only target stays the default", "targets:\n  a: { url: 'lua:a' } # x\n", added("b"),
      "targets:\n  a: { url: 'lua:a', default: true } # x\n  b: { url: \"lua:new\" }\n"),
    Case(
      "no targets yet", "project: p # x", added("a"),
      "project: p # x\ntargets:\n  a: { url: \"lua:new\" }"),
    Case(
      "no targets yet, in braces", "{project: p}\n", added("a"),
      "{project: p, targets: { a: { url: \"lua:new\" } }}\n"),
    Case(
      "nothing in targets", "targets: # none\nproject: p\n", added("a"),
      "targets: # none\n  a: { url: \"lua:new\" }\nproject: p\n"),
    Case(
      "null in targets", "targets: ~ # none\n", added("a"),
      "targets: { a: { url: \"lua:new\" } } # none\n"),
    Case(
      "empty braces", "targets: { }\n", added("a"),
      "targets: { a: { url: \"lua:new\" } }\n"),
    Case("comments alone", "# x", added("a"), "# x\ntargets:\n  a: { url: \"lua:new\" }\n"),
    Case("nothing at all", "", added("a"), "targets:\n  a: { url: \"lua:new\" }\n"),
    Case(
      "Windows line ends", "targets:\r\n  a: { url: 'lua:a', default: true }\r\nproject: p\r\n",
      added("b"),
      "targets:\r\n  a: { url: 'lua:a', default: true }\r\n  b: { url: \"lua:new\" }\r\nproject: p\r\n"
    ),
    Case(
      "a byte order mark", "\u{FEFF}targets:\n  a: { url: 'lua:a' }\n", .renameTarget("a", to: "b"),
      "\u{FEFF}targets:\n  b: { url: 'lua:a' }\n"),
    Case(
      "letters of several bytes before", "project: größe 😀\ntargets: {a: {url: 'lua:a'}}\n",
      .setURL("lua:b", of: "a"), "project: größe 😀\ntargets: {a: {url: \"lua:b\"}}\n"),
  ])
  func `an edit changes its place and nothing else`(test: Case) throws {
    let bytes = try ProjectConfiguration.edited(Array(test.before.utf8), by: test.edit)
    #expect(String(decoding: bytes, as: UTF8.self) == test.after)
    _ = try ProjectConfiguration.parse(bytes)
  }

  struct Refusal: CustomTestStringConvertible, Sendable {
    var text: String
    var edit: ConfigurationEdit
    var error: ConfigurationEditError
    var testDescription: String { "\(error)" }

    init(_ text: String, _ edit: ConfigurationEdit, _ error: ConfigurationEditError) {
      self.text = text
      self.edit = edit
      self.error = error
    }
  }

  @Test(arguments: [
    Refusal(
      flow, .removeTarget("three"), .unknownTarget("three", known: ["one", "two"])),
    Refusal(flow, .renameTarget("one", to: "two"), .targetExists("two")),
    Refusal(flow, .renameTarget("one", to: "a b"), .badName("a b")),
    Refusal(flow, .setURL("https://u:p@h/p", of: "one"), .badURL(.credentials)),
    Refusal(flow, added("one"), .targetExists("one")),
    Refusal(flow, added("-x"), .badName("-x")),
    Refusal(
      "a: b", .setDefault("x"),
      .unreadable(
        ConfigurationError(
          .unknownKey, line: 1, column: 1, key: "a", expected: ProjectConfiguration.keys))),
    Refusal(
      "targets:\n  a: &x { url: 'lua:a' }\n  b: *x\n", .setURL("lua:c", of: "b"),
      .needsHand(line: 3)),
    Refusal(
      "targets:\n  a: &x { url: 'lua:a' }\n  b: *x\n", .setURL("lua:c", of: "a"),
      .needsHand(line: 1)),
    Refusal(
      "targets:\n  a:\n    url: >-\n      lua:a\n", .setURL("lua:c", of: "a"), .needsHand(line: 3)),
  ])
  func `an edit that cannot be made changes nothing and says why`(refusal: Refusal) {
    #expect(throws: refusal.error) {
      try ProjectConfiguration.edited(Array(refusal.text.utf8), by: refusal.edit)
    }
  }

  @Test func `a file of any shape is edited rightly or not at all`() throws {
    let edits: [ConfigurationEdit] = [
      Self.added("new"), Self.added("new", isDefault: true), .removeTarget("production"),
      .removeTarget("one"), .renameTarget("two", to: "x"), .setURL("lua:c", of: "staging"),
      .setURL("lua:c", of: "one"), .setDefault("two"), .setDefault("staging"),
    ]
    let pieces = [
      "&x ", "*x", "{", "}", "[", ",", ": ", "\n", "  ", "# c\n", "'", "\"", "---\n", "...\n", "- ",
      "? ", "| ", "~", "é", "\r\n", "\t", "!!str ", "default: true\n",
    ]
    let seed: UInt64 = 2026
    var state = seed
    func random(below count: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % count
    }
    var successes = 0
    for round in 0..<3_000 {
      var bytes = Array([Self.block, Self.flow, Self.braces][round % 3].utf8)
      for _ in 0...random(below: 3) {
        let place = random(below: bytes.count + 1)
        let end = min(bytes.count, place + random(below: 4) * random(below: 6))
        bytes.replaceSubrange(place..<end, with: pieces[random(below: pieces.count)].utf8)
      }
      let edit = edits[random(below: edits.count)]
      guard let result = try? ProjectConfiguration.edited(bytes, by: edit) else { continue }
      successes += 1
      let before = try ProjectConfiguration.parse(bytes)
      let after = try ProjectConfiguration.parse(result)
      let difference = after.targets.count - before.targets.count
      switch edit {
      case .addTarget: #expect(difference == 1, "seed \(seed), round \(round)")
      case .removeTarget: #expect(difference == -1, "seed \(seed), round \(round)")
      case .renameTarget, .setURL, .setDefault:
        #expect(difference == 0, "seed \(seed), round \(round)")
      }
      #expect(after.ignore == before.ignore && after.owners == before.owners)
    }
    #expect(successes > 100)
  }
}
