import Platform
import Simulation
import Testing

/// The right to read a file goes at each step of a run in turn.
@Suite struct PermissionSweepTests {
  struct Disturbed: CustomTestStringConvertible, Sendable {
    var exchanges: Bool
    var dies: Bool
    var theirs: Edit
    var testDescription: String {
      "\(exchanges ? "exchanges" : "no exchange"), \(dies ? "killed" : "lives"), \(theirs)"
    }
  }

  static let file = RegressionTests.path("e.txt")

  static let all = [true, false].flatMap { exchanges in
    [true, false].flatMap { dies in
      [Edit.line(path: file, line: 0, content: 7), .delete(path: file)].map {
        Disturbed(exchanges: exchanges, dies: dies, theirs: $0)
      }
    }
  }

  @Test(arguments: all)
  func `no later run is stopped by it, and nothing is lost`(_ given: Disturbed) async {
    for moment in 0..<90 {
      var run = RunStep(.pull)
      run.fate.intrusions = [moment]
      run.intrusions = [.readable(path: Self.file)]
      if given.dies { run.fate.deathAt = moment + 4 }
      let history = History(
        seed: 1, disks: [DiskTraits(exchanges: given.exchanges)],
        steps: [
          .edit(client: 0, .write(path: Self.file, content: 1, renamesOver: false)),
          .run(client: 0, RunStep(.sync)), .wait(5_000_000_000),
          .teammate(remote: 0, given.theirs), .run(client: 0, run),
          .run(client: 0, RunStep(.sync)), .run(client: 0, RunStep(.undo)),
          .run(client: 0, RunStep(.sync)),
        ])
      let outcome = await Simulator().outcome(of: history)
      #expect(
        outcome.violation == nil, "at \(moment): \(outcome.violation.map { "\($0)" } ?? "")")
    }
  }
}
