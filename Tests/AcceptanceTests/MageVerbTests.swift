import JSON
import Platform
import TestSupport
import Testing

/// Every verb of the program with a Mage target, once each, in the order of a working day.
@Suite(
  .enabled(if: MageServer.program != nil, MageServer.absence), .mageServer, .serialized,
  .timeLimit(.minutes(5)))
struct MageVerbTests {
  private func bound(_ mage: MageStage, _ name: String) throws -> Clone {
    _ = try mage.stage.folder.folder(name)
    let clone = Clone(path: mage.stage.path + "/" + name, person: mage.person)
    try clone.run("init", mage.url).require(0)
    return clone
  }

  @Test func `looking and moving`() throws {
    let mage = try MageStage()
    let clone = try bound(mage, "day")
    try clone.run("pull", "--dry-run").require(0)
    #expect(!clone.has("metadata.yaml"))
    try clone.run("pull").require(0)
    try clone.run("check").require(0)
    try clone.write("a = 1\n", to: "utils/verbs.py")
    try clone.run("check").require(1)
    #expect(try clone.run("diff", "--exit-code").require(1).outputText.contains("+a = 1"))
    try clone.run("push", "-n").require(0)
    #expect(mage.server.bytes("utils/verbs.py") == nil)
    try clone.run("plan", "--out", "day.plan").require(0)
    try clone.run("apply", "day.plan").require(0)
    #expect(mage.server.text("utils/verbs.py") == "a = 1\n")
    try clone.run("push", "nothing.py").require(2)
  }

  @Test func `looking back and going back`() throws {
    let mage = try MageStage()
    let clone = try bound(mage, "back")
    try clone.run("pull").require(0)
    try mage.agree(clone, "utils/back.py", "one\n")
    let log = try clone.json("log", "utils/back.py").require(0).document()
    let version = try #require(log["entries"]?[0]?["revision"]?.intValue)
    // Mage keeps the last version of each second, whose number it rounds.
    KillRounds.wait(max(0, (Int64(version) + 2) * 1_000_000_000 - WallClock.system.now()))
    try clone.write("two\n", to: "utils/back.py")
    try clone.run("push", "-m", "a second one").require(0)
    #expect(try clone.run("show", "utils/back.py@base").require(0).outputText == "two\n")
    try clone.run("restore", "utils/back.py", "--at", "\(version)").require(0)
    #expect(try clone.text("utils/back.py") == "one\n")
    try clone.run("restore", "utils/back.py").require(0)
    #expect(try clone.text("utils/back.py") == "two\n")
    try clone.run("runs").require(0)
    try clone.run("undo").require(0)
    #expect(try clone.run("trash", "list").require(0).outputText.contains("utils/back.py"))
    try clone.run("trash", "prune", "-n").require(0)
  }

  @Test func `targets and what is said about them`() throws {
    let mage = try MageStage()
    let clone = try bound(mage, "targets")
    try clone.run("sync").require(0)
    try clone.run("target", "add", "second", mage.url).require(0)
    try clone.run("status", "--target", "second").require(0)
    try clone.run("target", "rename", "second", "third").require(0)
    try clone.run("target", "set-url", "third", mage.url + "/").require(0)
    try clone.run("target", "default", "third").require(0)
    #expect(try clone.run("target", "list").require(0).outputText.contains(mage.url))
    try clone.run("target", "relink").require(0)
    try clone.run("target", "default", "main").require(0)
    try clone.run("target", "remove", "third").require(0)
    try clone.run("rebase").require(0)
    try clone.run("whoami").require(0)
    try clone.run("logout").require(0)
    try clone.run("login", mage.url).require(0)
    try clone.run("ignored").require(0)
    try clone.run("doctor").require(0)
  }

  @Test func `a server that is away, and an address where none is, are told as such`() throws {
    let mage = try MageStage()
    let clone = try bound(mage, "away")
    try clone.run("sync").require(0)
    let before = try clone.content()
    try clone.run("target", "set-url", "main", "mage+http://127.0.0.1:9").require(0)
    try clone.run("sync", seconds: 90).require(7)
    // A page of Mage's own where its interface should be.
    try clone.run("target", "set-url", "main", mage.url + "/pipelines").require(0)
    try clone.run("sync").require(7)
    #expect(try clone.content() == before)
  }
}
