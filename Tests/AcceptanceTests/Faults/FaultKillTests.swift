import Platform
import TestSupport
import Testing

/// Users at work whose programs, and whose hub, end or stand still at any moment.
@Suite(.serialized, .timeLimit(.minutes(60))) struct FaultKillTests {
  @Test func `clients and the hub are killed at once, and nothing is lost`() throws {
    var random = SeededGenerator(seed: FaultRounds.seed &+ 1)
    let world = try FaultStage(seed: FaultRounds.seed &+ 1)
    var (tally, killed) = (FaultTally(), 0)
    for round in 0..<FaultRounds.count / 3 {
      for user in world.users.indices { try world.edit(user, Int(random.next() % 4)) }
      let runs = try world.users.indices.map { user in
        try world.start(user, FaultStage.verb(&random))
      }
      KillRounds.wait(Int64(random.next() % 80_000_000))
      let victims = runs.shuffled(using: &random).prefix(1 + Int(random.next() % 3))
      for victim in victims { victim.process.kill() }
      world.hub.kill()
      for victim in victims { _ = victim.process.wait() }
      // In every other round somebody goes on working before the hub is there again.
      if round % 2 == 0 { try world.edit(round % world.users.count, 2, during: true) }
      try world.hub.restart()
      for run in runs {
        if let result = try run.finish() { tally.add(result) } else { killed += 1 }
      }
      try world.expectLedger("seed \(FaultRounds.seed), round \(round)")
    }
    print("faults: \(killed) clients killed with their hub; of the others \(tally.text)")
    #expect(killed > 0)
    try world.expectNothingLost("seed \(FaultRounds.seed)")
  }

  @Test func `a client stands still while everybody goes on, and nothing is lost`() throws {
    var random = SeededGenerator(seed: FaultRounds.seed &+ 2)
    let world = try FaultStage(users: 2, seed: FaultRounds.seed &+ 2)
    var (tally, stopped) = (FaultTally(), 0)
    for round in 0..<FaultRounds.count / 2 {
      for user in world.users.indices { try world.edit(user, 1 + Int(random.next() % 3)) }
      let sleeper = round % 2
      let run = try world.start(sleeper, FaultStage.verb(&random))
      KillRounds.wait(Int64(random.next() % 60_000_000))
      run.process.kill(KillSignal.stop)
      if !run.process.hasEnded { stopped += 1 }
      try world.edit(sleeper, 1 + Int(random.next() % 3), during: true)
      try world.edit(1 - sleeper, 1)
      // In every third round the other one stands still as well, and both go on together.
      let other = try world.start(1 - sleeper, FaultStage.verb(&random))
      let isDouble = random.oneIn(3)
      if isDouble {
        KillRounds.wait(Int64(random.next() % 60_000_000))
        other.process.kill(KillSignal.stop)
        try world.edit(1 - sleeper, 1, during: true)
        other.process.kill(KillSignal.goOn)
      }
      if !isDouble, let result = try other.finish() { tally.add(result) }
      run.process.kill(KillSignal.goOn)
      for run in isDouble ? [run, other] : [run] {
        if let result = try run.finish() { tally.add(result) }
      }
      try world.expectLedger("seed \(FaultRounds.seed), round \(round)")
    }
    print("faults: \(stopped) clients stood still; \(tally.text)")
    #expect(stopped > 0)
    try world.expectNothingLost("seed \(FaultRounds.seed)")
  }

  @Test func `a hub stands still in a commit, and the commit counts once`() throws {
    var random = SeededGenerator(seed: FaultRounds.seed &+ 3)
    let world = try FaultStage(users: 2, seed: FaultRounds.seed &+ 3)
    let hub = world.hub.process
    var tally = FaultTally()
    for round in 0..<max(4, FaultRounds.count / 6) {
      let place = "seed \(FaultRounds.seed), round \(round)"
      let user = round % 2
      try world.users[user].clone.run("sync", "--prefer", "both").require(0)
      try world.users[user].clone.write("round \(round)\n", to: "hub-\(user).txt")
      world.ledger.write(Mark(Array("round \(round)\n".utf8)), place)
      let before = try world.history().revisions
      // The client gives up in some rounds; in the others it asks again while the hub wakes up.
      let givesUp = round % 4 == 3
      let (moment, pause) = (Int64(random.next() % 12_000_000), Int64(random.next() % 400_000_000))
      let hasStopped = Monitor(false)
      world.proxy.play { passing in
        guard !hasStopped.withLock({ $0 }) else { return givesUp ? .dropBefore : nil }
        guard passing.isCommit else { return nil }
        try? NativeThread.start {
          KillRounds.wait(moment)
          hub.kill(KillSignal.stop)
          hasStopped.update { $0 = true }
        }
        return .abandon(milliseconds: 15)
      }
      let run = try world.start(user, ["push"])
      let isThere = hasStopped.wait(until: WallClock.system.monotonic() + 30_000_000_000) { $0 }
      try #require(isThere, "no commit came: \(place)")
      if !givesUp { KillRounds.wait(pause) } else { _ = run.process.wait(seconds: 60) }
      hub.kill(KillSignal.goOn)
      let result = try #require(try run.finish())
      tally.add(result)
      world.proxy.play(nil)
      // Where the client gave up, the next run finds out by itself what became of the commit.
      try world.users[user].clone.run("push").expect(0)
      let history = try world.history()
      if !givesUp { try run.expectTrue(result, history) }
      #expect(result.exitCode == (givesUp ? 7 : 0), "\(place): \(result.words)")
      #expect(history.revisions == before + 1, "\(place): \(result.words)")
    }
    print("faults: a hub stood still in a commit; \(tally.text)")
    try world.expectNothingLost("seed \(FaultRounds.seed)")
  }
}
