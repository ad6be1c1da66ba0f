import Platform
import SyncModel
import TestSupport
import Testing

/// Field bugs, chapter E: times are facts for people, and never decide what is equal.
@Suite struct FieldTimeTests {
  private func touch(_ clone: Clone, _ name: String, _ options: String...) throws {
    let outcome = try ChildProcess.run("touch", ["-h"] + options + [clone.path + "/" + name])
    try #require(outcome.exitCode == 0, "\(outcome.errorText)")
  }

  // B40
  @Test func `a newer time without news loses to an edit, and no time or size wins a conflict`()
    throws
  {
    let field = try FieldStage(["a.txt": "a\n", "b.txt": "b\n", "c.txt": "c\n"])
    try field.pushAsBen(["a.txt": "a by ben\n", "b.txt": "b\n", "c.txt": "c by ben, and longer\n"])
    try field.ada.write("c by ada\n", to: "c.txt")
    try touch(field.ada, "a.txt", "-d", "+1 hour")
    for time in ["+1 hour", "-1 year"] {
      try touch(field.ada, "c.txt", "-d", time)
      let synced = try field.run(field.ada, ["sync"], 3)
      #expect(try synced.paths("conflicts") == ["c.txt"])
    }
    #expect(try field.ada.text("a.txt") == "a by ben\n")
    #expect(try field.ada.text("c.txt") == "c by ada\n")
    try field.expectInvariants()
  }

  // B47
  @Test func `clocks and zones that are wrong change no verdict`() throws {
    let field = try FieldStage(["a.txt": "a\n", "b.txt": "b\n", "c.txt": "c\n", "d.txt": "d\n"])
    try field.pushAsBen(["b.txt": "b by ben\n", "c.txt": "c by ben\n"])
    try field.ada.write("a by ada\n", to: "a.txt")
    try field.ada.write("c by ada\n", to: "c.txt")
    let wanted = [
      "a.txt": "local_to_remote modified", "b.txt": "remote_to_local modified",
      "c.txt": "conflict modified",
    ]
    let times = ["+1 hour", "-1 hour", "+1 day", "-1 day", "1969-12-31", "2106-02-08"]
    for time in times {
      for name in ["a.txt", "b.txt", "c.txt", "d.txt"] { try touch(field.ada, name, "-d", time) }
      #expect(try field.states(field.ada) == wanted, "\(time)")
    }
    for zone in ["UTC", "Pacific/Kiritimati", "America/St_Johns", "nonsense"] {
      var variables = field.ada.person.environment
      variables["TZ"] = zone
      let check = try Syncline.run(
        ["status", "--json"], environment: variables, directory: field.ada.path)
      let plain = try field.ada.json("status")
      #expect(check.expect(0).outputText == plain.outputText, "\(zone)")
    }
    // A time in the future decides nothing, even where people asked times to decide.
    let newest = try field.run(field.ada, ["sync", "--prefer", "newest"], 3)
    #expect(try newest.paths("conflicts") == ["c.txt"])
    try touch(field.ada, "c.txt", "-d", "-1 day")
    let older = try field.run(field.ada, ["sync", "--prefer", "newest"])
    #expect(try older.paths("pulled") == ["c.txt"] && older.paths("kept") == ["c.txt"])
    try field.expectInvariants()
  }

  // B48
  @Test func `other bytes of the same size and the same time are an edit`() throws {
    let field = try FieldStage(["a.txt": "same\n", "b.txt": "b\n"])
    try field.run(field.ada, ["sync"])
    let before = field.stage.path + "/before"
    let kept = try ChildProcess.run("cp", ["-p", field.ada.path + "/a.txt", before])
    try #require(kept.exitCode == 0)
    try field.ada.write("SAME\n", to: "a.txt")
    try touch(field.ada, "a.txt", "-r", before)
    try field.ada.run("check").expect(1)
    #expect(try field.states(field.ada) == ["a.txt": "local_to_remote modified"])
    #expect(try field.run(field.ada, ["push"]).paths("pushed") == ["a.txt"])
    // A new file with the old one's time, put in its place as editors do.
    try field.ada.write("same\n", to: "next")
    try touch(field.ada, "next", "-r", before)
    try field.ada.rename("next", to: "a.txt")
    #expect(try field.states(field.ada) == ["a.txt": "local_to_remote modified"])
    try field.expectInvariants()
    #expect(try field.ben.text("a.txt") == "same\n")
  }
}
