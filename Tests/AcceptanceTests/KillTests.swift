import Platform
import Testing
import TestSupport

/// Processes that end at any moment, without a word.
@Suite(.serialized) struct KillTests {
  @Test(arguments: KillVerb.allCases)
  func `a client killed at any moment is carried on by the next run`(_ verb: KillVerb) throws {
    let stage = try KillStage(verb)
    let verbs = KillVerb.allCases.count
    let count = (KillRounds.clients + verbs - 1) / verbs
    var rounds = KillRounds(count, of: verb, duration: stage.duration)
    var tally = Tally()
    // A process that has ended before the blow was not killed, and does not count.
    while tally.killed < count, tally.rounds < 4 * count {
      let round = tally.rounds
      try stage.reset()
      let process = try stage.start()
      KillRounds.wait(rounds.moment(round))
      process.kill()
      tally.add(process.wait())
      // In every fourth round the user goes on working before trying again.
      let edits = round % 4 == 3 ? try stage.edit(&rounds, round) : []
      let last = try stage.finish(accepting: edits.isEmpty ? [0] : [0, 3])
      if last.errorText.contains("was cut off") { tally.recovered += 1 }
      try stage.expectSettled(edits)
    }
    print(
      "kill: \(verb): \(tally.text), in \(stage.duration / 1_000_000) ms, seed \(KillRounds.seed)")
    #expect(tally.killed == count)
  }

  @Test(arguments: [KillVerb.push, .sync, .pull])
  func `a hub killed at any moment serves the same project again`(_ verb: KillVerb) throws {
    let stage = try KillStage(verb)
    let count = (KillRounds.hubs + 2) / 3
    var rounds = KillRounds(count, of: verb, duration: stage.duration)
    var (done, hit, finished) = (0, 0, 0)
    // A hub that nobody works with is idle: what its end does to a run is not seen by then.
    while hit < count, done < 4 * count + 12 {
      try stage.reset()
      let process = try stage.start()
      KillRounds.wait(rounds.moment(done))
      stage.hub.kill()
      // Who still runs after the blow ran when it fell.
      if !process.hasEnded { hit += 1 }
      done += 1
      try stage.hub.restart()
      let outcome = process.wait(seconds: 120)
      #expect(!outcome.timedOut)
      // The client tries again by itself while the hub is down; where it gave up, it says so.
      #expect([0, 7].contains(outcome.exitCode), "\(outcome.errorText)")
      if outcome.exitCode == 0 { finished += 1 }
      _ = try stage.finish()
      try stage.expectSettled()
    }
    print(
      "kill: hub during \(verb): \(done) rounds, \(hit) with a client at work, "
        + "\(finished) clients came through by themselves")
    #expect(hit == count)
  }

  /// What came of the processes that were killed.
  private struct Tally {
    var rounds = 0
    var killed = 0
    var recovered = 0

    mutating func add(_ outcome: ChildProcess.Outcome) {
      rounds += 1
      if outcome.exitCode == 128 + 9 { killed += 1 }
    }

    var text: String { "\(rounds) rounds, \(killed) killed, \(recovered) of them recovered" }
  }
}

extension KillStage {
  /// Edits a file that the verb writes, one that it leaves alone, and makes a new one.
  func edit(_ rounds: inout KillRounds, _ round: Int) throws -> [UserEdit] {
    // A clone that is not bound yet would be refused as a folder of the user's own.
    guard clone.has(".syncline/state.db") else { return [] }
    let files = try TreeListing(clone.path).paths.map(\.description).filter { $0.hasSuffix(".txt") }
    var names = ["from-the-user-\(round).txt"]
    let written = files.filter { before[TreePath($0)] != result[TreePath($0)] }
    if !written.isEmpty { names.append(rounds.pick(written)) }
    if !files.isEmpty { names.append(rounds.pick(files)) }
    return try Set(names).sorted().map { name in
      let text = "by the user, round \(round)\n"
      try clone.write(text, to: name)
      return UserEdit(name: name, text: text)
    }
  }
}
