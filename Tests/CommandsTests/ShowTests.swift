import JSON
import TestSupport
import Testing

@Suite struct ShowTests {
  /// A world in which `a.txt` is `one` at revision 1, `two` at 2, and edited since.
  private func world() async throws -> HistoryWorld {
    let world = try await HistoryWorld()
    try world.write("one\n", to: "a.txt")
    try world.folder.link("p/link", to: "a.txt")
    await world.run("push")
    try world.write("two\n", to: "a.txt")
    await world.run("push")
    try world.write("here\n", to: "a.txt")
    return world
  }

  @Test(arguments: [
    ("a.txt", "here\n"), ("a.txt@1", "one\n"), ("a.txt@2", "two\n"), ("a.txt@base", "two\n"),
    ("a.txt@remote", "two\n"), ("link", "a.txt\n"), ("link@1", "a.txt\n"),
  ])
  func `every version comes as it is`(word: String, text: String) async throws {
    let shown = try await world().run("show", word)
    #expect(shown.output == text)
    #expect(shown.exit == 0)
  }

  @Test func `a file whose name holds the sign is meant by its name`() async throws {
    let world = try await world()
    try world.write("itself\n", to: "a.txt@1")
    #expect(await world.run("show", "a.txt@1").output == "itself\n")
    await world.run("push")
    #expect(await world.run("show", "a.txt@1@3").output == "itself\n")
  }

  @Test(arguments: ["b.txt", "b.txt@1", "a.txt@9", "b.txt@base", "b.txt@remote", "../x", "a.txt@x"])
  func `what there is not is a usage error`(word: String) async throws {
    let shown = try await world().run("show", word, "--json")
    #expect(shown.exit == 2)
    #expect(try shown.json["schema"]?.stringValue == "syncline/error/1")
  }

  @Test func `bytes that are no text come unchanged, also in a document`() async throws {
    let world = try await HistoryWorld()
    let bytes = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
    try world.folder.write(bytes, to: "p/raw")
    await world.run("push")
    try world.folder.removeFile("p/raw")
    #expect(await world.run("show", "raw@1").bytes == bytes)
    let document = try await world.run("show", "raw@remote", "--json").json
    #expect(document["schema"]?.stringValue == "syncline/show/1")
    #expect(document["content"]?.stringValue.flatMap { Base64.decode($0) } == bytes)
    #expect(document["size"]?.intValue == 300_000)
  }

  @Test func `a local file is shown when no hub answers, and so is the base of a text`()
    async throws
  {
    let world = try await world()
    world.stopHub()
    #expect(await world.run("show", "a.txt").output == "here\n")
    #expect(await world.run("show", "a.txt@base").output == "two\n")
    #expect(await world.run("show", "a.txt@1").exit == 7)
  }
}
