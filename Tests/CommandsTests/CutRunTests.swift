import Commands
import JSON
import Platform
import TestSupport
import Testing

/// A run that stops half-way says what it did, to people and to scripts.
@Suite struct CutRunTests {
  /// A world with two files to be pulled, and hooks that interrupt the run at the first of them.
  private func world() async throws -> (HistoryWorld, FileHooks) {
    let world = try await HistoryWorld()
    for name in ["a.txt", "b.txt"] { try world.write("one\n", to: name) }
    #expect(await world.run("push").exit == 0)
    #expect(await world.run(["clone", world.url, "other"], in: "home").exit == 0)
    for name in ["a.txt", "b.txt"] { try world.write("two\n", to: name) }
    #expect(await world.run("push").exit == 0)
    let hooks = FileHooks(before: { (step) throws(Errno) in
      guard case .rename = step.kind, step.name == "a.txt" else { return }
      withUnsafeCurrentTask { $0?.cancel() }
    })
    return (world, hooks)
  }

  /// Runs a command in a task of its own, so that it is the command that is interrupted.
  private func pull(_ options: String...) async throws -> HistoryWorld.Outcome {
    let (world, hooks) = try await world()
    return await Task {
      await world.run(
        ["pull"] + options, in: "home/other", fileSystem: HookedFileSystem(hooks: hooks))
    }.value
  }

  @Test func `the error document carries the document of the run`() async throws {
    let cut = try await pull("--json")
    #expect(cut.exit == 130, "\(cut.errors)")
    let document = try cut.json
    #expect(document["schema"]?.stringValue == "syncline/error/1")
    #expect(document["error"]?["code"]?.stringValue == "cut_off")
    let run = try #require(document["run"])
    #expect(run["schema"]?.stringValue == "syncline/run/1")
    #expect(run["run"]?.stringValue != nil)
    #expect(run["pulled"] == ["a.txt"])
  }

  @Test func `people are shown the same`() async throws {
    let cut = try await pull()
    #expect(cut.exit == 130)
    #expect(cut.output == "  pulled a.txt\n")
    #expect(cut.errors.contains("was cut off"))
  }

  @Test
  func `a clone that was interrupted before its first file is carried on by the same command`()
    async throws
  {
    let world = try await HistoryWorld()
    for name in ["a.txt", "b.txt"] { try world.write("one\n", to: name) }
    #expect(await world.run("push").exit == 0)
    let hooks = FileHooks(before: { (step) throws(Errno) in
      // The first file on its way into the staging area.
      guard case .createFile = step.kind, step.name.utf8.count >= 62 else { return }
      withUnsafeCurrentTask { $0?.cancel() }
    })
    // Safe because the task is over before the world is used again.
    nonisolated(unsafe) let shared = world
    let cut = await Task {
      await shared.run(
        ["clone", shared.url, "other"], in: "home", fileSystem: HookedFileSystem(hooks: hooks))
    }.value
    #expect(cut.exit == 130, "\(cut.output)\(cut.errors)")
    #expect(!world.folder.exists("home/other/a.txt"))
    let again = await world.run(["clone", world.url, "other"], in: "home")
    #expect(again.exit == 0, "\(again.errors)")
    #expect(try world.folder.text("home/other/b.txt") == "one\n")
    #expect(await world.run(["clone", world.url, "other"], in: "home").exit == 2)
  }

  @Test func `an error without a run has no document of one`() async throws {
    let world = try await HistoryWorld()
    let refused = await world.run("push", "nowhere", "--json")
    #expect(refused.exit == 2)
    #expect(try refused.json["error"] != nil && refused.json["run"] == nil)
  }
}

/// The real file system, with hooks around every step below its folders.
struct HookedFileSystem: FileSystem {
  let hooks: FileHooks
  private let real: any FileSystem = POSIXFileSystem()

  init(hooks: FileHooks) { self.hooks = hooks }

  func openDirectory(path: String) throws(Errno) -> any Directory {
    HookedDirectory(try real.openDirectory(path: path), hooks)
  }

  func createDirectory(path: String, mode: UInt32) throws(Errno) {
    try real.createDirectory(path: path, mode: mode)
  }

  func resolve(path: String) throws(Errno) -> String { try real.resolve(path: path) }
}
