import Commands
import Crypto
import JSON
import HubProtocol
import SyncModel
import TestSupport
import Testing

/// Messages that say what is so, where they once said something else.
@Suite struct TruthfulWordsTests {
  /// A world in which a text was changed on both sides, in the same line.
  private func conflict(at path: String) async throws -> HistoryWorld {
    let world = try await HistoryWorld()
    try world.write("one\n", to: path)
    await world.run("push")
    try await world.bindSecond()
    try world.folder.write("theirs\n", to: "q/" + path)
    _ = await world.run(["push"], in: "q")
    try world.write("ours\n", to: path)
    return world
  }

  @Test func `a file that was marked counts as work, and is not marked again`() async throws {
    let world = try await conflict(at: "a.txt")
    let marked = await world.run("resolve", "a.txt", "--keep", "markers")
    #expect(marked.output.contains("1 marked here"), "\(marked.output)")
    let text = try #require(world.text("a.txt"))
    #expect(text.contains("<<<<<<< local\n") && text.contains(">>>>>>> remote\n"))
    let again = await world.run("resolve", "a.txt", "--keep", "markers")
    #expect(world.text("a.txt") == text)
    #expect(again.errors.contains("has markers already"), "\(again.errors)")
    for words in [["resolve", "a.txt", "--keep", "local"], ["sync", "--prefer", "local"]] {
      let kept = await world.run(words, in: "p")
      #expect(kept.exit == 3)
      #expect(kept.errors.contains("'a.txt' stays in conflict: it still has"), "\(kept.errors)")
      #expect(await world.run("show", "a.txt@remote").output == "theirs\n")
    }
    try world.write("both\n", to: "a.txt")
    await world.run("resolve", "a.txt", "--keep", "local")
    #expect(await world.run("show", "a.txt@remote").output == "both\n")
  }

  @Test func `what came to the remote after the markers is not overwritten unseen`() async throws {
    let world = try await conflict(at: "a.txt")
    await world.run("resolve", "a.txt", "--keep", "markers")
    try world.folder.write("theirs\nlater\n", to: "q/a.txt")
    _ = await world.run(["push"], in: "q")
    try world.write("ours and theirs\n", to: "a.txt")
    let first = await world.run("resolve", "a.txt", "--keep", "local")
    #expect(first.exit == 3)
    #expect(
      first.errors.contains("the remote has changed since its markers were written"),
      "\(first.errors)")
    #expect(await world.run("show", "a.txt@remote").output == "theirs\nlater\n")
    // Once it was told, the answer counts.
    try world.write("ours, theirs and later\n", to: "a.txt")
    #expect(await world.run("resolve", "a.txt", "--keep", "local").exit == 0)
    #expect(await world.run("show", "a.txt@remote").output == "ours, theirs and later\n")
    // Another conflict of the same path is another question.
    _ = await world.run(["pull"], in: "q")
    try world.folder.write("new\n", to: "q/a.txt")
    _ = await world.run(["push"], in: "q")
    try world.write("mine\n", to: "a.txt")
    #expect(await world.run("resolve", "a.txt", "--keep", "local").exit == 0)
  }

  @Test func `where a copy would be ignored, both is no answer and says why`() async throws {
    let world = try await conflict(at: "notes.txt")
    try world.write("*.conflict-*\n", to: ".gitignore")
    await world.run("push", ".gitignore")
    let run = await world.run("sync", "--prefer", "both")
    #expect(run.exit == 3)
    #expect(run.errors.contains("'notes.txt' stays in conflict"), "\(run.errors)")
    #expect(!run.errors.contains("|both|"))
    let resolved = await world.run("resolve", "notes.txt", "--keep", "both")
    #expect(resolved.exit == 3)
    #expect(resolved.errors.contains("'notes.txt' stays in conflict"), "\(resolved.errors)")
    #expect(world.text("notes.txt") == "ours\n")
  }

  @Test func `a copy that the remote has already comes with the answer that asks for one`()
    async throws
  {
    let world = try await conflict(at: "d/a.txt")
    let hex = Array("ours\n".utf8).withUnsafeBytes { SHA256.hash($0) }.hex
    let copy = "d/a.conflict-local-\(hex.prefix(8)).txt"
    try world.folder.write("ours\n", to: "q/" + copy)
    _ = await world.run(["push"], in: "q")
    let run = await world.run("resolve", "d", "--keep", "both")
    #expect(run.exit == 0, "\(run.output)\(run.errors)")
    #expect(world.text("d/a.txt") == "theirs\n")
    #expect(world.text(copy) == "ours\n")
    let status = await world.run("status")
    #expect(status.output.contains("In sync"))
    #expect(status.output.contains("to be looked at and removed by you:\n  \(copy)\n"))
    #expect(try await world.run("status", "--json").texts("conflict_copies") == [copy])
    // Once it is edited, it is a file like any other.
    try world.write("mine\n", to: copy)
    #expect(try await world.run("status", "--json").texts("conflict_copies").isEmpty)
  }

  @Test func `a kind conflict shows all that stands against each other`() async throws {
    let world = try await HistoryWorld()
    try world.write("one\n", to: "z.txt")
    await world.run("push")
    try await world.bindSecond()
    try world.folder.write("theirs x\n", to: "q/d/x")
    try world.folder.write("theirs y\n", to: "q/d/y")
    _ = await world.run(["push"], in: "q")
    try world.write("our file\n", to: "d")
    let diff = await world.run("diff")
    for line in ["+our file", "-theirs x", "-theirs y"] {
      #expect(diff.output.contains(line + "\n"), "\(diff.output)")
    }
    let item = try await world.run("status", "--json").json["items"]?[0]
    #expect(item?["members"]?.arrayValue?.map { $0["path"]?.stringValue } == ["d", "d/x", "d/y"])
    let patch = try await world.run("diff", "--json").json["items"]?[0]?["patch"]?.stringValue
    #expect(patch?.contains("-theirs y") == true)
    // Its parts are decided together, and who names one is told so.
    let part = await world.run("resolve", "d/x", "--keep", "remote")
    #expect(part.exit != 0 && part.errors.contains("'d'"), "\(part.errors)")
    #expect(await world.run("resolve", "d", "--keep", "both").exit == 0)
    #expect(world.text("d/y") == "theirs y\n")
  }

  @Test func `a conflict that a run leaves is told with both sides and the way to see them`()
    async throws
  {
    let world = try await conflict(at: "a.txt")
    for verb in ["sync", "push", "pull"] {
      let run = await world.run(verb)
      #expect(run.exit == 3)
      #expect(run.output.contains("\n      remote 20"), "\(run.output)")
      #expect(run.output.contains(", local 20"), "\(run.output)")
      #expect(run.errors.contains("syncline diff PATH"), "\(run.errors)")
    }
  }

  @Test func `a deletion that is left is told with the way back`() async throws {
    let world = try await conflict(at: "a.txt")
    await world.run("resolve", "a.txt", "--keep", "local")
    try world.folder.removeFile("p/a.txt")
    let pull = await world.run("pull")
    #expect(pull.output.contains("Done: nothing; left: 1 changed the other way"), "\(pull.output)")
    #expect(pull.errors.contains("syncline restore PATH"), "\(pull.errors)")
    await world.run("restore", "a.txt")
    #expect(world.text("a.txt") == "ours\n")
    _ = await world.run(["pull"], in: "q")
    try world.folder.removeFile("q/a.txt")
    _ = await world.run(["push"], in: "q")
    let push = await world.run("push")
    #expect(push.errors.contains("syncline push --mirror PATH"), "\(push.errors)")
    await world.run("push", "--mirror", "a.txt")
    #expect((await world.run("status")).output.contains("In sync"))
  }

  @Test func `a folder in the place of a file is not called deleted`() async throws {
    let world = try await HistoryWorld()
    _ = try world.folder.folder("q")
    _ = await world.run(["init", world.url], in: "q")
    try world.folder.write("a file\n", to: "q/a")
    _ = await world.run(["push"], in: "q")
    try world.write("below\n", to: "a/b.txt")
    let status = await world.run("status")
    #expect(status.output.contains("local a folder"), "\(status.output)")
    #expect(!status.output.contains("local deleted"))
  }

  @Test func `more deletions than the base has entries are told as what they are`() async throws {
    let world = try await HistoryWorld()
    try world.write("one\n", to: "one.txt")
    try world.write("two\n", to: "two.txt")
    await world.run("push")
    for index in 1...31 { try world.write("\(index)\n", to: "new\(index).txt") }
    let stopped = await world.run("pull", "--mirror")
    #expect(stopped.exit == 5)
    #expect(
      stopped.errors.contains(
        "31 files would be deleted on the local side, and 2 files were in sync"),
      "\(stopped.errors)")
  }

  @Test func `a token for one project is told that it may not make others`() async throws {
    let hub = try ServedHub()
    try hub.createProject("site")
    let token = try hub.token(.write, project: "site")
    let folder = try TemporaryFolder()
    let refused = try await CommandRun.run(
      ["init", hub.url + "/other", "--create"], in: folder.path,
      environment: ["HOME": folder.path, "SYNCLINE_TOKEN": token])
    #expect(refused.code == .notAllowed)
    #expect(refused.errors.contains("not bound to one project"), "\(refused.errors)")
    hub.stop()
  }

  @Test func `a project is not deleted beside a running hub, and the words say so`() async throws {
    let hub = try ServedHub()
    try hub.createProject("site")
    let refused = try await hub.manage(["project", "delete", "site", "-y"])
    #expect(refused.code == .locked)
    #expect(refused.errors.contains("'project delete' and 'purge' need the folder to themselves"))
    hub.stop()
  }

  @Test func `what was synced is not called nothing where it cannot be read`() async throws {
    let world = try await HistoryWorld()
    try world.write("one\n", to: "a.txt")
    await world.run("push")
    try world.write("no database", to: ".syncline/state.db")
    let doctor = await world.run("doctor")
    #expect(!doctor.output.contains("nothing was synced"), "\(doctor.output)")
    #expect(doctor.output.contains("what was synced last could not be read"))
  }

  @Test func `a message that no history keeps is refused with its limit, before a request`()
    async throws
  {
    let world = try await HistoryWorld()
    try world.write("one\n", to: "a.txt")
    let longest = String(repeating: "x", count: 65_536)
    world.stopHub()
    for words in [["push"], ["sync"], ["plan", "--out", "plan.json"]] {
      let refused = await world.run(words + ["-m", longest + "x"], in: "p")
      #expect(refused.exit == 2)
      #expect(refused.errors.contains("has 65537 bytes; a history keeps at most 65536"))
    }
    try world.serveBackup("hub")
    try #require(await world.run("target", "set-url", "main", world.url).exit == 0)
    #expect(await world.run("push", "-m", longest).exit == 0)
  }
}
