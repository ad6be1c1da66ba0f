import Platform
import Testing
import TestSupport

/// Processes that are asked to end, or that stand still while somebody edits.
@Suite(.serialized) struct KillSignalTests {
  /// A signal that asks a program to end.
  struct Ending: CustomTestStringConvertible {
    let testDescription: String
    let signal: Int32
  }

  private static let endings = [
    Ending(testDescription: "Ctrl-C", signal: KillSignal.interrupt),
    Ending(testDescription: "SIGTERM", signal: KillSignal.terminate),
  ]

  @Test(arguments: endings, [KillVerb.pull, .push, .sync])
  func `a run that is asked to end says so and is carried on by the next`(
    _ ending: Ending, _ verb: KillVerb
  ) throws {
    let stage = try KillStage(verb)
    let count = max(2, KillRounds.clients / 25)
    var rounds = KillRounds(count, of: verb, duration: stage.duration)
    var interrupted = 0
    for round in 0..<count {
      try stage.reset()
      let process = try stage.start()
      KillRounds.wait(rounds.moment(round))
      process.kill(ending.signal)
      let outcome = process.wait(seconds: 20)
      #expect(!outcome.timedOut)
      // Before the program listens for signals, one ends it as any other program.
      let codes = [0, 130, 128 + ending.signal]
      #expect(codes.contains(outcome.exitCode), "\(outcome.exitCode): \(outcome.errorText)")
      if outcome.exitCode == 130 { interrupted += 1 }
      let edits = round % 4 == 3 ? try stage.edit(&rounds, round) : []
      _ = try stage.finish(accepting: edits.isEmpty ? [0] : [0, 3])
      try stage.expectSettled(edits)
    }
    print(
      "kill: \(ending.testDescription) during \(verb): \(interrupted) of \(count) ended with 130")
    // Two moments may both fall before the program listens, or after its end.
    if count > 5 { #expect(interrupted > 0) }
  }

  @Test func `an edit made while a pull stands still survives it`() throws {
    let stage = try KillStage(.pull)
    let count = max(3, KillRounds.clients / 10)
    // A pull ends with its writes: the moments lie in its second half.
    var rounds = KillRounds(count, of: .pull, duration: stage.duration / 2)
    let targets = stage.before.paths.map(\.description).filter { name in
      name.hasSuffix(".txt") && stage.result[TreePath(name)] != nil
        && stage.before[TreePath(name)] != stage.result[TreePath(name)]
    }
    var stopped = 0
    for round in 0..<count {
      try stage.reset()
      let process = try stage.start()
      KillRounds.wait(stage.duration / 2 + rounds.moment(round))
      process.kill(KillSignal.stop)
      // A program that has ended by now cannot be stopped; the edits then are edits after it.
      if !process.hasEnded { stopped += 1 }
      let edits = try targets.enumerated().compactMap { index, name -> UserEdit? in
        guard index % 2 == round % 2 else { return nil }
        let text = "by the user, round \(round), \(index)\n"
        // Half of the editors write in place, the others put a new file there.
        if index % 4 < 2 { try? stage.clone.remove(name) }
        try stage.clone.write(text, to: name)
        return UserEdit(name: name, text: text)
      }
      process.kill(KillSignal.goOn)
      let outcome = process.wait(seconds: 60)
      #expect([0, 3, 4].contains(outcome.exitCode), "\(outcome.errorText)")
      _ = try stage.finish(accepting: [0, 3])
      try stage.expectSettled(edits)
    }
    print("kill: pull stood still in \(stopped) of \(count) rounds")
    #expect(stopped > 0)
  }
}
