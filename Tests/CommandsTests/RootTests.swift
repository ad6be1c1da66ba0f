import Platform
import TestSupport
import Testing

@testable import Commands

/// Which folder a record belongs to.
@Suite struct RootTests {
  @Test func `a folder that was moved goes on, and one that was copied is told`() async throws {
    let world = try await HistoryWorld()
    try world.write("one\n", to: "a.txt")
    #expect(await world.run("sync").exit == 0)
    func rename(_ old: String, _ new: String) throws {
      try world.folder.open().rename(old, to: world.folder.open(), as: new, .noReplace)
    }
    try rename("p", "moved")
    let moved = await world.run(["sync"], in: "moved")
    #expect(moved.exit == 0 && !moved.errors.contains("copied"))
    // A copy is a folder whose record speaks of another one that is still there.
    try rename("moved", "copy")
    _ = try world.folder.folder("moved/.syncline")
    let copied = await world.run(["sync"], in: "copy")
    #expect(copied.exit == 0)
    #expect(copied.errors.contains("copied from '\(world.folder.path)/moved'"))
    #expect(await world.run(["sync"], in: "copy").errors.contains("copied") == false)
  }

  @Test func `a record is read back as it was written`() throws {
    let record = try #require(RootRecord("12:34:/a:b/c"))
    #expect(record.path == "/a:b/c" && record.device == 12 && record.inode == 34)
    #expect(RootRecord(record.text) == record)
    #expect(RootRecord("12:/a") == nil)
  }
}
