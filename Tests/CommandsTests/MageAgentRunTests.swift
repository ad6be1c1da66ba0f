import JSON
import Platform
import SyncModel
import TestSupport
import Testing

@testable import Commands
@testable import Engine

/// What `mage-agent` answers to a run that did something and did not go smoothly.
@Suite struct MageAgentRunTests {
  private static let folder = ["--local-project-dir", "local"]

  /// A hub with two files that a local folder has in an older state.
  private func world() async throws -> HistoryWorld {
    let world = try await HistoryWorld()
    try world.signInMageAgent()
    for name in ["a.py", "b.py"] { try world.write("one\n", to: name) }
    #expect(await world.run("push").exit == 0)
    let first = await world.run(["mage-agent", "sync-project-to-local"] + Self.folder, in: "home")
    #expect(first.exit == 0, "\(first.errors)")
    for name in ["a.py", "b.py"] { try world.write("two\n", to: name) }
    #expect(await world.run("push").exit == 0)
    return world
  }

  private func run(
    _ words: String..., in world: HistoryWorld, hooks: FileHooks = FileHooks()
  ) async -> HistoryWorld.Outcome {
    await world.run(
      ["mage-agent"] + words + Self.folder, in: "home", fileSystem: HookedFileSystem(hooks: hooks))
  }

  @Test(arguments: ["sync-project-to-local", "sync"])
  func `a run that was cut off answers with what it did`(verb: String) async throws {
    let world = try await world()
    let hooks = FileHooks(before: { (step) throws(Errno) in
      guard case .rename = step.kind, step.name == "a.py" else { return }
      withUnsafeCurrentTask { $0?.cancel() }
    })
    let folder = world.folder
    // In a task of its own, so that it is the command that is interrupted.
    let cut = await Task {
      await world.run(
        ["mage-agent", verb] + Self.folder, in: "home", fileSystem: HookedFileSystem(hooks: hooks))
    }.value
    #expect(cut.exit == 130, "\(cut.errors)")
    let document = try cut.json
    #expect(document["status"] == "error")
    #expect(document["data"]?["run"]?.stringValue != nil)
    let list = verb == "sync" ? "pulled_files" : "remote_to_local"
    #expect(document["data"]?[list] == ["a.py"])
    #expect(try folder.text("home/local/a.py") == "two\n")
  }

  @Test(arguments: ["sync-project-to-local", "undo"])
  func `a state file that cannot be written does not take the answer away`(
    verb: String
  ) async throws {
    let world = try await world()
    let hooks = FileHooks(before: { (step) throws(Errno) in
      guard case .rename = step.kind, step.name == MageAgentState.fileName else { return }
      throw .noSpace
    })
    let run = await run(verb, in: world, hooks: hooks)
    #expect(run.exit == 0, "\(run.errors)")
    let data = try #require(try run.json["data"])
    let list = verb == "undo" ? "taken_back_local" : "remote_to_local"
    #expect(data[list] == ["a.py", "b.py"])
    let notices = (data["notices"]?.arrayValue ?? []).compactMap(\.stringValue)
    let notice = try #require(notices.first { $0.contains("the run is done") })
    #expect(notice.contains(MageAgentState.fileName))
    #expect(run.errors.contains(notice))
  }

  @Test func `an answer that could not be carried out settles no conflict`() async throws {
    let world = try await world()
    for name in ["a.py", "b.py"] { try world.folder.write("mine\n", to: "home/local/" + name) }
    let hooks = FileHooks(before: { (step) throws(Errno) in
      guard case .rename = step.kind, step.name == "a.py" else { return }
      throw .accessDenied
    })
    // Blanks around an answer are no other answer.
    let terminal = try Terminal(typed: "  r\n r \n")
    let run = await world.run(
      ["mage-agent", "sync"] + Self.folder, in: "home",
      fileSystem: HookedFileSystem(hooks: hooks), terminal: terminal)
    let shown = terminal.shown()
    #expect(run.exit == 1, "\(shown)")
    let data = try #require(try run.json["data"])
    #expect(data["failed"]?[0]?["path"] == "a.py", "\(shown)")
    #expect(data["conflicts_resolved_remote"] == ["b.py"])
    #expect(data["conflicts_skipped"] == ["a.py"])
    #expect(data["conflicts"] == ["a.py", "b.py"])
    #expect(try world.folder.text("home/local/a.py") == "mine\n")
  }

  @Test func `a look that takes nothing over says what does`() async throws {
    let world = try await HistoryWorld()
    try world.signInMageAgent()
    try world.write("one\n", to: "a.py")
    #expect(await world.run("push").exit == 0)
    try world.folder.write("one\n", to: "home/local/a.py")
    try world.folder.write(
      #"""
      {"version": 1, "files": {"a.py": {"last_synced_remote_modified_timestamp": 1790000000,
       "last_synced_local_modified_timestamp": 1790000000, "last_sync_at": "2026-11-20T12:00:00+00:00"}}}
      """#, to: "home/local/.mage-agent-sync-state.json")
    let look = try await run("sync-status", in: world).json["data"]
    #expect(look?["in_sync"] == ["a.py"])
    #expect(look?["notices"]?[0]?.stringValue?.contains("sync-project-to-local") == true)
    #expect(!world.folder.exists("home/local/.syncline"))
    #expect(await run("sync-project-to-local", in: world).exit == 0)
    try world.folder.write("mine\n", to: "home/local/a.py")
    let taken = try await run("sync-status", in: world).json["data"]
    #expect(taken?["local_to_remote"] == ["a.py"])
    #expect(taken?["notices"] == [])
  }

  @Test func `a state file that is none is named`() async throws {
    let world = try await HistoryWorld()
    try world.signInMageAgent()
    _ = try world.folder.folder("home/local/.mage-agent-sync-state.json")
    for verb in ["sync-status", "sync-project-to-local"] {
      let run = await run(verb, in: world)
      #expect(run.exit == 1)
      #expect(run.errors.contains(".mage-agent-sync-state.json"), "\(run.errors)")
      #expect(run.errors.contains("move what stands there away"))
    }
  }

  @Test func `an answer that nobody got is no success, and told in the envelope`() async throws {
    let world = try await world()
    let words = ["mage-agent", "runs"] + Self.folder
    let full = await world.run(words, in: "home", outputPath: "/dev/full")
    #expect(full.exit == 1)
    let envelope = try JSONValue.parse(Array(full.errors.utf8))
    #expect(envelope["error"]?["code"] == "INTERNAL_ERROR")
    #expect(envelope["error"]?["message"]?.stringValue?.contains("output") == true)
  }

  @Test func `an overtaken write names the command that shows what was overtaken`() async throws {
    let path = try SyncPath(validating: "a b.py")
    let words = Notice.overtakenWrite(path: path, place: ".versions/a b.py/1700000000")
      .mageAgentWords
    #expect(words.contains("`mage-agent show 'a b.py@1700000000'`"))
    let world = try await world()
    #expect(await run("show", "a.py@1", in: world).output == "one\n")
    #expect(await run("show", "a.py@remote", in: world).output == "two\n")
    let missing = await run("show", "none@1", in: world)
    #expect(missing.exit == 1)
    #expect(missing.errors.contains("CONFIG_INVALID") && !missing.errors.contains("syncline "))
  }
}
