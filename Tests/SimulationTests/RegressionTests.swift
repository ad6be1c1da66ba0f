import Simulation
import Testing

/// Every history that once broke a law, made small.
@Suite struct RegressionTests {
  private func expectLawful(_ disks: [DiskTraits], _ steps: [Step]) async {
    let outcome = await Simulator().outcome(of: History(seed: 1, disks: disks, steps: steps))
    #expect(outcome.violation == nil, "\(outcome.violation.map { "\($0)" } ?? "")")
  }

  private func path(_ name: String) -> Int {
    Texts.paths.firstIndex { $0.utf8.elementsEqual(name.utf8) } ?? 0
  }

  @Test(arguments: ["\u{E9}/n", "e\u{301}/n"], ["\u{E9}/n", "e\u{301}/n"])
  func `seeds 243, 357, 674: a rule in another normal form leaves out the same file`(
    name: String, rule: String
  ) async {
    await expectLawful(
      [DiskTraits()],
      [
        .edit(client: 0, .write(path: path(name), content: 1, renamesOver: false)),
        .edit(client: 0, .write(path: path("a"), content: 2, renamesOver: false)),
        .edit(client: 0, .write(path: path("b"), content: 3, renamesOver: false)),
        .run(client: 0, RunStep(.sync)),
        .edit(client: 0, .ignore(path: path(rule))),
        .run(client: 0, RunStep(.sync)),
      ])
  }

  @Test func `seed 102376: an executable bit that is set in the tick of a pull is pushed`() async {
    await expectLawful(
      [DiskTraits(clockStep: 2_000_000_000)],
      [
        .teammate(remote: 0, .write(path: path("a"), content: 1, renamesOver: false)),
        .wait(5_000_000_000),
        .run(client: 0, RunStep(.sync)),
        .edit(client: 0, .executable(path: path("a"))),
        .run(client: 0, RunStep(.sync)),
      ])
  }
}
