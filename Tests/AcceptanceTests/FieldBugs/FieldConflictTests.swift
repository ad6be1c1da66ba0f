import JSON
import Platform
import SyncModel
import TestSupport
import Testing

/// Field bugs, chapter D: how conflicts are found, told and resolved.
@Suite struct FieldConflictTests {
  // B36
  @Test func `who pushes later, and stale, wipes out nothing`() throws {
    let field = try FieldStage()
    try field.pushAsBen(["a.txt": "a by ben\n"])
    try field.ada.write("b by ada\n", to: "b.txt")
    #expect(try field.run(field.ada, ["push"]).paths("pushed") == ["b.txt"])
    #expect(try field.states(field.ada) == ["a.txt": "remote_to_local modified"])
    try field.ada.write("a by ada\n", to: "a.txt")
    #expect(try field.run(field.ada, ["push"], 3).paths("conflicts") == ["a.txt"])
    try field.run(field.ben, ["pull"])
    #expect(try field.ben.text("a.txt") == "a by ben\n")
    try field.expectInvariants()
  }

  // B37, B38
  @Test(arguments: [["push"], ["push", "a.txt", "b.txt", "c.txt"], ["push", "--force", "a.txt"]])
  func `a push never writes here, and never undoes an edit that was made there alone`(
    _ words: [String]
  ) throws {
    let field = try FieldStage(["a.txt": "a\n", "b.txt": "b\n", "c.txt": "c\n"])
    try field.pushAsBen(["a.txt": "a by ben\n", "b.txt": "b by ben\n"], removing: ["c.txt"])
    try field.ada.write("b by ada\n", to: "b.txt")
    try field.ada.write("c by ada\n", to: "c.txt")
    let before = try field.ada.tree()
    if words.contains("--force") {
      // Force is the person's own word: what was there stays in the history.
      #expect(try field.run(field.ada, words).paths("pushed") == ["a.txt"])
    } else {
      let pushed = try field.run(field.ada, words, 3)
      #expect(try pushed.paths("pushed") == [] && pushed.paths("left") == ["a.txt"])
      #expect(try pushed.paths("conflicts") == ["b.txt", "c.txt"])
    }
    expectSame(before, try field.ada.tree())
    let log = try field.ada.json("log", "a.txt").require(0).document()["entries"]
    #expect(log?.arrayValue?.count == (words.contains("--force") ? 3 : 2))
    try field.expectInvariants()
  }

  // B38
  @Test func `a pull never writes there, and unattended no side wins`() throws {
    let field = try FieldStage()
    try field.pushAsBen(["a.txt": "a by ben\n"])
    try field.ada.write("a by ada\n", to: "a.txt")
    try field.ada.write("b by ada\n", to: "b.txt")
    let before = try field.ada.tree()
    for words in [["pull"], ["pull", "-y"], ["sync", "a.txt"], ["sync", "-y", "a.txt"]] {
      try field.run(field.ada, words, 3)
      expectSame(before, try field.ada.tree())
    }
    let forced = try field.run(field.ada, ["pull", "--force"])
    #expect(try forced.paths("kept") == ["a.txt", "b.txt"])
    #expect(try field.run(field.ben, ["pull"]).paths("pulled") == [])
    try field.run(field.ada, ["undo"])
    #expect(try field.ada.text("a.txt") == "a by ada\n")
    try field.expectInvariants()
  }

  // B39
  @Test func `an edit there between our look and our commit is a conflict, not written over`()
    throws
  {
    let field = try FieldStage()
    let ben = field.ben
    try field.ada.write("a by ada\n", to: "a.txt")
    try field.ada.write("b by ada\n", to: "b.txt")
    field.server.spoil { asked in
      guard asked.isCommit, (try? ben.text("a.txt")) == "base a\n" else { return nil }
      try? ben.write("a by ben\n", to: "a.txt")
      _ = try? ben.run("push")
      return nil
    }
    let pushed = try field.run(field.ada, ["push"], 3)
    #expect(try pushed.paths("conflicts") == ["a.txt"] && pushed.paths("pushed") == ["b.txt"])
    field.server.spoil(nil)
    try field.run(ben, ["pull"])
    #expect(try ben.text("a.txt") == "a by ben\n" && ben.text("b.txt") == "b by ada\n")
    try field.expectInvariants()
  }

  // B41
  @Test func `the same edit on both sides is in sync without a question`() throws {
    let field = try FieldStage()
    try field.pushAsBen(["a.txt": "the same\n", "new.txt": "the same\n"], removing: ["b.txt"])
    try field.ada.write("the same\n", to: "a.txt")
    try field.ada.write("the same\n", to: "new.txt")
    try field.ada.remove("b.txt")
    let synced = try field.run(field.ada, ["sync"])
    #expect(try synced.paths("conflicts") == [] && synced.paths("pulled") == [])
    #expect(try synced.paths("pushed") == [])
    #expect(try field.states(field.ada) == [:])
    // The base is the new one: the next edit is one side's alone.
    try field.ada.write("later\n", to: "a.txt")
    #expect(try field.states(field.ada) == ["a.txt": "local_to_remote modified"])
    try field.expectInvariants()
  }

  // B42
  @Test func `a conflict names who changed it when, and the command that shows both`() throws {
    let field = try FieldStage()
    try field.pushAsBen(["a.txt": "a by ben\n"])
    try field.ada.write("a by ada\n", to: "a.txt")
    for verb in ["sync", "push", "pull"] {
      let told = try field.ada.run(verb).expect(3)
      for part in ["a.txt", " by ben", "remote 20", "local 20", "syncline diff PATH"] {
        told.expectTold(part)
      }
      let item = try field.run(field.ada, [verb], 3).document()["conflicts"]?[0]
      #expect(item?["path"]?.stringValue == "a.txt")
      #expect(item?["remote"]?["editor"]?.stringValue == "ben")
      for side in ["local", "remote"] {
        #expect(item?[side]?["modified"]?.stringValue?.isEmpty == false, "\(side)")
      }
      #expect(item?["base"]?["digest"]?.stringValue?.isEmpty == false)
    }
    let diff = try field.ada.run("diff", "a.txt").expect(0).outputText
    #expect(diff.contains("a by ben") && diff.contains("a by ada"), "\(diff)")
    #expect(try field.ada.run("show", "a.txt@base").expect(0).outputText == "base a\n")
    #expect(try field.ada.run("show", "a.txt@remote").expect(0).outputText == "a by ben\n")
    let json = try field.ada.json("diff", "a.txt").expect(0).document()["items"]?[0]
    #expect(json?["patch"]?.stringValue?.contains("a by ben") == true)
    try field.expectInvariants()
  }

  // B43
  @Test func `a server that prints anew what it is given is told of once, then it is quiet`()
    throws
  {
    let field = try FieldStage(["a.json": "{\"a\":1}\n", "b.txt": "b\n"])
    let (ada, ben) = (field.ada, field.ben)
    let header = "// kept by the server\n"
    let reprint: HostileServer.Script = { asked in
      guard asked.isCommit else { return nil }
      return .changed { answer in
        _ = try? ben.run("pull")
        if let text = try? ben.text("a.json"), !text.hasPrefix(header) {
          try? ben.write(header + text, to: "a.json")
          _ = try? ben.run("push")
        }
        return answer.response
      }
    }
    field.server.spoil(reprint)
    try ada.write("{\"a\":2}\n", to: "a.json")
    #expect(try field.run(ada, ["push"]).paths("pushed") == ["a.json"])
    #expect(try field.states(ada) == ["a.json": "remote_to_local modified"])
    #expect(try field.run(ada, ["sync"]).paths("pulled") == ["a.json"])
    // From here on both sides write it alike, and nobody is asked.
    for turn in 3..<6 {
      try ada.write(header + "{\"a\":\(turn)}\n", to: "a.json")
      #expect(try field.run(ada, ["sync"]).paths("pushed") == ["a.json"])
      for verb in ["sync", "push", "pull"] {
        let quiet = try field.run(ada, [verb])
        #expect(try quiet.document()["run"]?.isNull == true, "\(quiet.words)")
      }
    }
    try field.expectInvariants()
    #expect(try ben.text("a.json") == header + "{\"a\":5}\n")
  }

  // B44, without `watch`
  @Test func `a push that was killed and is started again leaves what others made meanwhile`()
    throws
  {
    let field = try FieldStage()
    try field.ada.write("a by ada\n", to: "a.txt")
    try field.ada.write("b by ada\n", to: "b.txt")
    let reached = Monitor(false)
    let goesOn = Monitor(false)
    field.server.spoil { asked in
      guard asked.isCommit else { return nil }
      reached.update { $0 = true }
      _ = goesOn.wait { $0 ? true : nil }
      return .instead(.refusal(503, "busy"))
    }
    let push = try field.ada.start("push")
    _ = reached.wait { $0 ? true : nil }
    push.kill()
    _ = push.wait()
    goesOn.update { $0 = true }
    field.server.spoil(nil)
    try field.pushAsBen(["a.txt": "a by ben\n"])
    #expect(try field.run(field.ada, ["push"], 3).paths("pushed") == ["b.txt"])
    for verb in ["push", "sync", "pull"] {
      #expect(try field.run(field.ada, [verb], 3).paths("conflicts") == ["a.txt"])
    }
    try field.run(field.ben, ["pull"])
    #expect(try field.ben.text("a.txt") == "a by ben\n")
    #expect(try field.ben.text("b.txt") == "b by ada\n")
    try field.expectInvariants()
  }

  // B45
  @Test func `line ends of an editor are no edit where both sides are merged, and stay`() throws {
    let lines = (0..<9).map { "line \($0)\n" }
    let field = try FieldStage(["a.txt": lines.joined(), "b.txt": "b\n"])
    let windows = lines.map { String($0.dropLast()) + "\r\n" }
    try field.ada.write(windows.joined(), to: "a.txt")
    var edited = lines
    edited[4] = "line by ben\n"
    try field.pushAsBen(["a.txt": edited.joined()])
    try field.run(field.ada, ["sync"], 3)
    #expect(try field.ada.text("a.txt") == windows.joined())
    let merged = try field.run(field.ada, ["sync", "--prefer", "merge"])
    #expect(try merged.paths("merged") == ["a.txt"])
    var wanted = windows
    wanted[4] = "line by ben\r\n"
    #expect(try field.ada.text("a.txt") == wanted.joined())
    try field.expectInvariants()
  }

  // B45
  @Test func `an editor that rewrites every line end of a project is stopped before the push`()
    throws
  {
    let field = try FieldStage(FieldStage.many(20))
    for number in 0..<20 { try field.ada.write("file \(number)\r\n", to: "d/f\(number).txt") }
    try field.run(field.ada, ["push"], 5).expectTold("--allow-mass-change")
    try field.run(field.ada, ["pull", "--force", "--allow-mass-change"])
    try field.expectInvariants()
    #expect(try field.ben.text("d/f7.txt") == "file 7\n")
  }

  // B46
  @Test func `nothing to push means that the remote has it`() throws {
    let field = try FieldStage()
    for turn in 0..<3 {
      try field.ada.write("turn \(turn)\n", to: "a.txt")
      try field.run(field.ada, ["push"])
      let again = try field.run(field.ada, ["push"])
      #expect(try again.document()["run"]?.isNull == true)
      #expect(try field.ada.run("show", "a.txt@remote").outputText == "turn \(turn)\n")
    }
    try field.expectInvariants()
  }

  // B65
  @Test func `a log that both sides append to keeps the lines of both`() throws {
    let field = try FieldStage(["log.txt": "first\n", "b.txt": "b\n"])
    try field.pushAsBen(["log.txt": "first\nby ben\n"])
    try field.ada.write("first\nby ada\n", to: "log.txt")
    for words in [["sync"], ["sync", "--prefer", "merge"]] {
      let left = try field.run(field.ada, words, 0, 3)
      let text = try field.ada.text("log.txt")
      #expect(text.contains("by ada\n"))
      #expect(text.contains("by ben\n") || left.exitCode == 3)
      #expect(!text.contains("<<<<"))
    }
    try field.expectInvariants()
    for clone in [field.ada, field.ben] {
      let all = try clone.content().paths.map { try clone.text($0.description) }.joined()
      #expect(all.contains("by ada\n") && all.contains("by ben\n"))
    }
  }
}
