import JSON
import TestSupport
import Testing

/// What is said of entries whose names cannot be paths, and of what else is blocked.
@Suite struct UnnameableTests {
  /// A synced `x.txt` that was edited, and a folder that is never synced.
  private func world(_ folder: String) async throws -> HistoryWorld {
    let world = try await HistoryWorld()
    try world.write("one\n", to: "x.txt")
    try world.write("fine\n", to: "d/y.txt")
    await world.run("push")
    try world.write("two\n", to: "x.txt")
    try world.write("other\n", to: folder + "/x.txt")
    return world
  }

  @Test func `names that cannot be paths count where the named part of the project holds them`()
    async throws
  {
    let world = try await world("d/we:ird")
    #expect(await world.run("push", "x.txt").exit == 0)
    #expect(await world.run("check", "x.txt").exit == 0)
    #expect(await world.run("diff", "x.txt", "--exit-code").exit == 0)
    for verb in ["status", "check", "diff"] {
      let other = try await world.run(verb, "x.txt", "--json").json
      #expect(other["counts"]?["blocked"]?.intValue == 0 && other["items"] == [])
      let inside = try await world.run(verb, "d", "--json").json
      #expect(inside["counts"]?["blocked"]?.intValue == 1)
      let items = try #require(inside["items"]?.arrayValue)
      #expect(items.compactMap { $0["path"]?.stringValue } == ["d/we:ird"])
    }
    #expect(await world.run("check", "d").exit == 1)
    #expect(await world.run("push", "d").exit == 4)
    #expect(await world.run("push", "*.txt").exit == 0)
    #expect(await world.run("push", "d/we*").exit == 4)
    #expect(await world.run("status", "d/we*").output.contains("d/we:ird"))
  }

  @Test func `a diff for scripts lists what is blocked, and shows no patch of it`() async throws {
    let world = try await world("we:ird")
    try world.folder.link("p/out", to: "/etc/passwd")
    let document = try await world.run("diff", "--json").json
    let items = try #require(document["items"]?.arrayValue)
    #expect(items.compactMap { $0["path"]?.stringValue } == ["out", "x.txt", "we:ird"])
    for item in items where item["state"] == "blocked" {
      #expect(item["patch"]?.isNull == true)
    }
    #expect(document["counts"]?["blocked"]?.intValue == items.count { $0["state"] == "blocked" })
    #expect(items[1]["patch"]?.stringValue?.contains("+two") == true)
  }
}
