import HubStore
import Platform
import SyncCore
import SyncModel
import TestSupport

extension History {
  /// Makes the history of a seed.
  package init(seed: UInt64, kind: RemoteKind? = nil) {
    var maker = Generator(seed: seed)
    self = maker.history(kind: kind)
  }
}

/// Makes histories: mostly runs in peace with edits between, and some of every trouble.
private struct Generator {
  private var random: SeededGenerator
  /// For what came to the world later, so that the rest of a seed's history stays what it was.
  private var other: SeededGenerator
  /// For the ends of hubs, for the same reason.
  private var hubs: SeededGenerator
  /// For answers with hostile paths, which come in one history of five.
  private var liars: SeededGenerator
  /// For teammates who write what a run writes.
  private var races: SeededGenerator
  /// For git branches and projects that were made anew, in one history of nine.
  private var places: SeededGenerator
  /// For clients that run between the calls of others, in two histories of thirteen.
  private var visitors: SeededGenerator
  private let seed: UInt64
  private var content = 0

  init(seed: UInt64) {
    self.seed = seed
    random = SeededGenerator(seed: seed)
    other = SeededGenerator(seed: seed ^ 0x4D61_6765)
    hubs = SeededGenerator(seed: seed ^ 0x4875_6273)
    liars = SeededGenerator(seed: seed ^ 0x4C69_6172)
    races = SeededGenerator(seed: seed ^ 0x5261_6365)
    places = SeededGenerator(seed: seed ^ 0x506C_6163)
    visitors = SeededGenerator(seed: seed ^ 0x5669_7369)
  }

  mutating func history(kind: RemoteKind?) -> History {
    let drawn = self.kind()
    let kind = kind ?? drawn
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
    if case .mage = kind {
      addLineEnds(&steps, clients, remotes)
      addWindows(&steps, clients)
    }
    if !isMage(kind), seed % 7 == 0 { addRaces(&steps, clients, remotes) }
    if seed % 9 == 1 { addPlaces(&steps, clients, isInMemory: kind == .memory) }
    let configuration = configuration()
    for index in steps.indices {
      guard case .run(let client, var run) = steps[index] else { continue }
      narrow(&run, isConfigured: !configuration.isEmpty)
      if case .mage = kind { spread(&run) }
      if kind == .hub { endHub(&run) }
      if kind != .memory, seed % 5 == 0 { lie(&run) }
      if [2, 10].contains(seed % 13), clients > 1 { addVisits(&run, of: client, clients) }
      steps[index] = .run(client: client, run)
    }
    var history = History(
      seed: seed, disks: disks, remotes: remotes, kind: kind, configuration: configuration,
      steps: steps)
    history.nests = seed % 11 == 2
    return history
  }

  /// Owners and policies by glob, in one history of five.
  private mutating func configuration() -> String {
    guard other.oneIn(5) else { return "" }
    let globs = ["a", "d", "d/**", "**/x", "*.txt", "g/**", "\u{E9}/**"]
    var lines: [String] = []
    if !other.oneIn(3) {
      lines.append("owners:")
      for glob in Set([other.pick(globs), other.pick(globs)]).sorted() {
        lines.append("  \"\(glob)\": \(other.pick(Side.allCases).rawValue)")
      }
    }
    lines.append("conflicts:")
    let policies = ConflictPolicy.allCases.map(\.rawValue)
    lines.append("  default: \(other.pick(policies))")
    lines.append("  \"\(other.pick(globs))\": \(other.pick(policies))")
    return lines.joined(separator: "\n") + "\n"
  }

  /// Runs of a part of the project, as the configuration has them, and beside another process.
  private mutating func narrow(_ run: inout RunStep, isConfigured: Bool) {
    run.isAsConfigured = isConfigured && other.oneIn(2)
    if other.oneIn(6) {
      let words = ["a", "d", "d/", "d/x", "D", "e.txt", "*.txt", "g/**", "\u{E9}", "**/x", "."]
      run.what = [other.pick(words)]
      if other.oneIn(3) { run.what.append(other.pick(words)) }
    }
    if other.oneIn(8) { run.rivals = [Int(other.next() % 150), Int(other.next() % 150)] }
  }

  /// Other clients run between the calls of a run, some of them not to their end.
  private mutating func addVisits(_ run: inout RunStep, of client: Int, _ clients: Int) {
    guard [.sync, .push, .pull].contains(run.action), visitors.oneIn(2) else { return }
    for _ in 0..<(1 + visitors.next() % 2) {
      var visit = RunStep(visitors.pick([.sync, .sync, .push, .pull]))
      visit.policy = visitors.pick([.fail, .fail, .local, .remote, .both, .merge])
      if visitors.oneIn(4) {
        visit.fate.deathAt = Int(visitors.next() % 120)
        visit.losesPower = visitors.oneIn(2)
      }
      run.visits.append(
        Visit(
          call: Int(visitors.next() % 6),
          client: client + 1 + Int(visitors.next() % UInt64(clients)),
          run: visit))
    }
  }

  /// A remote that is asked file by file gets more requests: trouble comes at any of them.
  private mutating func spread(_ run: inout RunStep) {
    let faults = run.network.sorted { $0.key < $1.key }
    run.network = [:]
    for (number, fault) in faults {
      run.network[number + (other.oneIn(2) ? Int(other.next() % 24) : 0)] = fault
    }
  }

  /// The hub dies at a step of its own, or its disk refuses one.
  private mutating func endHub(_ run: inout RunStep) {
    guard hubs.oneIn(2) else { return }
    let kind: HubDevice.Fate.Kind
    switch hubs.next() % 5 {
    case 0, 1: kind = .killed
    case 2, 3: kind = .powerCut
    default: kind = .refused(hubs.oneIn(2) ? .storageFull : .system(errno: 5, path: ""))
    }
    let again = hubs.oneIn(3) ? Int(hubs.next() % 12) : nil
    let request = Int(hubs.next() % 6)
    guard run.network[request] == nil else { return }
    run.network[request] = .hubEnds(
      HubDevice.Fate(after: Int(hubs.next() % 12), kind, again: again))
  }

  /// The server names a path that no client may follow.
  private mutating func lie(_ run: inout RunStep) {
    guard liars.oneIn(3) else { return }
    let request = Int(liars.next() % 4)
    let fault = NetworkFault.hostile(Int(liars.next() % 8))
    if run.network[request] == nil { run.network[request] = fault }
  }

  /// A teammate saves a file at any moment while a run wants to write it.
  private mutating func addWindows(_ steps: inout [Step], _ clients: Int) {
    for _ in 0..<other.next() % 3 {
      let (client, path) = (Int(other.next() % UInt64(clients)), other.pick([0, 1, 4, 8]))
      var edits: [Edit] = []
      for _ in 0..<2 {
        edits.append(
          other.pick([
            .delete(path: path), .write(path: path, content: fresh(), renamesOver: false),
            .line(path: path, line: 4 * Int(other.next() % 3), content: fresh()),
          ]))
      }
      var run = RunStep(.sync)
      run.network = [4 + Int(other.next() % 12): .teammate(edits[1])]
      steps += [.edit(client: client, edits[0]), .run(client: client, run)]
    }
  }

  private func isMage(_ kind: RemoteKind) -> Bool {
    if case .mage = kind { true } else { false }
  }

  /// A teammate publishes once or twice what a run is about to write, in one history of seven.
  private mutating func addRaces(_ steps: inout [Step], _ clients: Int, _ remotes: Int) {
    for _ in 0..<3 {
      let client = Int(races.next() % UInt64(clients))
      let path = races.pick([0, 1, 4, 8])
      var calm = RunStep(.sync)
      calm.remote = Int(races.next() % UInt64(remotes))
      calm.lifts = true
      var run = calm
      let request = 1 + Int(races.next() % 5)
      for number in request...(request + Int(races.next() % 2)) {
        run.network[number] = .teammate(
          races.oneIn(4)
            ? .delete(path: path)
            : .line(path: path, line: 4 * Int(races.next() % 3), content: fresh()))
      }
      steps += [
        .run(client: client, calm),
        .edit(client: client, .line(path: path, line: 4, content: fresh())),
        .run(client: client, run),
      ]
    }
  }

  /// Folders go to other git branches, and now and then another project answers.
  private mutating func addPlaces(_ steps: inout [Step], _ clients: Int, isInMemory: Bool) {
    for client in 0..<clients { steps.insert(.branch(client: client, 0), at: 0) }
    for _ in 0..<(1 + places.next() % 4) {
      let step = Step.branch(
        client: Int(places.next() % UInt64(clients)), Int(places.next() % 3))
      steps.insert(step, at: Int(places.next() % UInt64(steps.count + 1)))
    }
    // The second request of a run asks who answers.
    guard isInMemory else { return }
    for index in steps.indices where places.oneIn(8) {
      guard case .run(let client, var run) = steps[index], run.network[1] == nil else { continue }
      run.network[1] = .otherProject
      steps[index] = .run(client: client, run)
    }
  }

  private mutating func kind() -> RemoteKind {
    if random.oneIn(12) { return .hub }
    guard other.oneIn(11) else { return .memory }
    return .mage(other.pick(MageStandIn.Kind.allCases))
  }

  /// Texts whose line ends change, where not all of them survive the remote.
  private mutating func addLineEnds(_ steps: inout [Step], _ clients: Int, _ remotes: Int) {
    for _ in 0..<other.next() % 4 {
      let edit = Edit.lineEnds(
        path: other.pick([0, 1, 4, 8]), other.pick(LineEnds.allCases))
      let step: Step =
        other.oneIn(2)
        ? .edit(client: Int(other.next() % UInt64(clients)), edit)
        : .teammate(remote: Int(other.next() % UInt64(remotes)), edit)
      steps.insert(step, at: Int(other.next() % UInt64(steps.count + 1)))
    }
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
      for _ in 0..<(1 + random.next() % 2) {
        step.fate.faults.append((moment(), random.pick(SimulatedProcess.errors)))
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
    case 9: .status(random.pick(NetworkFault.statuses))
    default: .teammate(edit())
    }
  }
}
