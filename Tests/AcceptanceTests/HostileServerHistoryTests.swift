import HTTPServing
import JSON
import Platform
import TestSupport
import Testing

/// A server that forgot, replaced or emptied a project deletes nothing here by that.
@Suite struct `A server's history is not what it was` {
  private func world() throws -> (Stage, HubProcess, Person, HostileServer, Clone) {
    let (stage, hub, ada) = try Stage.withProject()
    defer { withExtendedLifetime((stage, hub)) {} }
    let server = try HostileServer(before: hub.url)
    try ada.run(["clone", server.url + "/p", "work"]).require(0)
    let work = Clone(path: stage.path + "/work", person: ada)
    for number in 0..<5 { try work.write("text \(number)\n", to: "f\(number).txt") }
    try work.run("push").require(0)
    return (stage, hub, ada, server, work)
  }

  /// Expects a run to stop at a brake with these words, and the folder to stay.
  private func expectStopped(_ work: Clone, _ words: String, _ verbs: [String]...) throws {
    let before = try work.tree()
    for verb in verbs {
      let result = try work.person.run(verb, in: work.path)
      result.expect(5).expectTold("nothing was written").expectTold(words).expectHarmless()
      expectSame(before, try work.tree())
    }
  }

  @Test func `an empty listing of a later revision deletes nothing`() throws {
    let (stage, hub, ada, server, work) = try world()
    defer { withExtendedLifetime((stage, hub)) {} }
    let id = try projectID(of: work)
    let gone = (0..<5).map { number in
      MadeUpListing.Entry(path: "f\(number).txt", node: "null", term: "")
    }
    var changes = MadeUpListing(id: id, revision: 9, since: 1, entries: gone)
    changes.treeDigest = String(repeating: "0", count: 64)
    let emptied = changes.response
    server.spoil { $0.isListing ? .instead(emptied) : nil }
    try expectStopped(
      work, "stopped:", ["pull"], ["sync"], ["pull", "--force"], ["sync", "-y"])
    // The whole tree said to be empty at the known revision is no continuation at all.
    var none = MadeUpListing(id: id, revision: 9, since: nil, entries: [])
    none.treeDigest = String(repeating: "0", count: 64)
    let whole = none.response
    server.spoil { asked in
      guard asked.isListing else { return nil }
      return .instead(
        asked.path.contains("since=") ? .refusal(410, "history_gone") : whole)
    }
    let result = try ada.run(["pull", "--json"], in: work.path)
    result.expect(5, 7).expectHarmless()
    #expect(try work.content().paths.count == 5)
    server.spoil(nil)
    try work.run("pull").expect(0)
    try work.expectNoLitter()
  }

  @Test func `a hub that was restored from an old backup`() throws {
    let (stage, hub, _, server, work) = try world()
    defer { withExtendedLifetime((stage, hub)) {} }
    try hub.run("backup", "--data", hub.data, stage.path + "/backup").require(0)
    try work.write("after the backup\n", to: "late.txt")
    try work.write("changed\n", to: "f0.txt")
    try work.remove("f1.txt")
    try work.run("push").require(0)
    try hub.run("restore", "--data", stage.path + "/old", stage.path + "/backup").require(0)
    let old = try stage.hub("old")
    server.stand(before: old.url)
    try expectStopped(work, "rewound", ["pull"], ["push"], ["sync"], ["sync", "-y"])
    try work.run("status").expect(0).expectTold("rewound")
    try work.run("rebase").expect(0)
    // Now nothing is known to be deleted: everything of either side is there afterwards.
    let after = try work.run("sync")
    after.expect(0, 3).expectHarmless()
    #expect(try work.text("late.txt") == "after the backup\n")
    #expect(try work.text("f0.txt") == "changed\n")
    #expect(work.has("f1.txt"))
    old.stop()
    try old.expectClean()
  }

  @Test func `another project behind the same name`() throws {
    let (stage, hub, ada, server, work) = try world()
    defer { withExtendedLifetime((stage, hub)) {} }
    let other = try stage.hub("other")
    try other.createProject("p")
    let token = try stage.person("eve", of: other).token
    server.stand(before: other.url)
    var eve = ada
    eve.token = token
    let clone = Clone(path: work.path, person: eve)
    let before = try clone.tree()
    for verb in ["pull", "push", "sync"] {
      let result = try clone.json(verb)
      result.expect(5, 7).expectHarmless(token: token)
      expectSame(before, try clone.tree())
    }
  }

  @Test func `the hub says that the same revision is another tree`() throws {
    let (stage, hub, _, server, work) = try world()
    defer { withExtendedLifetime((stage, hub)) {} }
    let id = try projectID(of: work)
    let entries = (0..<4).map { MadeUpListing.Entry.file("f\($0).txt", "text \($0)\n") }
    let whole = MadeUpListing(id: id, revision: 1, since: nil, entries: entries)
    var part = MadeUpListing(
      id: id, revision: 1, since: 1,
      entries: [MadeUpListing.Entry(path: "f4.txt", node: "null", term: "")])
    part.treeDigest = whole.text.between(#""tree_digest":""#, "\"")
    let (first, second) = (part.response, whole.response)
    server.spoil { asked in
      guard asked.isListing else { return nil }
      return .instead(asked.path.contains("since=") ? first : second)
    }
    try expectStopped(work, "rewound", ["pull"], ["sync"])
    server.spoil(nil)
    try work.run("pull").expect(0)
    #expect(try work.content().paths.count == 5)
  }

  /// The project's id, as a listing has it.
  private func projectID(of work: Clone) throws -> String {
    let made = try work.json("plan", "--out", work.person.stage + "/plan.json")
    try made.require(0)
    let bytes = try POSIXFileSystem().readFile(path: work.person.stage + "/plan.json")
    return try #require(try JSONValue.parse(bytes)["target"]?["identity"]?.stringValue)
  }
}
