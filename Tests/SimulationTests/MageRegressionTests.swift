import Simulation
import TestSupport
import Testing

/// Every history with a Mage server that once broke a law, made small.
@Suite struct MageRegressionTests {
  private func expectLawful(
    _ kind: MageStandIn.Kind, clients: Int = 1, _ steps: [Step]
  ) async {
    let outcome = await Simulator().outcome(
      of: History(
        seed: 1, disks: Array(repeating: DiskTraits(), count: clients), kind: .mage(kind),
        steps: steps))
    #expect(outcome.violation == nil, "\(outcome.violation.map { "\($0)" } ?? "")")
  }

  private func write(_ path: Int, _ content: Int) -> Edit {
    .write(path: path, content: content, renamesOver: false)
  }

  @Test(arguments: MageStandIn.Kind.allCases, [1, 2, 3])
  func `seed 2301207: a first listing that leaves files out is made up for by the next run`(
    kind: MageStandIn.Kind, request: Int
  ) async {
    var run = RunStep(.sync)
    run.network = [request: .truncated]
    await expectLawful(
      kind, clients: 2,
      [
        .edit(client: 1, write(0, 1)), .edit(client: 1, write(1, 2)), .edit(client: 1, write(8, 3)),
        .run(client: 1, RunStep(.sync)), .run(client: 0, run),
      ])
  }

  @Test
  func `seeds 1012953, 1055591: a remote folder that holds what is ignored here moves nothing`()
    async
  {
    await expectLawful(
      .openSource, clients: 2,
      [
        .edit(client: 1, write(4, 2)), .edit(client: 0, write(3, 4)),
        .run(client: 1, RunStep(.sync)), .edit(client: 0, .ignore(path: 4)),
      ])
  }

  @Test func `seed 2201721: what was on its way into a folder is its writer's to end`() async {
    for death in 80..<110 {
      var cut = RunStep(.sync)
      cut.fate.deathAt = death
      cut.fate.diesAfter = true
      var late = RunStep(.sync)
      late.network = [7: .teammate(.delete(path: 8))]
      await expectLawful(
        .openSource,
        [
          .edit(client: 0, write(0, 1)), .edit(client: 0, write(8, 4)),
          .run(client: 0, RunStep(.sync)), .teammate(remote: 0, write(8, 15)),
          .run(client: 0, cut), .edit(client: 0, .delete(path: 8)), .run(client: 0, late),
        ])
    }
  }

  @Test func `seed 2000371: a deletion beside what is adopted moves no content`() async {
    await expectLawful(
      .openSource, clients: 2,
      [
        .edit(client: 0, write(0, 4)), .edit(client: 1, write(8, 5)),
        .run(client: 0, RunStep(.sync)), .run(client: 1, RunStep(.sync)),
        .edit(client: 1, .delete(path: 8)), .edit(client: 0, write(1, 6)),
        .edit(client: 1, write(1, 6)), .run(client: 0, RunStep(.sync)),
        .run(client: 1, RunStep(.sync)),
      ])
  }

  @Test func `seed 2000281: a new file that the commercial server holds empty is no lost one`()
    async
  {
    for request in 2..<10 {
      for fault in [NetworkFault.page, .cut, .truncated, .dropAnswer, .restart] {
        var run = RunStep(.sync)
        run.network = [request: fault]
        await expectLawful(.pro, [.edit(client: 0, write(8, 3)), .run(client: 0, run)])
      }
    }
  }

  @Test(arguments: [1, 2, 3, 4])
  func
    `seed 2000013: of two saves in one second the later version is kept, and nothing else hangs on it`(
      line: Int
    ) async
  {
    await expectLawful(
      .openSource,
      [
        .edit(client: 0, write(4, 8)), .run(client: 0, RunStep(.sync)),
        .edit(client: 0, .line(path: 4, line: line, content: 9)),
        .teammate(remote: 0, .delete(path: 4)), .run(client: 0, RunStep(.push)),
      ])
  }
}
