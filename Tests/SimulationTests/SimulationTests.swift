import Simulation
import Testing

@Suite struct SimulationTests {
  @Test(arguments: [(1, false), (2, false), (17, false), (3, true), (8, true)])
  func `one seed makes the same world twice`(seed: UInt64, usesHub: Bool) async {
    let history = History(seed: seed, usesHub: usesHub)
    let first = await Simulator().outcome(of: history)
    let second = await Simulator().outcome(of: history)
    #expect(first.trace == second.trace)
    #expect(first.coverage.counts == second.coverage.counts)
  }

  @Test func `no history breaks a law`() async {
    let result = await Campaign(first: 1, count: 100).run()
    for (seed, violation, small) in result.failures {
      let lines = small.lines.joined(separator: "\n")
      Issue.record(
        "seed \(seed): \(violation.law): \(violation.detail)\n\(lines)\nsimulate --seed \(seed)")
    }
    #expect(result.histories == 100)
  }

  @Test func `a campaign meets faults, crashes and conflicts`() async {
    let counts = await Campaign(first: 1001, count: 60, usesHub: false).run().coverage.counts
    for name in [
      "crash: killed", "crash: power cut", "effects lost to power cuts", "fault: answer lost",
      "fault: another program edits during a run", "interrupted runs recovered",
      "conflict left: modify/modify", "row: f f' f''",
    ] {
      #expect(counts[name, default: 0] > 0, "\(name)")
    }
  }

  @Test func `a failing history is made as small as it gets`() async {
    // No law breaks by itself: what is shrunk here "fails" by naming a law that is never broken.
    let history = History(seed: 5, usesHub: false)
    let small = await Simulator().shrink(history, law: "none", limit: 10)
    #expect(small.steps.count == history.steps.count)
  }
}
