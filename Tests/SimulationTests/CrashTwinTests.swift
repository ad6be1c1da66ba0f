import Simulation
import struct SyncCore.PlanOptions
import TestSupport
import Testing

/// P4: a run that dies at one of its steps, and is asked for again, ends where one that lived does.
///
/// Held against each other is what stands after the second run itself: both sides and the base.
/// Dying after a step leaves what dying before the next one does, so that every second step is all.
///
/// Not an undo: one that died after all was done is done, and the next one takes back an earlier run.
@Suite struct CrashTwinTests {
  /// What the run that dies has to do.
  enum Work: CaseIterable {
    case push, pull, sync, resolveLocal, resolveRemote, resolveBoth, resolveMerge
    case forcedPush, forcedPull, mirrorPush, mirrorPull

    var run: RunStep {
      switch self {
      case .push: RunStep(.push)
      case .pull: RunStep(.pull)
      case .sync: RunStep(.sync)
      case .resolveLocal: RunStep(.resolveLocal)
      case .resolveRemote: RunStep(.resolveRemote)
      case .resolveBoth: RunStep(.resolveBoth)
      case .resolveMerge: RunStep(.resolveMerge)
      case .forcedPush: RunStep(.push, PlanOptions(force: true))
      case .forcedPull: RunStep(.pull, PlanOptions(force: true))
      case .mirrorPush: RunStep(.push, PlanOptions(mirror: true))
      case .mirrorPull: RunStep(.pull, PlanOptions(mirror: true))
      }
    }
  }

  private static func path(_ name: String) -> Int {
    RegressionTests.path(name)
  }

  private static func write(_ name: String, _ content: Int) -> Edit {
    .write(path: path(name), content: content, renamesOver: false)
  }

  /// A first sync, then edits, deletions and new files of both sides, one of them a conflict.
  private static var before: [Simulation.Step] {
    [
      .edit(client: 0, write("a", 1)), .edit(client: 0, write("b", 2)),
      .edit(client: 0, write("e.txt", 3)), .edit(client: 0, write("d/x", 4)),
      .run(client: 0, RunStep(.sync)), .wait(5_000_000_000),
      .edit(client: 0, write("a", 5)), .edit(client: 0, .delete(path: path("b"))),
      .teammate(remote: 0, .delete(path: path("d/x"))), .teammate(remote: 0, write("f", 7)),
      .edit(client: 0, .line(path: path("e.txt"), line: 1, content: 8)),
      .teammate(remote: 0, .line(path: path("e.txt"), line: 8, content: 9)),
    ]
  }

  /// The same with bits, links, a rename, and a file and a folder that take each other's places.
  private static var kinds: [Simulation.Step] {
    [
      .edit(client: 0, write("a", 1)), .edit(client: 0, write("b", 2)),
      .edit(client: 0, write("e.txt", 3)), .edit(client: 0, write("d/x", 4)),
      .edit(client: 0, .link(path: path("g/h"), content: 3)),
      .run(client: 0, RunStep(.sync)), .wait(5_000_000_000),
      .edit(client: 0, .executable(path: path("a"))),
      .edit(client: 0, .rename(from: path("e.txt"), to: path("f"))),
      .edit(client: 0, .link(path: path("b"), content: 4)),
      .teammate(remote: 0, .executable(path: path("e.txt"))),
      .teammate(remote: 0, write("d", 7)), .teammate(remote: 0, write("g/h", 8)),
    ]
  }

  /// Disks that cannot exchange two names, give a file two, or tell all names apart.
  private static let disks = [
    DiskTraits(exchanges: false), DiskTraits(links: false),
    DiskTraits(exchanges: false, links: false),
    DiskTraits(folding: .letterCase, clockStep: 2_000_000_000),
    DiskTraits(folding: .normalization, clockStep: 1_000_000_000, exchanges: false),
  ]

  private static func history(
    _ kind: RemoteKind, _ disk: DiskTraits, _ steps: [Simulation.Step], _ runs: [RunStep]
  ) -> History {
    History(
      seed: 7, disks: [disk], kind: kind, steps: steps + runs.map { .run(client: 0, $0) })
  }

  @Test(arguments: Work.allCases, [false, true])
  func `it ends where a run that lived does`(work: Work, losesPower: Bool) async {
    for diesAfter in [false, true] {
      await expectTwins(work, .memory, losesPower: losesPower, diesAfter: diesAfter, every: 2)
    }
  }

  @Test(arguments: Work.allCases, [DiskTraits(), DiskTraits(exchanges: false)])
  func `it does where kinds, names and bits change`(work: Work, disk: DiskTraits) async {
    for (losesPower, diesAfter) in [(true, false), (false, true)] {
      await expectTwins(
        work, .memory, disk, Self.kinds, losesPower: losesPower, diesAfter: diesAfter, every: 2)
    }
  }

  @Test(arguments: Work.allCases, [RemoteKind.hub, .mage(.openSource)])
  func `it does with a real hub and with Mage`(work: Work, kind: RemoteKind) async {
    for (losesPower, diesAfter) in [(true, false), (true, true), (false, true)] {
      await expectTwins(work, kind, losesPower: losesPower, diesAfter: diesAfter, every: 7)
    }
  }

  /// Every seventh step, from another one for each work and disk.
  @Test(arguments: Work.allCases, disks.indices)
  func `it does on every kind of disk`(work: Work, disk: Int) async {
    let first = ((Work.allCases.firstIndex(of: work) ?? 0) + 3 * disk) % 7
    for (losesPower, diesAfter) in [(true, false), (true, true), (false, true)] {
      await expectTwins(
        work, .memory, Self.disks[disk], losesPower: losesPower, diesAfter: diesAfter, every: 7,
        from: first)
    }
  }

  /// Where two names cannot be exchanged, a file is out of its place for an instant.
  @Test(arguments: [Work.forcedPull, .resolveRemote])
  func `a file that is out of its place when the run dies is not taken for deleted`(
    work: Work
  ) async {
    let disk = DiskTraits(exchanges: false)
    await expectTwins(work, .memory, disk, losesPower: false, diesAfter: true, every: 1)
  }

  private func expectTwins(
    _ work: Work, _ kind: RemoteKind, _ disk: DiskTraits = DiskTraits(),
    _ steps: [Simulation.Step] = before, losesPower: Bool, diesAfter: Bool, every stride: Int,
    from first: Int = 0
  ) async {
    let simulator = Simulator()
    let run = work.run
    let lived = await simulator.outcome(of: Self.history(kind, disk, steps, [run]))
    #expect(lived.violation == nil, "\(lived.violation.map { "\($0)" } ?? "")")
    var deaths = 0
    var death = first
    while true {
      var cut = run
      cut.fate.deathAt = death
      cut.fate.diesAfter = diesAfter
      cut.losesPower = losesPower
      let outcome = await simulator.outcome(of: Self.history(kind, disk, steps, [cut, run]))
      let place = "\(work) that dies \(diesAfter ? "after" : "before") step \(death)"
      #expect(outcome.violation == nil, "\(place): \(outcome.violation.map { "\($0)" } ?? "")")
      guard
        outcome.coverage.counts["crash: killed", default: 0] > 0
          || outcome.coverage.counts["crash: power cut", default: 0] > 0
      else { break }
      deaths += 1
      #expect(outcome.standing.folders == lived.standing.folders, "\(place)")
      #expect(outcome.standing.remotes == lived.standing.remotes, "\(place)")
      #expect(outcome.standing.bases == lived.standing.bases, "\(place)")
      death += stride
    }
    #expect(deaths > 5, "\(work) died only \(deaths) times")
  }
}

extension RunStep {
  /// A run that goes as far as options say, with its brakes lifted.
  fileprivate init(_ action: Action, _ options: PlanOptions) {
    self.init(action)
    self.options = options
    lifts = true
  }
}
