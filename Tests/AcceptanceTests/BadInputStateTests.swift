import JSON
import Platform
import SQLite
import TestSupport
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A `state.db` that cannot be trusted is refused, left as it is, and the way out works.
@Suite struct `A state file that is not ours to believe` {
  struct Damage: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var code = "unusable_state"
    var words: String
    var hint: String?
    var change: @Sendable ([UInt8]) -> [UInt8]
  }

  private static let foreign: [UInt8] = {
    guard let stage = try? Stage() else { return [] }
    do {
      let connection = try Connection(path: stage.path + "/other.db", mode: .readWriteCreate)
      try connection.execute("CREATE TABLE notes (text TEXT)")
      return try POSIXFileSystem().readFile(path: stage.path + "/other.db")
    } catch { return [] }
  }()

  static let damages = [
    Damage(testDescription: "nothing in it", words: "not a Syncline state file") { _ in [] },
    Damage(testDescription: "its first 100 bytes", words: "malformed") { Array($0.prefix(100)) },
    Damage(testDescription: "its first page and a bit", words: "malformed") {
      Array($0.prefix(5000))
    },
    Damage(testDescription: "its first half", words: "malformed") {
      Array($0.prefix($0.count / 2 / 4096 * 4096))
    },
    Damage(testDescription: "another program's database", words: "not a Syncline state file") { _ in
      foreign
    },
    Damage(testDescription: "a text with merge markers", words: "not a database") { _ in
      Array("<<<<<<< ours\nstate\n=======\nstate\n>>>>>>> theirs\n".utf8)
    },
    Damage(testDescription: "merge markers within", words: "malformed") {
      $0[..<3000] + Array("<<<<<<< ours\n".utf8) + $0[3000...]
    },
    Damage(testDescription: "pages of something else", words: "malformed") { bytes in
      var bytes = bytes
      for index in 8192..<min(bytes.count, 40960) { bytes[index] = 0xa5 }
      return bytes
    },
    Damage(
      testDescription: "a later format", code: "unknown_version", words: "has format 99",
      hint: "use the newer program"
    ) { bytes in
      var bytes = bytes
      (bytes[60], bytes[61], bytes[62], bytes[63]) = (0, 0, 0, 99)
      return bytes
    },
    Damage(
      testDescription: "an earlier format", code: "unknown_version", words: "has format 1,",
      hint: "move .syncline/state.db away"
    ) { bytes in
      var bytes = bytes
      (bytes[60], bytes[61], bytes[62], bytes[63]) = (0, 0, 0, 1)
      return bytes
    },
  ]

  @Test(arguments: damages) func `is refused, and moving it away helps`(
    _ damage: Damage
  ) throws {
    let (stage, hub, ada) = try Stage.withProject()
    defer { withExtendedLifetime((stage, hub)) {} }
    let work = try ada.clone("p", of: hub, into: "work")
    for number in 0..<3 { try work.write("text \(number)\n", to: "f\(number).txt") }
    try work.run("push").require(0)
    let file = work.path + "/.syncline/state.db"
    let damaged = damage.change(try POSIXFileSystem().readFile(path: file))
    try replace(file, with: damaged)
    try work.write("new\n", to: "new.txt")
    try work.remove("f0.txt")
    let before = try work.tree()
    for verb in [["status"], ["check"], ["pull"], ["push"], ["sync"], ["runs"], ["undo"]] {
      let result = try work.person.run(verb + ["--json"], in: work.path)
      let message = try result.expectRefusal(5, damage.code)
      #expect(message.contains(damage.words), "\(result.words)")
      if let hint = damage.hint { result.expectTold(hint) }
      result.expectTold("state.db")
      expectSame(before, try work.tree())
      #expect(try POSIXFileSystem().readFile(path: file) == damaged)
    }
    #expect(rename(file, work.person.stage + "/moved.db") == 0)
    for tail in ["-wal", "-shm"] { unlink(file + tail) }
    try work.run("sync").expect(0)
    // Nothing is known to be deleted without a state: both sides have everything.
    #expect(try work.content().paths == ["f0.txt", "f1.txt", "f2.txt", "new.txt"])
    try work.expectNoLitter()
    try work.json("status").expect(0)
  }

  @Test func `the words for a truncated file, whole`() throws {
    let (stage, hub, ada) = try Stage.withProject()
    defer { withExtendedLifetime((stage, hub)) {} }
    let work = try ada.clone("p", of: hub, into: "work")
    let file = work.path + "/.syncline/state.db"
    try replace(file, with: Array(try POSIXFileSystem().readFile(path: file).prefix(100)))
    let result = try work.run("push").expect(5)
    #expect(result.outputText.isEmpty)
    #expect(
      result.errorText == """
        error: '.syncline/state.db' cannot be used: database disk image is malformed.
        hint: move .syncline/state.db away and run 'syncline sync': nothing is deleted then, \
        and what differs is shown as a conflict

        """)
  }

  @Test func `a folder in its place, or a private folder that is a file or a link`() throws {
    let (stage, hub, ada) = try Stage.withProject()
    defer { withExtendedLifetime((stage, hub)) {} }
    let work = try ada.clone("p", of: hub, into: "work")
    try work.write("a\n", to: "a.txt")
    try work.run("push").require(0)
    let file = work.path + "/.syncline/state.db"
    for tail in ["-wal", "-shm"] { unlink(file + tail) }
    #expect(rename(file, stage.path + "/kept.db") == 0)
    #expect(mkdir(file, 0o700) == 0)
    try work.json("status").expectRefusal(5, "unusable_state")
    try work.json("push").expectRefusal(5, "unusable_state")
    #expect(rmdir(file) == 0)
    #expect(rename(stage.path + "/kept.db", file) == 0)
    try work.run("status").expect(0)
    #expect(rename(work.path + "/.syncline", stage.path + "/away") == 0)
    try work.link(".syncline", to: "../away")
    let linked = try work.json("sync").expectRefusal(5, "unusable_state")
    #expect(linked.contains(".syncline"))
    try work.remove(".syncline")
    try work.write("no folder", to: ".syncline")
    try work.json("sync").expectRefusal(5, "unusable_state")
    try work.remove(".syncline")
    #expect(rename(stage.path + "/away", work.path + "/.syncline") == 0)
    try work.run("sync").expect(0)
  }

  private func replace(_ file: String, with bytes: [UInt8]) throws {
    for tail in ["-wal", "-shm"] { unlink(file + tail) }
    let slash = try #require(file.lastIndex(of: "/"))
    let folder = try POSIXFileSystem().openDirectory(path: String(file[..<slash]))
    let open = try folder.openFileForUpdate("state.db")
    try open.truncate(to: 0)
    try open.write(bytes)
  }
}
