import JSON
import Platform
import TestSupport
import Testing

/// What a user may rely on, one command after the other.
@Suite struct LawsTests {
  @Test func `a second sync sends nothing and a quiet status is one request`() throws {
    let life = try LivedIn()
    try life.ada.run("sync", "--prefer", "both").require(0)
    try life.ada.run("sync").require(0)
    let again = try life.requests {
      let result = try life.ada.json("sync").require(0)
      for list in ["pulled", "pushed", "deleted_local", "deleted_remote", "adopted", "merged"] {
        #expect(try result.paths(list) == [])
      }
      #expect(try result.document()["run"]?.isNull == true)
    }
    #expect(again.allSatisfy { $0.method == "GET" }, "\(again)")
    let quiet = try life.requests { try life.ada.run("status").require(0) }
    #expect(quiet.map(\.description) == ["GET /api/v1/projects/p/changes 304"])
    let pulls = try life.requests { try life.ada.run("pull").require(0) }
    #expect(pulls.map(\.description) == ["GET /api/v1/projects/p/changes 304"])
  }

  @Test func `exit codes counts and lists speak of the named paths alone`() throws {
    let life = try LivedIn()
    let ada = life.ada
    func state() throws -> [String: JSONValue] {
      let items = try #require(
        try ada.json("status").require(0).document()["items"]?.arrayValue)
      return Dictionary(
        uniqueKeysWithValues: try items.map { (try #require($0["path"]?.stringValue), $0) })
    }
    let before = try state()
    #expect(
      Set(before.keys) == [
        "a.txt", "b.txt", "c.txt", "d1/x.txt", "d1/y.txt", "d2/x.txt", "d2/y.txt", "gone.txt",
        "new.txt",
      ])

    // c.txt is in conflict, which is no business of a folder beside it.
    let synced = try ada.json("sync", "d1").expect(0)
    #expect(try synced.paths("pulled") == ["d1/x.txt"])
    #expect(try synced.paths("pushed") == ["d1/y.txt"])
    #expect(try synced.paths("conflicts") == [])
    let after = try state()
    for (path, item) in before where !path.hasPrefix("d1/") {
      #expect(after[path].map { $0 == item } == true, "\(path) was outside, and changed")
    }
    #expect(!after.keys.contains { $0.hasPrefix("d1/") })
    try ada.run("check", "d1").expect(0)
    try ada.run("check", "d2").expect(1)
    #expect(try ada.json("status", "d2").require(0).count("conflicts") == 0)
    #expect(try ada.json("status", "c.txt").require(0).paths("items") == ["c.txt"])

    // The names count from the current folder, and may be globs.
    let pulled = try ada.person.run(["pull", "--json", "x.txt"], in: ada.path + "/d2").expect(0)
    #expect(try pulled.paths("pulled") == ["d2/x.txt"])
    let pushed = try ada.json("push", "*.txt").expect(3)
    #expect(try pushed.paths("conflicts") == ["c.txt"])
    #expect(try Set(pushed.paths("pushed")).isSuperset(of: ["a.txt", "new.txt"]))

    // What cannot be a path counts where the words name its folder, and nowhere else.
    try ada.write("never synced\n", to: "d1/we:ird/x.txt")
    try ada.run("check", "d2/x.txt").expect(0)
    try ada.run("diff", "d2/x.txt", "--exit-code").expect(0)
    for verb in ["status", "check", "diff", "push"] {
      let outside = try ada.json(verb, "d2/x.txt").expect(0)
      let inside = try ada.json(verb, "d1").expect(verb == "push" ? 4 : verb == "check" ? 1 : 0)
      let list = verb == "push" ? "blocked" : "items"
      #expect(try outside.paths(list) == [] && inside.paths(list) == ["d1/we:ird"], "\(verb)")
    }

    // A path that is only on the remote, or only in the base, is known; any other is an error.
    try ada.json("pull", "gone.txt").expect(0)
    let last = try state()
    try ada.run("sync", "nowhere.txt").expect(2)
    try ada.run("push", "d2", "nowhere/").expect(2)
    #expect(try state() == last)
  }

  @Test func `without a terminal nothing is asked and the exit code tells`() throws {
    let life = try LivedIn()
    let (hub, ada) = (life.hub, life.ada)
    struct Case {
      var words: [String]
      var code: Int32
      var says = ""
      var token: String? = ""
    }
    let cases = [
      Case(words: ["sync"], code: 3, says: "--prefer"),
      Case(words: ["sync", "--no-input"], code: 3, says: "--prefer"),
      Case(words: ["sync", "-y"], code: 3, says: "resolve"),
      Case(words: ["sync", "--atomic"], code: 3),
      Case(words: ["push"], code: 3), Case(words: ["pull"], code: 3),
      Case(words: ["check"], code: 1), Case(words: ["diff"], code: 0),
      Case(words: ["diff", "--exit-code"], code: 1), Case(words: ["status"], code: 0),
      Case(words: ["resolve", "c.txt"], code: 2, says: "--keep"),
      Case(words: ["login", hub.url], code: 2, says: "--token-stdin"),
      Case(words: ["status"], code: 6, says: "syncline login", token: nil),
      Case(words: ["push"], code: 6, says: "syncline login", token: "slt_wrong"),
      Case(words: ["clone", hub.url + "/unknown", "../unknown"], code: 6),
      Case(words: ["clone", "http://127.0.0.1:9/p", "../unknown"], code: 7),
      Case(words: ["doctor"], code: 0), Case(words: ["trash", "prune"], code: 0),
      Case(words: ["runs"], code: 0), Case(words: ["log"], code: 0),
    ]
    for trial in cases {
      var person = ada.person
      if trial.token != "" { person.token = trial.token }
      let process = try ChildProcess(
        "/bin/sh", ["-c", "exec \"$@\" <&-", "sh", try Syncline.binary()] + trial.words,
        environment: person.environment, directory: ada.path)
      let result = CommandResult(arguments: trial.words, outcome: process.wait(seconds: 30))
      result.expect(trial.code)
      #expect(result.errorText.contains(trial.says), "\(result.words)")
    }
    #expect(!ada.has("../unknown"))
  }

  @Test func `a usage error makes no request`() throws {
    let life = try LivedIn()
    let asked = try life.requests {
      for words in [
        ["frobnicate"], ["push", "--frobnicate"], ["status", "--target", "nobody"],
        ["sync", "--prefer", "luck"], ["push", "--allow-deletes", "many"], ["show"],
        ["resolve", "c.txt", "--keep", "nothing"], ["restore", "a.txt", "--at", "x"],
        ["trash", "burn"], ["clone", "gopher://example.com/p"], ["-C", "../nowhere", "status"],
      ] {
        try life.ada.person.run(words, in: life.ada.path).expect(2)
      }
    }
    #expect(asked.map(\.description) == [])
  }

  @Test func `a second run is told that the first one works`() throws {
    let life = try LivedIn()
    let state = try POSIXFileSystem().openDirectory(path: life.ada.path + "/.syncline")
    var lock = try state.lock("lock")
    try #require(lock != nil)
    for verb in ["push", "pull", "sync"] { try life.ada.run(verb).expect(8) }
    // Verbs that only look take no lock.
    for verb in ["status", "diff", "runs", "log", "ignored"] {
      try life.ada.run(verb).expect(0)
    }
    lock = nil
    try life.ada.run("push", "a.txt").expect(0)
  }

  @Test func `a brake stops the run before any write`() throws {
    let life = try LivedIn()
    let (ada, ben) = (life.ada, life.ben)
    for number in 0..<30 { try ben.write("\(number)\n", to: "many/\(number).txt") }
    try ben.run("push").require(0)
    try ada.run("sync", "--prefer", "remote").require(0)
    let whole = try ada.content()
    for number in 0..<20 { try ada.remove("many/\(number).txt") }
    let emptied = try ada.content()
    let stopped = try life.requests {
      try ada.run("push").expect(5)
      try ada.run("sync").expect(5)
      let dry = try ada.json("sync", "-n").expect(5, 0)
      #expect(try dry.document()["brakes"]?.arrayValue?.isEmpty == false)
    }
    #expect(stopped.allSatisfy { $0.method == "GET" }, "\(stopped)")
    expectSame(try ada.content(), emptied)
    try ben.run("pull").require(0)
    expectSame(try ben.content(), whole)
    try ada.run("push", "--allow-deletes", "20").expect(0)
    try ada.run("undo").expect(0)
    try ben.run("sync").expect(0)
    expectSame(try ben.content(), whole)
  }

  @Test(arguments: ["local", "remote"])
  func `a file and a folder of one name are both kept, whoever has which`(fileSide: String) throws {
    let (stage, hub, person) = try Stage.withProject()
    let ada = try person.bind("ada", to: "p", of: hub)
    try ada.run("push").require(0)
    let ben = try stage.person("ben", of: hub).clone("p", of: hub, into: "ben")
    try (fileSide == "remote" ? ben : ada).write("a file\n", to: "d")
    try (fileSide == "remote" ? ada : ben).write("in the folder\n", to: "d/x.txt")
    try ben.run("push").require(0)
    let open = try ada.json("sync").expect(3)
    #expect(try open.paths("conflicts") == ["d"])
    try ada.json("sync", "--prefer", "both").expect(0)
    try ben.json("sync").expect(0)
    expectSame(try ada.content(), try ben.content())
    #expect(try ada.text("d/x.txt") == "in the folder\n")
    let copy = try #require(
      try ada.content().paths.first { $0.description.hasPrefix("d.conflict-\(fileSide)-") })
    #expect(try ben.text(copy.description) == "a file\n")
    for clone in [ada, ben] { #expect(try clone.json("status").paths("items") == []) }
  }

  @Test func `three clones are equal after two rounds each`() throws {
    let (stage, hub, person) = try Stage.withProject()
    let ada = try person.bind("ada", to: "p", of: hub)
    for number in 0..<12 { try ada.write("\(number)\n", to: "f\(number).txt") }
    try ada.run("push").require(0)
    let clones =
      [ada]
      + (try ["ben", "cy"].map { try stage.person($0, of: hub).clone("p", of: hub, into: $0) })
    for (index, clone) in clones.enumerated() {
      let name = clone.person.name
      try clone.write("by \(name)\n", to: "f\(index).txt")
      try clone.write("by \(name)\n", to: "new/\(name).txt")
      try clone.remove("f\(3 + index).txt")
      try clone.rename("f\(6 + index).txt", to: "moved-\(name).txt")
      try clone.setMode(0o755, of: "f\(9 + index).txt")
    }
    for _ in 0..<2 {
      for clone in clones { try clone.run("sync").expect(0) }
    }
    for clone in clones {
      expectSame(try clone.content(), try ada.content())
      #expect(try clone.json("status").paths("items") == [])
    }
    #expect(try ada.content().paths.count == 12)
  }
}
