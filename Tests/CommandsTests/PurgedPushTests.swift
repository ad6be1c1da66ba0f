import JSON
import SyncModel
import TestSupport
import Testing

@testable import Commands

@Suite struct PurgedPushTests {
  @Test func `contents that were purged fail alone and by name, and the rest is pushed`()
    async throws
  {
    let world = try await HistoryWorld()
    // More than a run has passes.
    let names = (1...6).map { "secret\($0).txt" }
    for name in names { try world.write("the secret of \(name)\n", to: name) }
    try #require(await world.run("push").exit == 0)
    for name in names { try world.folder.removeFile("p/" + name) }
    try #require(await world.run("push", "--allow-empty", "--allow-deletes", "6").exit == 0)
    world.stopHub()
    for name in names {
      let digest = ContentDigest.of("the secret of \(name)\n").description
      let purged = await world.run("hub", "purge", "shop", digest, "-y", "--data", "../hub")
      try #require(purged.exit == 0, "\(purged.errors)")
    }
    try world.serveBackup("hub")
    try #require(await world.run("target", "set-url", "main", world.url).exit == 0)
    for name in names { try world.write("the secret of \(name)\n", to: name) }
    try world.write("good\n", to: "good.txt")
    for _ in 1...2 {
      let push = await world.run("push", "--json")
      #expect(push.exit == 4)
      let failed = try #require(push.json["failed"]?.arrayValue)
      #expect(failed.compactMap { $0["path"]?.stringValue } == names)
      #expect(failed.allSatisfy { $0["message"]?.stringValue?.contains("for good") == true })
      #expect(!push.errors.contains("cut off"))
    }
    #expect(await world.run("show", "good.txt@remote").output == "good\n")
    try world.write("no secret\n", to: names[0])
    #expect(try await world.run("push", "--json").texts("pushed") == [names[0]])
  }
}
