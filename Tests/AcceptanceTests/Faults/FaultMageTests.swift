import Platform
import SyncModel
import TestSupport
import Testing

/// A real Mage server behind a bad network: two users, a teammate in its pages, programs killed.
@Suite(
  .enabled(if: MageServer.program != nil, MageServer.absence), .mageServer, .serialized,
  .timeLimit(.minutes(30)))
struct FaultMageTests {
  private static let habits = FaultUser.Habits(
    names: (0..<8).map { "utils/h/\($0).py" } + ["utils/h/e.py/in.py", "utils/h/e.py"],
    folders: ["utils/h", "utils/h/e.py"], fresh: ("utils/", ".py"), isTextOnly: true)

  @Test func `nothing is lost between users, a teammate in Mage and a bad network`() throws {
    var random = SeededGenerator(seed: FaultRounds.seed &+ 4)
    let server = try #require(MageServer.current)
    let proxy = try FaultProxy(before: server.port)
    let mage = try MageStage(server)
    var users = try ["ben", "eve"].enumerated().map { number, name in
      let person = Person(
        name: name, home: mage.person.home, token: nil, stage: mage.stage.path)
      try person.run(["clone", "mage+" + proxy.url, name], seconds: 120).require(0)
      let clone = Clone(path: mage.stage.path + "/" + name, person: person)
      return FaultUser(
        clone, seed: FaultRounds.seed &* 37 &+ UInt64(number), habits: FaultMageTests.habits)
    }
    var ledger = FaultLedger()
    var (tally, killed, saved) = (FaultTally(), 0, 0)
    for round in 0..<FaultRounds.count / 6 {
      let place = "seed \(FaultRounds.seed), round \(round)"
      for user in users.indices { try users[user].edit(3, &ledger, during: false) }
      proxy.play(FaultWeather(&random).script(seed: random.next()))
      let runs = try users.map { try start($0, FaultStage.verb(&random)) }
      if random.oneIn(3) {
        KillRounds.wait(Int64(random.next() % 600_000_000))
        runs[0].process.kill()
      }
      for _ in 0..<3 {
        let path = random.pick(FaultMageTests.habits.names)
        if try save(path, "row = \(random.next())\n", on: server, &ledger) { saved += 1 }
      }
      for run in runs {
        if let result = try run.finish(seconds: 240) { tally.add(result) } else { killed += 1 }
      }
      try expectLedger(ledger, users, server, place)
    }
    print(
      "faults: Mage: \(tally.text), \(killed) killed; \(saved) saves by a teammate; "
        + "\(ledger.count) contents; \(proxy.done)")
    proxy.play(nil)
    try expectAgreement(users, server)
    try expectLedger(ledger, users, server, "seed \(FaultRounds.seed), at the end")
  }

  private func start(_ user: FaultUser, _ words: [String]) throws -> FaultRun {
    let process = try ChildProcess(
      try Syncline.binary(), words + ["--json"], environment: user.clone.person.environment,
      directory: user.clone.path)
    return FaultRun(
      clone: user.clone, words: words, before: try user.clone.tree(), process: process)
  }

  /// What a teammate writes in Mage's pages; false where a folder stands there.
  private func save(
    _ path: String, _ text: String, on server: MageServer, _ ledger: inout FaultLedger
  ) throws -> Bool {
    guard !server.disk.isFolder(path) else { return false }
    let old = server.disk.mark(path)
    do {
      try server.save(path, text)
    } catch is MageDidNotStart {
      // Mage refuses what lies below a file.
      return false
    }
    ledger.giveUp(old)
    ledger.write(Mark(Array(text.utf8)), "teammate, \(path)")
    return true
  }

  private func expectLedger(
    _ ledger: FaultLedger, _ users: [FaultUser], _ server: MageServer, _ words: String
  ) throws {
    // With the versions that Mage keeps of each file.
    var found = try TreeListing(server.project).marks
    for user in users {
      found.formUnion(try user.clone.content().marks)
      for area in ["trash", "conflicts"] where user.clone.has(".syncline/" + area) {
        found.formUnion(try TreeListing(user.clone.path + "/.syncline/" + area).marks)
      }
    }
    let missing = ledger.missing(from: found)
    #expect(missing.isEmpty, "\(words): \(missing.count) are lost: \(missing.prefix(5))")
  }

  /// Everybody syncs in peace; both clones and the server's disk are the same then.
  private func expectAgreement(_ users: [FaultUser], _ server: MageServer) throws {
    for _ in 0..<2 {
      for user in users {
        let sync = try user.clone.person.run(
          ["sync", "--prefer", "both", "--json"] + FaultStage.lifted, in: user.clone.path,
          seconds: 240)
        sync.expect(0)
        try sync.expectHonest()
      }
    }
    for user in users {
      try user.clone.run("check", seconds: 120).expect(0)
      try user.clone.expectNoLitter()
      let content = try user.clone.content()
      expectSame(try users[0].clone.content(), content)
      // Mage's own files are executable on its disk, which it tells nobody.
      let there = try server.disk.content()
      let differing = content.paths.filter { Mark(content[$0]) != Mark(there[$0]) }
      #expect(differing.isEmpty, "\(differing.prefix(5)) differ on the server")
    }
  }
}
