import JSON
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

/// Field bugs, chapter C: deletions, renames and names.
@Suite struct FieldDeletionTests {
  // B22
  @Test func `what was made on the remote is untouched by a push, forced or not`() throws {
    let field = try FieldStage()
    try field.pushAsBen(["made/there.txt": "there\n"])
    for words in [["push"], ["push", "--force"], ["push", "made"]] {
      #expect(try field.run(field.ada, words).paths("left") == ["made/there.txt"])
      #expect(try field.states(field.ada) == ["made/there.txt": "remote_to_local added"])
    }
    try field.expectInvariants()
    #expect(try field.ada.text("made/there.txt") == "there\n")
  }

  // B23
  @Test func `a checkout of a part is no order to delete the rest`() throws {
    var files = FieldStage.many(30, in: "rest")
    files["part/x.txt"] = "x\n"
    let field = try FieldStage(files)
    let away = field.stage.path + "/away"
    #expect(rename(field.ada.path + "/rest", away) == 0)
    for words in [["push"], ["sync"], ["push", "--force"]] {
      try field.run(field.ada, words, 5).expectTold("--allow-deletes 30")
    }
    try field.ada.write("x by ada\n", to: "part/x.txt")
    // The part alone may still be pushed: brakes count what the run would do.
    #expect(try field.run(field.ada, ["push", "part"], within: "part").paths("pushed").count == 1)
    #expect(rename(away, field.ada.path + "/rest") == 0)
    try field.expectInvariants()
    #expect(try field.ben.content().paths.count == 31)
  }

  // B24
  @Test func `a rename onto a name that somebody took is told, or with --atomic not begun`() throws
  {
    let field = try FieldStage()
    try field.pushAsBen(["c.txt": "c by ben\n"])
    try field.ada.rename("a.txt", to: "c.txt")
    let whole = try field.run(field.ada, ["push", "--atomic"], 3)
    #expect(try whole.paths("pushed") == [] && whole.paths("deleted_remote") == [])
    #expect(try field.states(field.ada)["a.txt"] == "local_to_remote deleted")
    #expect(try field.run(field.ada, ["push"], 3).paths("conflicts") == ["c.txt"])
    #expect(try field.ada.text("c.txt") == "base a\n")
    try field.expectInvariants()
    // Both contents of the name are somewhere that people look.
    #expect(try field.ben.tree().contents.count == 4)
  }

  // B24: room is made in the same step as what needs it, in one commit.
  @Test func `a file that becomes a folder of the same name goes whole or not at all`() throws {
    let field = try FieldStage(["d": "a file\n", "b.txt": "b\n"])
    try field.ada.remove("d")
    try field.ada.write("inside\n", to: "d/x.txt")
    field.server.spoil { $0.isCommit ? .instead(.refusal(507, "storage_full")) : nil }
    try field.run(field.ada, ["push"], 4)
    #expect(try field.run(field.ben, ["pull"]).paths("pulled") == [])
    #expect(try field.ben.text("d") == "a file\n")
    field.server.spoil(nil)
    try field.run(field.ada, ["push"])
    try field.expectInvariants()
    #expect(try field.ben.text("d/x.txt") == "inside\n")
  }

  // B25
  @Test func `a pull of one folder touches nothing outside of it`() throws {
    let field = try FieldStage(["templates/t.txt": "t\n", "other/o.txt": "o\n", "gone.txt": "g\n"])
    try field.ada.write("here only\n", to: "other/mine.txt")
    try field.ada.write("here only\n", to: "templates/mine.txt")
    try field.pushAsBen(
      ["templates/t.txt": "t by ben\n", "other/o.txt": "o by ben\n"], removing: ["gone.txt"])
    let glob = try field.run(field.ada, ["pull", "templates/*"], within: "templates")
    #expect(try glob.paths("pulled") == ["templates/t.txt"] && glob.paths("deleted_local") == [])
    try field.run(field.ada, ["pull", "templates", "--mirror"], within: "templates")
    #expect(
      try field.states(field.ada) == [
        "gone.txt": "remote_to_local deleted", "other/mine.txt": "local_to_remote added",
        "other/o.txt": "remote_to_local modified",
      ])
    #expect(try field.ada.text("gone.txt") == "g\n")
    try field.expectInvariants()
  }

  // B26
  @Test func `a pull in a folder that is no project is refused, a clone over one too`() throws {
    let field = try FieldStage()
    _ = try field.stage.empty("loose")
    try field.stage.folder.write("mine\n", to: "loose/mine.json")
    let before = try TreeListing(field.stage.path + "/loose")
    for place in [field.stage.path + "/loose", field.ada.person.home, "/"] {
      for verb in ["pull", "push", "sync"] { try field.ada.person.run([verb], in: place).expect(2) }
    }
    try field.ada.person.run(["clone", field.hub.url + "/p", "loose"]).expect(2)
    expectSame(before, try TreeListing(field.stage.path + "/loose"))
    // A folder that is bound adds, and takes nothing away.
    let loose = try field.ada.person.bind("loose", to: "p", of: field.hub)
    let pulled = try field.run(loose, ["pull"])
    #expect(try pulled.paths("pulled") == ["a.txt", "b.txt"])
    #expect(try pulled.paths("deleted_local") == [] && loose.text("mine.json") == "mine\n")
    try field.expectInvariants()
  }

  // B28
  @Test func `what our rules skip and the remote has is no deletion`() throws {
    let field = try FieldStage()
    let names = ["node_modules/m.txt", ".hidden/h.txt", "x.tmp", "__pycache__/c.pyc"]
    let rules = "include: [\"**\", \".hidden/**\", \"node_modules/**\", \"__pycache__/**\"]\n"
    let yaml = try field.ben.text("syncline.yaml")
    try field.ben.write(yaml + rules, to: "syncline.yaml")
    try field.ada.write(
      try field.ada.text("syncline.yaml") + "ignore: [\"*.tmp\"]\n", to: "syncline.yaml")
    var files: [String: String] = [:]
    for name in names { files[name] = name + "\n" }
    try field.pushAsBen(files)
    for verb in ["pull", "push", "sync"] {
      let result = try field.run(field.ada, [verb])
      #expect(try result.document()["run"]?.isNull == true, "\(result.words)")
    }
    #expect(try field.states(field.ada) == [:])
    try field.ben.write(yaml, to: "syncline.yaml")
    let quiet = try field.run(field.ben, ["sync"])
    #expect(try quiet.paths("deleted_remote") == [] && quiet.paths("deleted_local") == [])
    for name in names { #expect(field.ben.has(name)) }
    // What either side skips differs on purpose: only `ben` once took these names.
    try field.expectInvariants(except: Set(names.map { TreePath($0) }))
    for name in names { #expect(try field.ben.text(name) == name + "\n") }
  }

  // B30
  @Test func `a file that becomes a folder there does not replace an edit here`() throws {
    let field = try FieldStage(["x": "x\n", "y/in.txt": "y\n", "z.txt": "z\n"])
    try field.ben.remove("x")
    try field.ben.remove("y/in.txt")
    #expect(rmdir(field.ben.path + "/y") == 0)
    try field.pushAsBen(["x/deep.txt": "deep\n", "y": "a file now\n"])
    try field.ada.write("x by ada\n", to: "x")
    try field.ada.write("y by ada\n", to: "y/in.txt")
    for verb in ["pull", "sync", "push"] {
      #expect(try field.run(field.ada, [verb], 3).paths("conflicts") == ["x", "y"])
      #expect(try field.ada.text("x") == "x by ada\n")
      #expect(try field.ada.text("y/in.txt") == "y by ada\n")
    }
    try field.expectInvariants()
    for clone in [field.ada, field.ben] {
      let content = try clone.content()
      #expect(content.contents.count == 5, "\(content.paths)")
    }
  }

  // B31
  @Test func `a tracked file that is gone here stops nobody, twice`() throws {
    let field = try FieldStage()
    try field.ada.remove("a.txt")
    var files = ["a.txt": "a by ben\n"]
    for number in 0..<5 { files["new/\(number).txt"] = "\(number)\n" }
    try field.pushAsBen(files)
    let first = try field.run(field.ada, ["sync"], 3)
    #expect(try first.paths("pulled").count == 5 && first.paths("conflicts") == ["a.txt"])
    let second = try field.run(field.ada, ["sync"], 3)
    #expect(try second.paths("pulled") == [] && second.paths("conflicts") == ["a.txt"])
    #expect(try field.states(field.ada) == ["a.txt": "conflict deleted"])
    try field.ada.expectNoLitter()
    try field.expectInvariants()
    #expect(try field.ada.text("a.txt") == "a by ben\n")
  }

  // B32, B33 (i)
  @Test func `a rename, with an edit or of case alone, leaves one file everywhere`() throws {
    let field = try FieldStage(["old.txt": "old\n", "edit.txt": "edit\n", "Readme.md": "read\n"])
    try field.ada.rename("old.txt", to: "new.txt")
    try field.ada.rename("edit.txt", to: "sub.txt")
    try field.ada.write("edited\n", to: "sub.txt")
    try field.ada.rename("Readme.md", to: "README.md")
    try field.run(field.ada, ["push"])
    try field.run(field.ben, ["pull"])
    for clone in [field.ada, field.ben] {
      #expect(try clone.content().paths == ["README.md", "new.txt", "sub.txt"])
      #expect(try clone.text("sub.txt") == "edited\n")
    }
    try field.expectInvariants()
  }

  // B34
  @Test func `files of one name in two folders stay two`() throws {
    let field = try FieldStage(["intro/logo.png": "intro\n", "outro/logo.png": "outro\n"])
    try field.ada.write("a title\n", to: "My Title.md")
    try field.ada.write("another\n", to: "my-title.md")
    try field.ada.write("intro by ada\n", to: "intro/logo.png")
    try field.run(field.ada, ["push"])
    try field.expectInvariants()
    #expect(try field.ben.text("intro/logo.png") == "intro by ada\n")
    #expect(try field.ben.text("outro/logo.png") == "outro\n")
    #expect(try field.ben.content().paths.count == 4)
  }

  // B35
  @Test func `a name that leads out of the project is written nowhere, from either side`() throws {
    let field = try FieldStage()
    let made = try field.ada.json("plan", "--out", field.stage.path + "/plan.json")
    let bytes = try POSIXFileSystem().readFile(path: field.stage.path + "/plan.json")
    let id = try #require(
      try JSONValue.parse(bytes)["target"]?["identity"]?.stringValue, "\(made.words)")
    let before = try field.ada.tree()
    let around = try TreeListing(field.stage.path).paths.count
    for name in [
      "../evil", "/tmp/evil", "a\\..\\..\\evil", "C:\\evil", "nul\0.txt", "CON",
      String(repeating: "x", count: 300), ".git/hooks/post-checkout", "d/../../evil",
    ] {
      let entries: [MadeUpListing.Entry] = [
        .file("a.txt", "base a\n"), .file("b.txt", "base b\n"), .file(name, "evil\n"),
      ]
      let sorted = entries.sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
      let whole = MadeUpListing(id: id, revision: 9, entries: sorted).response
      field.server.spoil { asked in
        guard asked.isListing else { return nil }
        return .instead(asked.path.contains("since=") ? .refusal(410, "history_gone") : whole)
      }
      // A hub never lists such a name, so that nothing else in the listing is believed either.
      for verb in ["pull", "sync"] { try field.run(field.ada, [verb], 7) }
      expectSame(before, try field.ada.tree())
    }
    #expect(try TreeListing(field.stage.path).paths.count == around)
    field.server.spoil(nil)
    // From this side such a name is blocked alone, and the others go.
    let blocked = ["CON", "a\\b", "c:d", "dot."]
    for name in blocked + ["good.txt"] { try field.ada.write("mine\n", to: name) }
    let pushed = try field.run(field.ada, ["push"], 4)
    #expect(try pushed.paths("pushed") == ["good.txt"])
    #expect(try pushed.paths("blocked").sorted() == blocked.sorted(), "\(pushed.words)")
    for name in blocked { try field.ada.remove(name) }
    try field.expectInvariants()
    #expect(try field.ben.text("good.txt") == "mine\n")
  }
}
