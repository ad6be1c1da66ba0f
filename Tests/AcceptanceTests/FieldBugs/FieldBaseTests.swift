import Platform
import SyncModel
import TestSupport
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Field bugs, chapter A: what both sides are said to have agreed on.
@Suite struct FieldBaseTests {
  // B01
  @Test func `a forced pull for one file calls no other edit synced`() throws {
    let field = try FieldStage()
    try field.pushAsBen(["b.txt": "b by ben\n"])
    try field.ada.write("a by ada\n", to: "a.txt")
    try field.ada.write("b by ada\n", to: "b.txt")
    let named = try field.run(field.ada, ["pull", "--force", "b.txt"], within: "b.txt")
    #expect(try named.paths("kept") == ["b.txt"])
    #expect(try field.states(field.ada) == ["a.txt": "local_to_remote modified"])
    let all = try field.run(field.ada, ["pull", "--force"])
    #expect(try all.paths("pulled") == ["a.txt"] && all.paths("kept") == ["a.txt"])
    #expect(try field.ada.text("a.txt") == "base a\n")
    try field.expectInvariants()
  }

  // B02
  @Test func `a folder that was deleted here is a deletion, and a pull says how it comes back`()
    throws
  {
    let field = try FieldStage(["d/x.txt": "x\n", "d/y.txt": "y\n", "a.txt": "a\n"])
    for name in ["d/x.txt", "d/y.txt"] { try field.ada.remove(name) }
    #expect(rmdir(field.ada.path + "/d") == 0)
    let deletions = ["d/x.txt": "local_to_remote deleted", "d/y.txt": "local_to_remote deleted"]
    #expect(try field.states(field.ada) == deletions)
    let pulled = try field.run(field.ada, ["pull"])
    #expect(try pulled.paths("left") == ["d/x.txt", "d/y.txt"])
    let told = try field.ada.run("pull").expect(0)
    told.expectTold("2 changed the other way").expectTold("syncline restore PATH")
    #expect(!told.outputText.contains("nothing to do"), "\(told.words)")
    try field.run(field.ada, ["pull", "--mirror"])
    #expect(try field.ada.text("d/x.txt") == "x\n")
    // The other way: a deletion that is pushed is one.
    try field.ada.remove("d/y.txt")
    try field.run(field.ada, ["push"])
    try field.expectInvariants()
    #expect(!field.ben.has("d/y.txt") && field.ben.has("d/x.txt"))
  }

  // B03: the executable bit is all that a hub keeps about a file but its bytes.
  @Test func `a change of what is kept about a file alone is a change`() throws {
    let field = try FieldStage()
    try field.ben.setMode(0o755, of: "a.txt")
    try field.run(field.ben, ["push"])
    #expect(try field.states(field.ada) == ["a.txt": "remote_to_local mode"])
    try field.run(field.ada, ["pull"])
    let entry = try field.ada.tree()["a.txt"]
    guard case .file(_, isExecutable: true)? = entry else {
      Issue.record("\(String(describing: entry))")
      return
    }
    try field.expectInvariants()
  }

  // B04, B13
  @Test func `another target that has the same files gets no copies, and the first no request`()
    throws
  {
    let field = try FieldStage()
    let other = try field.stage.hub("other")
    try other.createProject("q")
    let twin = try field.stage.person("cy", of: other).bind("cy", to: "q", of: other)
    for name in ["a.txt", "b.txt"] { try twin.write(try field.ben.text(name), to: name) }
    try twin.run("push").require(0)
    var moved = field.ada
    moved.person = try field.stage.person("ada", of: other)
    try moved.run("target", "add", "second", other.url + "/q").require(0)
    try moved.run("target", "default", "second").require(0)
    field.server.spoil(nil)
    let pushed = try field.run(moved, ["push"])
    #expect(try pushed.paths("pushed") == [] && pushed.paths("deleted_remote") == [])
    #expect(try pushed.paths("adopted") == ["a.txt", "b.txt"])
    try moved.write("for the second\n", to: "a.txt")
    #expect(try field.run(moved, ["push"]).paths("pushed") == ["a.txt"])
    #expect(field.server.asked.isEmpty)
    try twin.run("pull").require(0)
    #expect(try twin.text("a.txt") == "for the second\n")
    other.stop()
    try field.ada.run("target", "default", "main").expect(0)
    // The first target never saw the edit: for it that is an edit like any other.
    #expect(try field.states(field.ada) == ["a.txt": "local_to_remote modified"])
    try field.expectInvariants()
    #expect(try field.ben.text("a.txt") == "for the second\n")
  }

  // B05, B08
  @Test(arguments: [["push"], ["push", "--force"], ["sync"]])
  func `without a base nothing on the remote is deleted, and the run says so`(
    _ words: [String]
  ) throws {
    let field = try FieldStage(["z.txt": "z\n", "old/y.txt": "y\n"])
    _ = try field.stage.empty("foreign")
    try field.stage.folder.write("mine\n", to: "foreign/mine.txt")
    let foreign = try field.ada.person.bind("foreign", to: "p", of: field.hub)
    let pushed = try field.run(foreign, words)
    #expect(try pushed.paths("deleted_remote") == [] && pushed.paths("pushed") == ["mine.txt"])
    pushed.expectTold("deletions could not be recognized")
    // A checkout whose state is gone is such a folder, too.
    let gone = field.stage.path + "/state"
    #expect(rename(field.ada.path + "/.syncline", gone) == 0)
    try field.ada.remove("z.txt")
    try field.ada.write("by ada\n", to: "new.txt")
    let again = try field.run(field.ada, words)
    #expect(try again.paths("deleted_remote") == [] && again.paths("pushed") == ["new.txt"])
    again.expectTold("deletions could not be recognized")
    try field.expectInvariants()
    #expect(try field.ben.text("z.txt") == "z\n")
  }

  // B06
  @Test func `an answered conflict is over, and a skipped one stays what it is`() throws {
    let field = try FieldStage()
    try field.pushAsBen(["a.txt": "a by ben\n", "b.txt": "b by ben\n"])
    try field.ada.write("a by ada\n", to: "a.txt")
    try field.ada.write("b by ada\n", to: "b.txt")
    try field.run(field.ada, ["resolve", "a.txt", "--keep", "local"])
    for _ in 0..<2 {
      for verb in ["sync", "push", "pull"] {
        #expect(try field.run(field.ada, [verb], 3).paths("conflicts") == ["b.txt"])
        #expect(try field.states(field.ada) == ["b.txt": "conflict modified"])
        #expect(try field.ada.text("b.txt") == "b by ada\n")
      }
    }
    try field.run(field.ben, ["pull"])
    #expect(try field.ben.text("a.txt") == "a by ada\n")
    #expect(try field.ben.text("b.txt") == "b by ben\n")
    try field.expectInvariants()
  }

  // B07
  @Test func `a push against an emptied remote is not called done, and a mirror fills it`() throws {
    let field = try FieldStage(FieldStage.many(4))
    for number in 0..<4 { try field.ben.remove("d/f\(number).txt") }
    try field.run(field.ben, ["push", "--allow-empty"])
    let pushed = try field.run(field.ada, ["push"], 0, 5)
    if pushed.exitCode == 0 { #expect(try pushed.paths("left").count == 4) }
    let told = try field.ada.run("push").expectTold("syncline push --mirror PATH")
    #expect(!told.outputText.contains("nothing to do"), "\(told.words)")
    #expect(try field.run(field.ada, ["pull"], 5).paths("deleted_local") == [])
    #expect(
      try field.run(field.ada, ["push", "--mirror", "--allow-empty"]).paths("pushed").count == 4)
    try field.expectInvariants()
    #expect(try field.ben.text("d/f3.txt") == "file 3\n")
  }

  // B09
  @Test(arguments: [false, true])
  func `an edit made while its file is sent is pushed by the next run`(isLarge: Bool) throws {
    let field = try FieldStage()
    let ada = field.ada
    if isLarge { try ada.write(noise(9 << 20, seed: 1), to: "large.bin") }
    try ada.write("first\n", to: "a.txt")
    field.server.spoil { asked in
      if asked.isCommit {
        try? ada.write("second\n", to: "a.txt")
        if isLarge { try? ada.write("small now\n", to: "large.bin") }
      }
      return nil
    }
    try field.run(ada, ["push"], 0, 3, 4)
    field.server.spoil(nil)
    #expect(try field.states(ada)["a.txt"] == "local_to_remote modified")
    try field.run(ada, ["sync"])
    #expect(try ada.text("a.txt") == "second\n")
    try field.expectInvariants()
    #expect(try field.ben.text("a.txt") == "second\n")
  }

  // B10
  @Test func `a file that was equal on both sides before the first run can be deleted`() throws {
    let field = try FieldStage()
    _ = try field.stage.empty("late")
    try field.stage.folder.write("base a\n", to: "late/a.txt")
    let late = try field.ada.person.bind("late", to: "p", of: field.hub)
    let first = try field.run(late, ["sync"])
    #expect(try first.paths("adopted") == ["a.txt"] && first.paths("pulled") == ["b.txt"])
    try late.remove("a.txt")
    #expect(try field.run(late, ["sync"]).paths("deleted_remote") == ["a.txt"])
    #expect(!late.has("a.txt"))
    try field.expectInvariants()
    #expect(!field.ada.has("a.txt"))
  }

  // B11, B12
  @Test func `a state that cannot be believed stops every verb, and is left as it is`() throws {
    let field = try FieldStage()
    try field.pushAsBen(["b.txt": "b by ben\n"])
    try field.ada.write("a by ada\n", to: "a.txt")
    let state = try POSIXFileSystem().openDirectory(path: field.ada.path + "/.syncline")
    let whole = try state.readFile("state.db")
    func put(_ bytes: [UInt8]) throws {
      for tail in ["-wal", "-shm"] { unlink(field.ada.path + "/.syncline/state.db" + tail) }
      let file = try state.openFileForUpdate("state.db")
      try file.truncate(to: 0)
      try file.write(bytes)
    }
    field.server.spoil(nil)
    // Nothing, a part, merge markers, other formats: the table of the suite beside.
    for damage in `A state file that is not ours to believe`.damages {
      let damaged = damage.change(whole)
      try put(damaged)
      for verb in ["pull", "push", "sync"] {
        try field.run(field.ada, [verb], 5).expectTold("state.db").expectTold("hint: ")
        #expect(try state.readFile("state.db") == damaged, "\(damage.testDescription)")
      }
    }
    #expect(field.server.asked.allSatisfy { $0.method == "GET" }, "\(field.server.asked)")
    #expect(rename(field.ada.path + "/.syncline/state.db", field.stage.path + "/bad.db") == 0)
    let synced = try field.run(field.ada, ["sync"], 3)
    #expect(try synced.paths("conflicts") == ["a.txt", "b.txt"])
    #expect(try synced.paths("deleted_local") == [] && synced.paths("deleted_remote") == [])
    try field.expectInvariants()
  }

  // B14
  @Test func `a file that was deleted and made again there is the same path with news`() throws {
    let field = try FieldStage()
    for name in ["a.txt", "b.txt"] { try field.ben.remove(name) }
    try field.run(field.ben, ["push", "--allow-empty"])
    try field.pushAsBen(["a.txt": "another a\n", "b.txt": "base b\n"])
    #expect(try field.states(field.ada) == ["a.txt": "remote_to_local modified"])
    #expect(try field.run(field.ada, ["sync"]).paths("pulled") == ["a.txt"])
    #expect(try field.states(field.ada) == [:])
    try field.expectInvariants()
  }
}
