import Commands
import JSON
import Platform
import TestSupport
import Testing

/// What words mean, counted from the current folder.
@Suite struct PlaceTests {
  /// A synced `x.txt` that was edited, and a file of the same name in a folder that is never synced.
  private func world(_ folder: String) async throws -> HistoryWorld {
    let world = try await HistoryWorld()
    try world.write("one\n", to: "x.txt")
    try world.write("fine\n", to: "d/y.txt")
    await world.run("push")
    try world.write("two\n", to: "x.txt")
    try world.write("other\n", to: folder + "/x.txt")
    return world
  }

  @Test(arguments: ["we:ird", "blank ", "d/con"])
  func `no word counts from a folder that cannot be a path`(_ folder: String) async throws {
    let world = try await world(folder)
    for words in [
      ["push", "x.txt"], ["status", "x.txt"], ["pull", "x.txt", "-n"], ["show", "x.txt"],
      ["restore", "x.txt"], ["log", "x.txt"], ["ignored", "x.txt"], ["diff", "../x.txt"],
      ["plan", "x.txt", "--out", world.folder.path + "/plan"],
    ] {
      let refused = await world.run(words, in: "p/" + folder)
      #expect(refused.exit == 2, "\(words): \(refused.output)\(refused.errors)")
      #expect(refused.errors.contains("'\(folder)' is never synced"), "\(words)")
      #expect(refused.errors.contains("hint:"))
    }
    // Nothing was taken for the file of the same name at the root.
    let status = await world.run("status", "x.txt", "--json")
    #expect(try status.json["counts"]?["local_to_remote"]?.intValue == 1)
    // Without words the whole project is meant, wherever one is.
    #expect(await world.run(["status"], in: "p/" + folder).exit == 0)
    #expect(await world.run(["push"], in: "p/" + folder).exit == 4)
  }

  @Test(arguments: ["é", "\u{301}x", "a/日本"])
  func `words count from the current folder whatever it and those above are called`(
    _ name: String
  ) async throws {
    let world = try await HistoryWorld()
    _ = try world.folder.folder(name + "/project")
    let root = name + "/project"
    #expect(await world.run(["init", world.url], in: root).exit == 0)
    for place in ["x.txt", "d/x.txt", "d/\(name)/x.txt"] {
      try world.folder.write("one\n", to: root + "/" + place)
    }
    for (place, path) in [("d", "d/x.txt"), ("d/" + name, "d/\(name)/x.txt"), ("", "x.txt")] {
      let pushed = await world.run(["push", "x.txt", "--json"], in: root + "/" + place)
      #expect(pushed.exit == 0, "\(pushed.errors)")
      #expect(try pushed.texts("pushed") == [path])
    }
    #expect(await world.run(["check"], in: root).exit == 0)
  }

  /// Real folders, none of which can be opened.
  private struct BrokenDisk: FileSystem {
    let error: Errno

    func openDirectory(path: String) throws(Errno) -> any Directory { throw error }

    func createDirectory(path: String, mode: UInt32) throws(Errno) { throw error }

    func resolve(path: String) throws(Errno) -> String { path }
  }

  @Test(arguments: [
    (Errno.inputOutput, ExitCode.stopped), (.tooManyOpenFiles, .stopped), (.notFound, .usage),
    (.accessDenied, .usage),
  ])
  func `a folder on a broken disk is no usage error`(_ error: Errno, _ code: ExitCode)
    async throws
  {
    let folder = try TemporaryFolder()
    for verb in ["status", "push"] {
      let run = try await CommandRun.run(
        [verb], in: folder.path, fileSystem: BrokenDisk(error: error))
      #expect(run.code == code, "\(run.errors)")
      #expect(run.errors.contains("cannot be opened") && run.errors.contains("hint: "))
    }
  }
}
