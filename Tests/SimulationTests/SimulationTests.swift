import Engine
import Simulation
import TestSupport
import Testing

@Suite struct SimulationTests {
  @Test(
    arguments: [
      (1, .memory), (2, .memory), (17, .memory), (28, .memory), (15_000_840, .hub), (3, .hub),
      (8, .hub), (4, .mage(.openSource)),
      (5, .mage(.pro)),
    ] as [(UInt64, RemoteKind)])
  func `one seed makes the same world twice`(seed: UInt64, kind: RemoteKind) async {
    let history = History(seed: seed, kind: kind)
    let first = await Simulator().outcome(of: history)
    let second = await Simulator().outcome(of: history)
    #expect(first.trace == second.trace)
    #expect(first.coverage.counts == second.coverage.counts)
  }

  @Test func `no history breaks a law`() async {
    let result = await Campaign(first: 1, count: 2500).run()
    for (seed, violation, small) in result.failures {
      let lines = small.lines.joined(separator: "\n")
      Issue.record(
        "seed \(seed): \(violation.law): \(violation.detail)\n\(lines)\nsimulate --seed \(seed)")
    }
    #expect(result.histories == 2500)
  }

  @Test func `a campaign meets faults, crashes and conflicts`() async {
    let counts = await Campaign(first: 1001, count: 60, kind: .memory).run().coverage.counts
    for name in [
      "crash: killed", "crash: power cut", "effects lost to power cuts", "fault: answer lost",
      "fault: another program edits during a run", "interrupted runs recovered",
      "conflict left: modify/modify", "row: f f' f''", "brake: 10 nested project",
      "a client between the calls of another",
    ] {
      #expect(counts[name, default: 0] > 0, "\(name)")
    }
  }

  /// Of a world in which nothing may be deleted, a file that is synced and deleted is left over.
  @Test(arguments: [11, 23] as [UInt64])
  func `a failing history is made as small as it gets`(seed: UInt64) async {
    let simulator = Simulator { report in
      report.deletedLocal.isEmpty && report.deletedRemote.isEmpty ? nil : "a deletion"
    }
    let history = History(seed: seed, kind: .memory)
    #expect(await simulator.outcome(of: history).violation?.law == "objection")
    let small = await simulator.shrink(history, law: "objection")
    #expect(await simulator.outcome(of: small).violation?.law == "objection")
    #expect(small.steps.count <= 4, "\(small.lines.joined(separator: "\n"))")
    for index in small.steps.indices {
      var smaller = small
      smaller.steps.remove(at: index)
      #expect(await simulator.outcome(of: smaller).violation == nil, "step \(index) is left over")
    }
    for case .run(_, let run) in small.steps { #expect(run.isQuiet, "\(run)") }
  }

  @Test func `what breaks no law is not made smaller`() async {
    let history = History(seed: 5, kind: .memory)
    let small = await Simulator().shrink(history, law: "none", limit: 10)
    #expect(small.steps.count == history.steps.count)
  }
}
