import SyncCore
import SyncModel
import Testing
import TestSupport

/// A whole case for the laws: three trees and everything that a plan depends on.
struct Scenario: CustomStringConvertible, Sendable {
  var base: [SyncPath: Node] = [:]
  var local: [SyncPath: Node] = [:]
  var remote: [SyncPath: Node] = [:]
  var blockedLocal: Set<SyncPath> = []
  var blockedRemote: Set<SyncPath> = []
  /// Ignored, with everything below.
  var ignored: Set<SyncPath> = []
  /// Outside of what the run speaks of.
  var outside: Set<SyncPath> = []
  var owned: [SyncPath: Side] = [:]
  var verb = Verb.sync
  var policy = ConflictPolicy.fail
  var options = PlanOptions()
  var localCarries = SideCapabilities.everything
  var remoteCarries = SideCapabilities.everything
  var localIsComplete = true
  var remoteIsComplete = true

  /// Which of the troubles a law allows.
  struct Traits: OptionSet {
    let rawValue: Int
    static let blocked = Traits(rawValue: 1)
    static let ignored = Traits(rawValue: 2)
    static let scope = Traits(rawValue: 4)
    static let owners = Traits(rawValue: 8)
    static let capabilities = Traits(rawValue: 16)
    static let verbs = Traits(rawValue: 32)
    static let incomplete = Traits(rawValue: 64)
    static let everything = Traits(rawValue: 127)
  }

  init(seed: UInt64, traits: Traits, policies: [ConflictPolicy] = [.fail]) {
    var random = SeededGenerator(seed: seed)
    let trees = TreePerturbation()
    base = trees.tree(using: &random)
    local = trees.perturb(base, using: &random)
    remote = trees.perturb(base, using: &random)
    if random.oneIn(6) { base = random.oneIn(2) ? [:] : base.filter { _ in random.oneIn(2) } }
    policy = random.pick(policies)
    func some(_ trait: Traits) -> Bool { traits.contains(trait) && random.oneIn(4) }
    if some(.capabilities) { remoteCarries.executable = false }
    if some(.capabilities) { localCarries.isCaseSensitive = false }
    if !localCarries.isCaseSensitive { local = Scenario.unfolded(local) }
    if !remoteCarries.executable {
      remote = remote.mapValues { node in
        guard case .file(var file) = node else { return node }
        file.isExecutable = nil
        return .file(file)
      }
    }
    if some(.blocked) { block(&blockedLocal, &local, using: &random) }
    if some(.blocked) { block(&blockedRemote, &remote, using: &random) }
    if some(.ignored) { ignored = [random.pick(trees.paths), random.pick(trees.paths)] }
    if some(.scope) { outside = [random.pick(trees.paths), random.pick(trees.paths)] }
    if some(.owners) {
      for path in trees.paths where random.oneIn(3) { owned[path] = random.pick(Side.allCases) }
    }
    if some(.incomplete) { localIsComplete = false }
    if some(.incomplete) { remoteIsComplete = false }
    if some(.verbs) {
      verb = random.pick([.push, .pull])
      options = random.pick([
        PlanOptions(), PlanOptions(force: true), PlanOptions(mirror: true),
      ])
    }
  }

  private func block(
    _ blocked: inout Set<SyncPath>, _ tree: inout [SyncPath: Node],
    using random: inout SeededGenerator
  ) {
    let path = random.pick(TreePerturbation.troublesome)
    // What is below a blocked path is not seen, and nothing stands above it.
    tree = tree.filter { $0.key != path && !$0.key.isBelow(path) && !path.isBelow($0.key) }
    blocked.insert(path)
  }

  /// Leaves out what a file system that folds case could not hold.
  private static func unfolded(_ tree: [SyncPath: Node]) -> [SyncPath: Node] {
    var known: [String: SyncPath] = [:]
    return tree.sorted { $0.key < $1.key }.reduce(into: [:]) { result, entry in
      let names = [entry.key] + entry.key.ancestors
      guard names.allSatisfy({ known[$0.folded, default: $0] == $0 }) else { return }
      for name in names { known[name.folded] = name }
      result[entry.key] = entry.value
    }
  }

  func isIgnored(_ path: SyncPath) -> Bool {
    ignored.contains(path) || path.ancestors.contains(where: ignored.contains)
  }

  /// The world as it really is, ignored paths on the local side left out as a scan does.
  var world: World {
    var world = World(
      base: base, localCarries: localCarries, remoteCarries: remoteCarries)
    world.local = local.filter { !isIgnored($0.key) }.mapValues { .node($0) }
    world.remote = remote.mapValues { .node($0) }
    for path in blockedLocal where !isIgnored(path) { world.local[path] = .blocked(.specialFile) }
    for path in blockedRemote { world.remote[path] = .blocked(.specialFile) }
    return world
  }

  func input(_ world: World) -> ReconcileInput {
    let scenario = self
    var occupied: Set<SyncPath> = []
    for path in Array(local.keys) + Array(blockedLocal)
    where isIgnored(path) || blockedLocal.contains(path) {
      occupied.formUnion(path.ancestors)
    }
    return world.input(policy: policy) { input in
      input.localFacts = LocalFacts(
        occupiedFolders: occupied.sorted(), isComplete: scenario.localIsComplete)
      input.remoteFacts = RemoteFacts(isComplete: scenario.remoteIsComplete)
      input.isIgnored = { scenario.isIgnored($0) }
      if !scenario.outside.isEmpty { input.scope = Scope { !scenario.outside.contains($0) } }
      if !scenario.owned.isEmpty { input.owners = Owners { scenario.owned[$0] } }
    }
  }

  func plan(_ world: World) -> Plan {
    makePlan(reconcile(input(world)), PlanRequest(verb: verb, options: options, now: noon))
  }

  /// Smaller variants: one path less, one trouble less.
  var smaller: [Scenario] {
    var result: [Scenario] = []
    func offer(_ change: (inout Scenario) -> Void) {
      var copy = self
      change(&copy)
      result.append(copy)
    }
    for path in Set(base.keys).union(local.keys).union(remote.keys).sorted() {
      offer {
        $0.base[path] = nil
        $0.local[path] = nil
        $0.remote[path] = nil
      }
    }
    for path in blockedLocal { offer { $0.blockedLocal.remove(path) } }
    for path in blockedRemote { offer { $0.blockedRemote.remove(path) } }
    for path in ignored { offer { $0.ignored.remove(path) } }
    for path in outside { offer { $0.outside.remove(path) } }
    for path in owned.keys { offer { $0.owned[path] = nil } }
    for path in base.keys { offer { $0.base[path] = nil } }
    for path in local.keys { offer { $0.local[path] = nil } }
    for path in remote.keys { offer { $0.remote[path] = nil } }
    if !localIsComplete { offer { $0.localIsComplete = true } }
    if !remoteIsComplete { offer { $0.remoteIsComplete = true } }
    if !localCarries.isCaseSensitive { offer { $0.localCarries.isCaseSensitive = true } }
    return result
  }

  var description: String {
    func text(_ tree: [SyncPath: Node]) -> String {
      tree.sorted { $0.key < $1.key }.map { path, node in
        switch node {
        case .file(let file):
          "\(path)=\(file.digest.words.0)\(file.isExecutable == true ? "*" : "")"
        case .link(let target): "\(path)=@\(target)"
        }
      }.joined(separator: " ")
    }
    return """
      base: \(text(base))
      local: \(text(local)) blocked: \(blockedLocal)
      remote: \(text(remote)) blocked: \(blockedRemote)
      ignored: \(ignored) outside: \(outside) owned: \(owned)
      \(verb) \(policy) \(options) complete: \(localIsComplete) \(remoteIsComplete)
      \(localCarries) \(remoteCarries)
      """
  }
}

/// Checks a law on many scenarios; the first that breaks it is shrunk and shown with its seed.
func holds(
  _ count: UInt64 = 700, from firstSeed: UInt64 = 1, traits: Scenario.Traits = .everything,
  policies: [ConflictPolicy] = [.fail], _ law: (Scenario) throws -> String?
) {
  func broken(_ scenario: Scenario) -> String? {
    do { return try law(scenario) } catch { return String(describing: error) }
  }
  for seed in firstSeed..<(firstSeed + count) {
    let scenario = Scenario(seed: seed, traits: traits, policies: policies)
    guard broken(scenario) != nil else { continue }
    let small = shrink(
      scenario, candidates: { $0.smaller }, fails: { broken($0) != nil })
    let plan = small.plan(small.world)
    Issue.record(
      "seed \(seed): \(broken(small) ?? "")\n\(small)\n\(plan.canonicalText)")
    return
  }
}
