import Simulation
import TestSupport
import Testing

/// What a Mage server cannot promise, and how far that goes.
@Suite struct MageWindowTests {
  private func path(_ name: String) -> Int { Texts.paths.firstIndex(of: name) ?? 0 }

  /// A client pushes an edit, and a teammate saves the same file just before a request of it.
  private func counts(
    _ kind: MageStandIn.Kind, at request: Int, _ edit: Edit
  ) async -> Outcome {
    var run = RunStep(.sync)
    run.network = [request: .teammate(edit)]
    return await Simulator().outcome(
      of: History(
        seed: 1, disks: [DiskTraits()], kind: .mage(kind),
        steps: [
          .edit(client: 0, .write(path: path("a"), content: 1, renamesOver: false)),
          .run(client: 0, RunStep(.sync)),
          .wait(10_000_000_000),
          .edit(client: 0, .line(path: path("a"), line: 0, content: 2)),
          .run(client: 0, run),
        ]))
  }

  @Test func `a save is overtaken in one request of a push, and kept as a version`() async {
    var overtaken: [Int] = []
    for request in 0..<14 {
      let outcome = await counts(
        .openSource, at: request, .line(path: path("a"), line: 4, content: 3))
      #expect(outcome.violation == nil, "\(outcome.violation.map { "\($0)" } ?? "")")
      if outcome.coverage.counts["overtaken: kept as a version"] == 1 { overtaken.append(request) }
      #expect(outcome.coverage.counts["overtaken: lost, as documented"] == nil)
    }
    #expect(overtaken.count == 1)
  }

  @Test(arguments: MageStandIn.Kind.allCases)
  func `a save in the second of the write, or where no versions are, is lost in that request alone`(
    kind: MageStandIn.Kind
  ) async {
    var lost: [Int] = []
    for request in 0..<14 {
      let outcome = await counts(
        kind, at: request, .write(path: path("a"), content: 3, renamesOver: false))
      #expect(outcome.violation == nil, "\(outcome.violation.map { "\($0)" } ?? "")")
      if outcome.coverage.counts["overtaken: lost, as documented"] == 1 { lost.append(request) }
    }
    #expect(lost.count == 1)
  }
}
