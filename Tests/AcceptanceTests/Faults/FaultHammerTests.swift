import Platform
import TestSupport
import Testing

/// Users who edit and sync at once, through a network that loses, cuts, repeats and delays.
@Suite(.serialized, .timeLimit(.minutes(60))) struct FaultHammerTests {
  @Test func `nothing is lost on a bad network`() throws {
    var random = SeededGenerator(seed: FaultRounds.seed)
    let world = try FaultStage(seed: FaultRounds.seed)
    var tally = FaultTally()
    for round in 0..<FaultRounds.count {
      let weather = FaultWeather(&random)
      let place = "seed \(FaultRounds.seed), round \(round), \(weather)"
      for user in world.users.indices { try world.edit(user, Int(random.next() % 6)) }
      world.proxy.play(weather.script(seed: random.next()))
      let runs = try world.users.indices.filter { _ in !random.oneIn(4) }.map { user in
        try world.start(user, FaultStage.verb(&random))
      }
      let isBusy = random.oneIn(3)
      if isBusy {
        for user in world.users.indices { try world.edit(user, 2, during: true) }
      }
      for run in runs {
        guard let result = try run.finish() else { continue }
        tally.add(result)
        if !isBusy { try run.expectTrue(result, try world.history()) }
      }
      try world.expectLedger(place)
    }
    print("faults: \(tally.text); \(world.ledger.count) contents; \(world.proxy.done)")
    try world.expectNothingLost("seed \(FaultRounds.seed)")
  }
}

/// How runs ended.
struct FaultTally {
  private var codes: [Int32: Int] = [:]

  mutating func add(_ result: CommandResult) { codes[result.exitCode, default: 0] += 1 }

  /// All of it in words.
  var text: String {
    codes.sorted { $0.key < $1.key }.map { "\($0.value) ended with \($0.key)" }
      .joined(separator: ", ")
  }
}
