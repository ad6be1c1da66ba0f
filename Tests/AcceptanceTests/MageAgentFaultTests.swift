import JSON
import Platform
import TestSupport
import Testing

/// What the shipped mage-agent 0.2.0 was seen to do wrong, and ours does not.
@Suite(
  .enabled(if: MageServer.program != nil, MageServer.absence), .mageServer, .serialized,
  .timeLimit(.minutes(10)))
struct MageAgentFaultTests {
  private func stage() throws -> (MageAgentStage, MageServer) {
    let server = try #require(MageServer.current)
    let mage = try MageAgentStage(signedInTo: server)
    _ = try mage.data("sync-project-to-local")
    return (mage, server)
  }

  @Test func `a: a pull does not forget the edit that was not pushed yet`() throws {
    let (mage, server) = try stage()
    try mage.agree("fault_a/a.py", "base\n")
    try mage.agree("fault_a/b.sql", "base\n")
    try mage.folder.write("mine\n", to: "fault_a/a.py")
    try server.save("fault_a/b.sql", "theirs\n")
    let pull = try mage.data("sync-project-to-local")
    #expect(pull["remote_to_local"]?.texts == ["fault_a/b.sql"])
    #expect(try mage.data("sync-status")["local_to_remote"]?.texts == ["fault_a/a.py"])
    // The colleague's edit of the same file then is a conflict, and overwrites nothing.
    try server.save("fault_a/a.py", "theirs\n")
    #expect(try mage.data("sync-project-to-local")["conflicts"]?.texts == ["fault_a/a.py"])
    #expect(try mage.folder.text("fault_a/a.py") == "mine\n")
  }

  @Test func `b: a pull does not forget the conflict that it left`() throws {
    let (mage, server) = try stage()
    try mage.agree("fault_b/b.sql", "base\n")
    try mage.folder.write("mine\n", to: "fault_b/b.sql")
    try server.save("fault_b/b.sql", "theirs\n")
    for _ in 0..<3 {
      #expect(try mage.data("sync-project-to-local")["conflicts"]?.texts == ["fault_b/b.sql"])
      #expect(try mage.data("sync-status")["conflicts"]?.texts == ["fault_b/b.sql"])
    }
    #expect(try mage.folder.text("fault_b/b.sql") == "mine\n")
    #expect(server.text("fault_b/b.sql") == "theirs\n")
  }

  @Test func `c: line ends arrive as they are, both ways`() throws {
    let (mage, server) = try stage()
    try server.disk.write(Array("a\r\nb\r\n".utf8), to: "fault_c/theirs.py")
    try mage.folder.write("c\r\nd\r\n", to: "fault_c/mine.py")
    _ = try mage.data("sync")
    #expect(mage.folder.bytes("fault_c/theirs.py") == Array("a\r\nb\r\n".utf8))
    #expect(server.bytes("fault_c/mine.py") == Array("c\r\nd\r\n".utf8))
  }

  @Test func `d: the same new content on both sides is in sync`() throws {
    let (mage, server) = try stage()
    try server.save("fault_d/d.py", "same\n")
    try mage.folder.write("same\n", to: "fault_d/d.py")
    let status = try mage.data("sync-status")
    #expect(status["conflicts"]?.texts == [])
    #expect(status["in_sync"]?.texts.contains("fault_d/d.py") == true)
  }

  @Test func `e: a file that is no text is not emptied, deleted or forgotten`() throws {
    let (mage, server) = try stage()
    for name in ["theirs.txt", "mine.txt"] { try mage.agree("fault_e/" + name, "text\n") }
    try server.disk.write([0x66, 0xFC, 0x72], to: "fault_e/theirs.txt")
    try mage.folder.write([0x66, 0xFC, 0x72], to: "fault_e/mine.txt")
    let blocked = try mage.data("sync-status")["blocked"]?.arrayValue ?? []
    #expect(blocked.contains { $0["path"] == "fault_e/theirs.txt" })
    _ = try mage.run("sync", "--local-project-dir", mage.folder.path)
    #expect(try mage.folder.text("fault_e/theirs.txt") == "text\n")
    #expect(server.text("fault_e/mine.txt") == "text\n")
    for name in ["theirs.txt", "mine.txt"] { try server.delete("fault_e/" + name) }
  }

  @Test func `e: a deletion there is kept here, and comes back`() throws {
    let (mage, server) = try stage()
    try mage.agree("fault_e/gone.py", "kept\n")
    try server.delete("fault_e/gone.py")
    let pull = try mage.data("sync-project-to-local")
    #expect(pull["remote_to_local"]?.texts == ["fault_e/gone.py"])
    let place = try #require(pull["kept"]?[0]?["where"]?.stringValue)
    #expect(try mage.folder.text(place) == "kept\n")
    _ = try mage.data("undo")
    #expect(try mage.folder.text("fault_e/gone.py") == "kept\n")
  }

  @Test func `e: an edit of the same size in the same second is seen`() throws {
    let (mage, server) = try stage()
    try mage.agree("fault_e/fast.py", "print(0)\n")
    // The second is not over when the file is read, however slow the machine is.
    let second = Int(WallClock.system.now() / 1_000_000_000) + 600
    for number in 1...4 {
      try server.save("fault_e/fast.py", "print(\(number))\n")
      try server.disk.setModified("fault_e/fast.py", to: second)
      #expect(try mage.data("sync-project-to-local")["files_written"] == 1)
      #expect(try mage.folder.text("fault_e/fast.py") == "print(\(number))\n")
    }
    for number in 1...4 {
      try mage.folder.write("print(\(number + 4))\n", to: "fault_e/fast.py")
      try mage.folder.setModified("fault_e/fast.py", to: second)
      #expect(try mage.data("sync-local-to-remote")["files_pushed"] == 1)
      #expect(server.text("fault_e/fast.py") == "print(\(number + 4))\n")
    }
  }
}
