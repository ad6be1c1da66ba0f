import HTTPServing
import JSON
import Platform
import SyncModel
import TestSupport
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Field bugs, chapter G: the command line, its targets, its filters and what it says.
@Suite struct FieldCommandTests {
  // B27
  @Test func `options that nobody knows, alone or run together, ask for nothing`() throws {
    let field = try FieldStage()
    try field.ada.write("a by ada\n", to: "a.txt")
    field.server.spoil(nil)
    for words in [
      ["push", "-la"], ["push", "-fn"], ["push", "--dry_run"], ["push", "--dryrun"],
      ["pull", "--mirrror"], ["push", "-al"], ["sync", "-prefer=remote"], ["push", "-nx"],
    ] {
      try field.ada.run(words[0], words[1]).expect(2)
      #expect(field.server.asked.isEmpty, "\(words)")
    }
    try field.expectInvariants()
  }

  // B57
  @Test func `what a CI job or a pipe has on its input answers no question`() throws {
    let field = try FieldStage()
    try field.pushAsBen(["a.txt": "a by ben\n"])
    try field.ada.write("a by ada\n", to: "a.txt")
    var variables = field.ada.person.environment
    variables["CI"] = "1"
    for input in ["", "y\ny\n", "r\nr\nr\n"] {
      let result = try Syncline.run(
        ["sync"], environment: variables, directory: field.ada.path, input: Array(input.utf8),
        seconds: 20)
      result.expect(3).expectTold("--prefer").expectTold("resolve")
      #expect(try field.ada.text("a.txt") == "a by ada\n")
    }
    try field.expectInvariants()
  }

  // B58
  @Test func `an unknown target is an error without a request, and every run names its target`()
    throws
  {
    let field = try FieldStage()
    try field.ada.run("target", "add", "production", field.hub.url + "/p").expect(0)
    field.server.spoil(nil)
    for verb in ["push", "pull", "sync", "status", "diff", "check"] {
      try field.ada.run(verb, "--target", "produktion").expect(2).expectTold("production")
    }
    #expect(field.server.asked.isEmpty)
    try field.ada.write("a by ada\n", to: "a.txt")
    let name = try #require(
      try field.ada.json("status").document()["target"]?["name"]?.stringValue)
    for words in [["status"], ["push", "-n"], ["push"], ["pull"], ["sync"], ["push"]] {
      let told = try field.ada.person.run(words, in: field.ada.path).expect(0)
      #expect(told.outputText.contains("arget \(name)"), "\(told.words)")
    }
    try field.expectInvariants()
  }

  // B59
  @Test func `secrets and what programs make are not sent, and are listed as skipped`() throws {
    let field = try FieldStage()
    let skipped = [
      ".env", ".env.local", "sub/.env.production", "key.pem", "sub/id_rsa", ".npmrc",
      ".config/syncline/credentials", ".git/config", "sub/.git/HEAD", "node_modules/m/i.js",
      "sub/node_modules/m/i.js", ".mcp.json", ".cursor/mcp.json", "sub/.claude/settings.json",
      ".envrc", ".ssh/config",
    ]
    for name in skipped { try field.ada.write("secret of \(name)\n", to: name) }
    try field.ada.write("sent\n", to: "sub/sent.txt")
    #expect(try field.run(field.ada, ["push"]).paths("pushed") == ["sub/sent.txt"])
    let listed = try field.ada.run("ignored").expect(0).outputText
    for name in skipped {
      let parts = name.split(separator: "/")
      let isListed = (1...parts.count).contains { count in
        listed.contains(parts.prefix(count).joined(separator: "/"))
      }
      #expect(isListed, "\(name) is not in \(listed)")
    }
    try field.expectInvariants(except: Set(skipped.map { TreePath($0) }))
    #expect(try field.ben.content().paths == ["a.txt", "b.txt", "sub/sent.txt"])
    for name in skipped { #expect(try field.ada.text(name) == "secret of \(name)\n") }
  }

  // B60
  @Test(arguments: [".synclineignore", ".gitignore", "syncline.yaml"])
  func `a new rule deletes nothing, and a rule that goes deletes nothing`(place: String) throws {
    let field = try FieldStage(["logs/x.log": "x\n", "logs/y.log": "y\n", "a.txt": "a\n"])
    let ada = field.ada
    let old = ada.has(place) ? try ada.text(place) : ""
    try ada.write(
      place == "syncline.yaml" ? old + "ignore: [\"logs/\"]\n" : "logs/\n", to: place)
    for verb in ["sync", "push", "pull"] {
      let result = try field.run(ada, [verb])
      #expect(try result.paths("deleted_remote") == [] && result.paths("deleted_local") == [])
    }
    #expect(ada.has("logs/x.log"))
    try ada.remove("logs/x.log")
    try ada.write("y by ada\n", to: "logs/y.log")
    for words in [["sync"], ["push", "--force"]] {
      let result = try field.run(ada, words)
      #expect(try result.paths("deleted_remote") == [], "\(result.words)")
    }
    #expect(try field.run(field.ben, ["pull"]).paths("deleted_local") == [])
    if old.isEmpty { try ada.remove(place) } else { try ada.write(old, to: place) }
    let back = try field.run(ada, ["sync"], 3)
    #expect(try back.paths("pulled") == ["logs/x.log"])
    #expect(try back.paths("deleted_remote").filter { $0 != place } == [])
    #expect(try back.paths("conflicts") == ["logs/y.log"])
    try field.expectInvariants()
  }

  // B61
  @Test func `a folder that is deleted there keeps what is ignored in it here`() throws {
    let field = try FieldStage(["d/x.txt": "x\n", "d/e/y.txt": "y\n", "a.txt": "a\n"])
    for name in ["d/.env", "d/e/node_modules/m.js"] { try field.ada.write("mine\n", to: name) }
    try field.pushAsBen(removing: ["d/x.txt", "d/e/y.txt"])
    let pulled = try field.run(field.ada, ["pull"])
    #expect(try pulled.paths("deleted_local") == ["d/e/y.txt", "d/x.txt"])
    for name in ["d/.env", "d/e/node_modules/m.js"] {
      #expect(try field.ada.text(name) == "mine\n")
    }
    #expect(try field.states(field.ada) == [:])
    try field.expectInvariants(except: ["d/e/node_modules/m.js"])
  }

  // B62
  @Test func `a push of one file sends that one, and leaves the other as it stood`() throws {
    let field = try FieldStage()
    try field.ada.write("a by ada\n", to: "a.txt")
    try field.ada.write("b by ada\n", to: "b.txt")
    field.server.spoil(nil)
    let pushed = try field.run(field.ada, ["push", "a.txt"], within: "a.txt")
    #expect(try pushed.paths("pushed") == ["a.txt"])
    #expect(try field.states(field.ada) == ["b.txt": "local_to_remote modified"])
    #expect(try field.run(field.ben, ["pull"]).paths("pulled") == ["a.txt"])
    // The base of the other one is what it was: an edit there is a conflict, not news.
    try field.pushAsBen(["b.txt": "b by ben\n"])
    #expect(try field.states(field.ada) == ["b.txt": "conflict modified"])
    try field.expectInvariants()
  }

  // B63
  @Test func `a server that says yes and keeps nothing is found out by the next look`() throws {
    let field = try FieldStage()
    try field.ada.write("a by ada\n", to: "a.txt")
    let claimed = MadeUpListing(
      id: "", entries: [.file("a.txt", "a by ada\n"), .file("b.txt", "base b\n")])
    let digest = try #require(claimed.text.between(#""tree_digest":""#, "\""))
    field.server.spoil { asked in
      guard asked.isCommit else { return nil }
      return .instead(.hub(200, #"{"revision":2,"tree_digest":"\#(digest)","repeated":false}"#))
    }
    let pushed = try field.ada.json("push").expect(0)
    field.server.spoil(nil)
    // Whatever the run believed, the next look does not.
    let status = try field.ada.json("status")
    let isLeft = try field.states(field.ada)["a.txt"] == "local_to_remote modified"
    let isRewound = try field.ada.run("status").outputText.contains("rewound")
    #expect(isLeft || isRewound || status.exitCode != 0, "\(pushed.words)\n\(status.words)")
    #expect(try field.ada.text("a.txt") == "a by ada\n")
    if isRewound { try field.ada.run("rebase").expect(0) }
    try field.expectInvariants()
    // A history that went back makes no side the older one: both texts are kept.
    let texts = try field.ben.content().paths.map { try field.ben.text($0.description) }
    #expect(texts.contains("a by ada\n"), "\(texts)")
  }

  // B64
  @Test func `a pull that was undone is news again, and is not pushed back`() throws {
    let field = try FieldStage(["a.txt": "a\n", "b.txt": "b\n", "c.txt": "c\n"])
    try field.pushAsBen(["a.txt": "a by ben\n", "new.txt": "new\n"], removing: ["b.txt"])
    try field.run(field.ada, ["pull"])
    let undone = try field.run(field.ada, ["undo"])
    #expect(try undone.paths("pushed") == [] && undone.paths("deleted_remote") == [])
    #expect(
      try field.states(field.ada) == [
        "a.txt": "remote_to_local modified", "b.txt": "remote_to_local deleted",
        "new.txt": "remote_to_local added",
      ])
    #expect(try field.run(field.ada, ["push"]).paths("pushed") == [])
    let synced = try field.run(field.ada, ["sync"])
    #expect(try synced.paths("pulled") == ["a.txt", "new.txt"])
    try field.expectInvariants()
    #expect(try field.ben.text("a.txt") == "a by ben\n")
  }
}
