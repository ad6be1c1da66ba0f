import JSON
import TestSupport
import Testing

@Suite struct UndoVerbTests {
  @Test func `a push is taken back by the start of its id, as a new commit`() async throws {
    let world = try await HistoryWorld()
    try world.write("one\n", to: "a.txt")
    await world.run("push")
    try world.write("two\n", to: "a.txt")
    await world.run("push")
    let run = try await world.newestRun()
    let dry = await world.run("undo", String(run.prefix(24)), "-n", "--json")
    #expect(try dry.texts("pushed") == ["a.txt"])
    #expect(await world.run("show", "a.txt@remote").output == "two\n")
    let undone = await world.run("undo", String(run.prefix(24)), "--json")
    #expect(undone.exit == 0)
    #expect(try undone.json["remote_revision"]?.intValue == 3)
    #expect(await world.run("show", "a.txt@remote").output == "one\n")
    #expect(world.text("a.txt") == "two\n")
    let states = try await world.run("runs", "--json").json["runs"]?.arrayValue
    #expect(states?.map { $0["state"]?.stringValue } == ["finished", "undone", "finished"])
    #expect(states?[0]["undoes"]?.stringValue == run)
  }

  @Test func `in a fresh checkout nothing is taken back, and nothing is bound`() async throws {
    let world = try await HistoryWorld()
    try world.folder.write(try #require(world.text("syncline.yaml")), to: "fresh/syncline.yaml")
    let undone = await world.run(["undo"], in: "fresh")
    #expect(undone.exit == 2)
    #expect(!world.folder.exists("fresh/.syncline"))
    for words in [["push", "nosuch"], ["resolve", "--keep", "local"], ["sync", "no*"]] {
      #expect(await world.run(words, in: "fresh").exit == 2, "\(words)")
      #expect(!world.folder.exists("fresh/.syncline"), "\(words)")
    }
  }

  @Test(arguments: [true, false])
  func `a folder with ignored files in the place is told before, and left`(isDryRun: Bool)
    async throws
  {
    let world = try await HistoryWorld()
    try world.write("*.log\n", to: ".gitignore")
    try world.write("one\n", to: "d")
    try world.write("one\n", to: "e")
    await world.run("push")
    try await world.bindSecond()
    try world.folder.removeFile("q/d")
    try world.folder.removeFile("q/e")
    _ = await world.run(["sync"], in: "q")
    await world.run("pull")
    try world.write("mine\n", to: "d/x.log")
    let undone = await world.run(["undo"] + (isDryRun ? ["-n"] : []), in: "p")
    #expect(undone.exit == (isDryRun ? 0 : 3), "\(undone.output)\(undone.errors)")
    #expect(
      undone.output.contains("left d: a folder with entries that are not synced"),
      "\(undone.output)")
    #expect(undone.output.contains("left: 1 not taken back"), "\(undone.output)")
    #expect(world.text("e") == (isDryRun ? nil : "one\n"))
    #expect(world.text("d/x.log") == "mine\n")
    let restored = await world.run(
      ["restore", "d", "--at", "1"] + (isDryRun ? ["-n"] : []), in: "p")
    #expect(restored.exit == 4)
    #expect(restored.errors.contains("'d' is left alone: a folder"), "\(restored.errors)")
  }

  @Test func `a conflict after an undo still knows when the other side was edited`() async throws {
    let world = try await HistoryWorld()
    try world.write("one\n", to: "a.txt")
    await world.run("push")
    try await world.bindSecond()
    try world.folder.write("theirs\n", to: "q/a.txt")
    _ = await world.run(["push"], in: "q")
    await world.run("pull")
    await world.run("undo")
    try world.write("ours\n", to: "a.txt")
    let status = await world.run("status")
    #expect(status.output.contains("a.txt"))
    #expect(!status.output.contains("time not known"), "\(status.output)")
    #expect(await world.run("sync", "--prefer", "newest").exit == 0)
    #expect(world.text("a.txt") == "ours\n")
  }

  @Test func `what has changed since is left and told`() async throws {
    let world = try await HistoryWorld()
    try world.write("one\n", to: "a.txt")
    try world.write("one\n", to: "b.txt")
    await world.run("push")
    let run = try await world.newestRun()
    try world.write("later\n", to: "b.txt")
    await world.run("push")
    let undone = await world.run("undo", run, "--json")
    #expect(undone.exit == 3)
    #expect(try undone.json["not_undone"]?[0]?["path"]?.stringValue == "b.txt")
    #expect(try undone.texts("deleted_remote") == ["a.txt"])
    #expect(await world.run("show", "b.txt@remote").output == "later\n")
  }

  @Test func `an undo that is taken back makes its run the last one again`() async throws {
    let world = try await HistoryWorld()
    try world.write("old\n", to: "old.txt")
    await world.run("push")
    try world.write("new\n", to: "new.txt")
    await world.run("push")
    await world.run("undo")
    let undo = try await world.newestRun()
    #expect(await world.run("undo", undo).exit == 0)
    let again = await world.run("undo", "--json")
    #expect(try again.json["deleted_remote"]?.arrayValue == ["new.txt"])
  }

  @Test func `the last run is the one that came last, whatever the clock said`() async throws {
    let world = try await HistoryWorld()
    try world.write("first\n", to: "first.txt")
    await world.run("push", days: 1)
    try world.write("second\n", to: "second.txt")
    await world.run("push")
    let undo = await world.run("undo", "--json")
    #expect(try undo.json["deleted_remote"]?.arrayValue == ["second.txt"])
  }

  @Test func `no such run is a usage error`() async throws {
    let world = try await HistoryWorld()
    #expect(await world.run("undo").exit == 2)
    #expect(await world.run("undo", "zzz").exit == 2)
  }
}
