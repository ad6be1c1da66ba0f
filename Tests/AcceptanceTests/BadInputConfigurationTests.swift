import TestSupport
import Testing

/// A `syncline.yaml` that is not right is told with its line, before any request and any write.
@Suite struct `A configuration that is not right` {
  struct Text: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var words: String
    /// The whole text; `URL` stands for the target's address.
    var text: String
  }

  private static let good = "targets:\n  main: { url: \"URL\", default: true }\n"

  static let texts = [
    Text(
      testDescription: "larger than any", words: "larger than 1 MiB",
      text: good + "# " + String(repeating: "x", count: 2 << 20)),
    Text(
      testDescription: "a bomb of aliases", words: "line",
      text: "a: &a [x, x, x, x, x, x, x, x, x]\n"
        + zip("bcdefghijkl", "abcdefghijk").map { new, old in
          "\(new): &\(new) [\(Array(repeating: "*\(old)", count: 9).joined(separator: ", "))]\n"
        }.joined()),
    Text(
      testDescription: "nesting without end", words: "line 1",
      text: String(repeating: "[", count: 100_000)),
    Text(testDescription: "an unknown key", words: "frobnicate", text: good + "frobnicate: 1\n"),
    Text(testDescription: "a key twice", words: "twice", text: good + "ignore: []\nignore: []\n"),
    Text(
      testDescription: "merge markers", words: "line",
      text: "<<<<<<< ours\n" + good + "=======\n>>>>>>> theirs\n"),
    Text(testDescription: "a list", words: "mapping", text: "[1, 2]\n"),
    Text(testDescription: "nothing", words: "names no target", text: ""),
    Text(testDescription: "no target", words: "names no target", text: "ignore: [\"*.tmp\"]\n"),
    Text(testDescription: "a tab for a space", words: "not YAML", text: "\ttargets: 1\n"),
    Text(
      testDescription: "a password in an address", words: "must not hold",
      text: "targets:\n  main: { url: \"http://u:sekret@127.0.0.1:1/p\" }\n"),
    Text(
      testDescription: "an unknown policy", words: "maybe",
      text: good + "conflicts: {default: maybe}\n"),
    Text(
      testDescription: "a name that steers a terminal", words: "\\u{1b}",
      text: good + "project: \"a\\e[31m\"\n"),
  ]

  @Test(arguments: texts) func `is refused before any request`(_ text: Text) throws {
    let (stage, hub, ada) = try Stage.withProject()
    defer { withExtendedLifetime((stage, hub)) {} }
    let work = try ada.clone("p", of: hub, into: "work")
    try work.write("a\n", to: "a.txt")
    try work.run("push").require(0)
    let old = try work.text("syncline.yaml")
    try work.write(text.text.replacingLast("URL", hub.url + "/p"), to: "syncline.yaml")
    try work.remove("a.txt")
    let before = try work.tree()
    let count = try settledRequests(hub)
    for verb in ["status", "pull", "push", "sync"] {
      let plain = try work.run(verb).expect(2).expectHarmless()
      plain.expectTold("syncline.yaml").expectTold(text.words)
      #expect(!plain.errorText.contains("sekret"))
      try work.person.run([verb, "--json"], in: work.path).expect(2).expectHarmless()
      expectSame(before, try work.tree())
    }
    #expect(try settledRequests(hub) == count)
    try work.write(old, to: "syncline.yaml")
    try work.run("sync").expect(0)
  }

  /// The number of requests so far, with none on its way into the log.
  private func settledRequests(_ hub: HubProcess) throws -> Int {
    hub.stop()
    defer { try? hub.restart() }
    return try hub.requests().count
  }
}
