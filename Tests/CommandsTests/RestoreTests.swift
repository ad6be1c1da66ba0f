import JSON
import TestSupport
import Testing

@Suite struct RestoreTests {
  @Test func `an earlier version comes back as a local edit, and undo takes it back`() async throws
  {
    let world = try await HistoryWorld()
    try world.write("one\n", to: "a.txt")
    await world.run("push")
    try world.write("two\n", to: "a.txt")
    await world.run("push")
    try world.write("mine\n", to: "a.txt")
    let dry = await world.run("restore", "a.txt", "--at", "1", "-n", "--json")
    #expect(try dry.json["dry_run"]?.boolValue == true)
    #expect(try dry.texts("pulled") == ["a.txt"])
    #expect(world.text("a.txt") == "mine\n")
    let done = await world.run("restore", "a.txt", "--at", "1", "--json")
    #expect(done.exit == 0)
    #expect(try done.json["schema"]?.stringValue == "syncline/run/1")
    #expect(world.text("a.txt") == "one\n")
    let kept = try #require(try done.json["kept"]?[0]?["where"]?.stringValue)
    #expect(world.text(kept) == "mine\n")
    let status = try await world.run("status", "--json").json
    #expect(status["items"]?[0]?["state"]?.stringValue == "local_to_remote")
    #expect(await world.run("undo").exit == 0)
    #expect(world.text("a.txt") == "mine\n")
  }

  @Test func `without a revision the last sync's version comes, else the history's last`()
    async throws
  {
    let world = try await HistoryWorld()
    try world.write("one\n", to: "a.txt")
    try world.write("deep\n", to: "d/e.txt")
    await world.run("push")
    try world.write("edited\n", to: "a.txt")
    #expect(await world.run("restore", "a.txt").exit == 0)
    #expect(world.text("a.txt") == "one\n")
    try world.folder.removeFile("p/d/e.txt")
    await world.run("push")
    #expect(await world.run("restore", "d/e.txt").exit == 0)
    #expect(world.text("d/e.txt") == "deep\n")
    let status = try await world.run("status", "--json").json
    #expect(status["items"]?[0]?["change"]?.stringValue == "added")
  }

  @Test func `the executable bit and links come back as well`() async throws {
    let world = try await HistoryWorld()
    try world.write("#!/bin/sh\n", to: "run.sh", mode: 0o755)
    try world.folder.link("p/link", to: "run.sh")
    await world.run("push")
    try world.folder.setMode(0o644, of: "p/run.sh")
    try world.folder.removeFile("p/link")
    #expect(await world.run("restore", "run.sh").exit == 0)
    #expect(await world.run("restore", "link").exit == 0)
    #expect(try await world.run("status", "--json").json["items"]?.arrayValue?.isEmpty == true)
    #expect(await world.run("show", "link").output == "run.sh\n")
  }

  @Test func `a version that is there already writes nothing`() async throws {
    let world = try await HistoryWorld()
    try world.write("one\n", to: "a.txt")
    await world.run("push")
    let same = await world.run("restore", "a.txt", "--json")
    #expect(same.exit == 0)
    #expect(try same.json["run"]?.isNull == true)
  }

  @Test func `what was absent is refused, and nothing is deleted`() async throws {
    let world = try await HistoryWorld()
    try world.write("one\n", to: "a.txt")
    await world.run("push")
    try world.write("late\n", to: "b.txt")
    await world.run("push")
    #expect(await world.run("restore", "b.txt", "--at", "1").exit == 2)
    #expect(await world.run("restore", "b.txt", "--at", "7").exit == 2)
    #expect(await world.run("restore", "never.txt").exit == 2)
    #expect(world.text("b.txt") == "late\n")
  }

  @Test func `a version that has no room or would be ignored is refused`() async throws {
    let world = try await HistoryWorld()
    try world.write("one\n", to: "d")
    try world.write("x\n", to: "z.log")
    await world.run("push")
    try world.folder.removeFile("p/d")
    try world.write("below\n", to: "d/e.txt")
    let blocked = await world.run("restore", "d", "--at", "1", "--json")
    #expect(blocked.exit == 2)
    #expect(try blocked.json["error"]?["code"]?.stringValue == "obstacle")
    #expect(world.text("d/e.txt") == "below\n")
    try world.write("*.log\n", to: ".gitignore")
    try world.write("secret edit\n", to: "z.log")
    #expect(await world.run("restore", "z.log", "--at", "1").exit == 2)
    #expect(world.text("z.log") == "secret edit\n")
  }
}
