import Platform
import SyncCore
import TestSupport

extension History {
  /// Makes the history of a seed.
  package init(seed: UInt64, usesHub: Bool? = nil) {
    var maker = Generator(seed: seed)
    self = maker.history(usesHub: usesHub)
  }
}

/// Makes histories: mostly runs in peace with edits between, and some of every trouble.
private struct Generator {
  private var random: SeededGenerator
  private let seed: UInt64
  private var content = 0

  init(seed: UInt64) {
    self.seed = seed
    random = SeededGenerator(seed: seed)
  }

  mutating func history(usesHub: Bool?) -> History {
    let hub = random.oneIn(12)
    let clients = 1 + Int(random.next() % 3)
    var disks: [DiskTraits] = []
    for _ in 0..<clients { disks.append(traits()) }
    let remotes = random.oneIn(4) ? 2 : 1
    var steps: [Step] = []
    for _ in 0..<(3 + random.next() % 6) {
      steps.append(
        .edit(
          client: number(clients),
          .write(
            path: path(), content: fresh(), renamesOver: false)))
    }
    if !random.oneIn(4) {
      for client in 0..<clients { steps.append(.run(client: client, RunStep(.sync))) }
    }
    for _ in 0..<(6 + random.next() % 24) {
      if random.oneIn(8) {
        steps += clash(clients, remotes)
      } else {
        steps.append(step(clients, remotes))
      }
    }
    return History(
      seed: seed, disks: disks, remotes: remotes, usesHub: usesHub ?? hub, steps: steps)
  }

  /// Both sides change one path, and then they meet.
  private mutating func clash(_ clients: Int, _ remotes: Int) -> [Step] {
    let client = number(clients)
    let path = random.pick([0, 1, 4, 8])
    func edit(_ maker: inout Generator) -> Edit {
      maker.random.oneIn(4)
        ? .delete(path: path)
        : .line(path: path, line: 4 * maker.number(3), content: maker.fresh())
    }
    return [
      .run(client: client, RunStep(.sync)), .edit(client: client, edit(&self)),
      .teammate(remote: 0, edit(&self)), .run(client: client, run(remotes)),
    ]
  }

  private mutating func traits() -> DiskTraits {
    DiskTraits(
      folding: random.oneIn(3) ? random.pick(DiskTraits.Folding.allCases) : .exact,
      clockStep: random.pick([1, 1_000_000, 4_000_000, 1_000_000_000, 2_000_000_000]),
      exchanges: !random.oneIn(4), links: !random.oneIn(4))
  }

  private mutating func number(_ count: Int) -> Int { Int(random.next() % UInt64(count)) }
  /// A path; most are plain, so that the same one is met again and again.
  private mutating func path() -> Int {
    random.oneIn(2) ? random.pick([0, 1, 4, 8]) : number(Texts.paths.count)
  }

  private mutating func fresh() -> Int {
    content += 1
    return content
  }

  private mutating func step(_ clients: Int, _ remotes: Int) -> Step {
    switch random.next() % 32 {
    case 0..<9: return .edit(client: number(clients), edit())
    case 9..<13: return .teammate(remote: number(remotes), edit())
    case 13: return .powerCut(client: number(clients))
    case 14:
      return .wait(random.pick([1, 1_000_000, 1_000_000_000, 3_000_000_000, 86_400_000_000_000]))
    case 15:
      return .setClock(client: number(clients), seconds: random.pick([0, -30, 3600, -86400, 90]))
    case 16: return .backUp(remote: number(remotes))
    case 17: return random.oneIn(3) ? .restore(remote: number(remotes)) : .wait(1_000_000)
    default: return .run(client: number(clients), run(remotes))
    }
  }

  mutating func edit() -> Edit {
    switch random.next() % 24 {
    case 0..<6: return .write(path: path(), content: fresh(), renamesOver: random.oneIn(2))
    case 6..<11: return .line(path: path(), line: 4 * number(3), content: fresh())
    case 11..<14: return .delete(path: path())
    case 14, 15: return .rename(from: path(), to: path())
    case 16: return .executable(path: path())
    case 17: return .readable(path: path())
    case 18: return .link(path: path(), content: fresh())
    case 19: return .touch(path: path())
    case 20: return .folder(path: path())
    case 21: return .ignore(path: random.oneIn(2) ? nil : path())
    default: return .same(path: path())
    }
  }

  private mutating func run(_ remotes: Int) -> RunStep {
    var step = RunStep(action())
    step.remote = number(remotes)
    step.policy = random.pick([.fail, .fail, .fail, .local, .remote, .newest, .both, .merge])
    step.lifts = random.oneIn(2)
    if step.action == .push || step.action == .pull {
      step.options.force = random.oneIn(5)
      step.options.mirror = random.oneIn(8)
    }
    step.options.atomic = random.oneIn(8)
    if random.oneIn(2) { disturb(&step) }
    return step
  }

  private mutating func action() -> RunStep.Action {
    switch random.next() % 20 {
    case 0..<10: .sync
    case 10, 11: .push
    case 12, 13: .pull
    case 14: .dryRun
    case 15: .undo
    case 16: .rebase
    default: random.pick([.resolveLocal, .resolveRemote, .resolveBoth, .resolveMerge])
    }
  }

  /// A step of a run: most that matters happens in the first few hundred.
  private mutating func moment() -> Int { Int(random.next() % (random.oneIn(3) ? 500 : 150)) }

  private mutating func disturb(_ step: inout RunStep) {
    if random.oneIn(2) {
      step.fate.deathAt = moment()
      step.fate.diesAfter = random.oneIn(2)
      step.losesPower = random.oneIn(2)
    }
    if random.oneIn(3) {
      let errors: [Errno] = [.noSpace, .inputOutput, .tooManyOpenFiles, .accessDenied]
      for _ in 0..<(1 + random.next() % 2) {
        step.fate.faults.append((moment(), random.pick(errors)))
      }
    }
    if random.oneIn(3) {
      var moments = Set<Int>()
      for _ in 0..<(1 + random.next() % 3) { moments.insert(moment()) }
      step.fate.intrusions = moments.sorted()
      for _ in moments { step.intrusions.append(edit()) }
    }
    if random.oneIn(2) {
      for _ in 0..<(1 + random.next() % 2) { step.network[number(8)] = networkFault() }
    }
    if random.oneIn(12) { step.room = number(2000) }
  }

  private mutating func networkFault() -> NetworkFault {
    switch random.next() % 12 {
    case 0: .dropRequest
    case 1, 2: .dropAnswer
    case 3: .repeated
    case 4: .cut
    case 5: .page
    case 6: .truncated
    case 7: .delay
    case 8: .restart
    case 9: .status(random.pick([401, 403, 404, 409, 413, 429, 500, 503, 507]))
    default: .teammate(edit())
    }
  }
}
