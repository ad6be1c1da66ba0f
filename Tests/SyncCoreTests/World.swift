import SyncCore
import SyncModel
import TestSupport

/// Two sides and their base in memory, and a tiny interpreter of plans.
struct World {
  var local: [SyncPath: TreeEntry.State] = [:]
  var remote: [SyncPath: TreeEntry.State] = [:]
  var base: [SyncPath: Node] = [:]
  /// Everything that was replaced or deleted.
  var kept: [Node] = []
  var localCarries = SideCapabilities.everything
  var remoteCarries = SideCapabilities.everything

  /// What a plan did that it must not do.
  struct Fault: Error, CustomStringConvertible {
    var description: String
  }

  subscript(side: Side) -> [SyncPath: TreeEntry.State] {
    get { side == .local ? local : remote }
    set { if side == .local { local = newValue } else { remote = newValue } }
  }

  func node(_ side: Side, _ path: SyncPath) -> Node? {
    if case .node(let node)? = self[side][path] { node } else { nil }
  }

  func nodes(_ side: Side) -> [SyncPath: Node] {
    self[side].compactMapValues { if case .node(let node) = $0 { node } else { nil } }
  }

  func tree(_ side: Side) -> Tree {
    Tree(self[side].map { TreeEntry(path: $0.key, state: $0.value) })
  }

  var baseRows: Base { Base(nodes: base) }

  /// Does everything that a plan says and looks at the result.
  mutating func apply(_ plan: Plan) throws {
    for step in plan.steps { try apply(step) }
    try validate()
  }

  mutating func apply(_ step: Step) throws {
    for side in Side.allCases {
      if let change = step.change(side) { try write(change, to: side) }
    }
    record(step)
  }

  mutating func record(_ step: Step) {
    switch step.baseAfter {
    case .set(let node): base[step.path] = node
    case .drop: base[step.path] = nil
    case .keep: break
    }
  }

  mutating func write(_ change: PathChange, to side: Side) throws {
    let existing = self[side][change.path]
    if case .blocked? = existing { throw Fault(description: "\(change.path) is blocked") }
    let node = node(side, change.path)
    guard node == change.node.before else {
      throw Fault(description: "\(change.path) on \(side) is not what was expected")
    }
    guard node != change.node.after else {
      throw Fault(description: "\(change.path) on \(side) is written without need")
    }
    if let node { kept.append(node) }
    var after = change.node.after
    if case .file(var file)? = after {
      let carries = side == .local ? localCarries : remoteCarries
      let bit = file.isExecutable ?? node?.file?.isExecutable ?? false
      file.isExecutable = carries.executable ? bit : nil
      after = .file(file)
    }
    self[side][change.path] = after.map { .node($0) }
  }

  /// Looks for files that are also folders.
  func validate() throws {
    for side in Side.allCases {
      let paths = self[side].keys.sorted()
      for (path, next) in zip(paths, paths.dropFirst()) where next.isBelow(path) {
        if case .node? = self[side][path] {
          throw Fault(description: "\(path) is a file and a folder on \(side)")
        }
      }
    }
  }
}

/// A short way to write trees in tests: `a` is a file with content `a`, `a*` an executable one,
/// `@t` a link to `t`, `!` something blocked.
func node(_ text: String) -> Node {
  if text.hasPrefix("@") { return .link(target: String(text.dropFirst())) }
  let number = UInt64(text.unicodeScalars.first?.value ?? 0)
  return TreePerturbation.file(number, isExecutable: text.hasSuffix("*"))
}

func path(_ text: String) -> SyncPath { SyncPath(trusted: text) }

/// Makes a world from three trees in the short way.
func world(
  base: [String: String] = [:], local: [String: String] = [:], remote: [String: String] = [:]
) -> World {
  func states(_ tree: [String: String]) -> [SyncPath: TreeEntry.State] {
    var states: [SyncPath: TreeEntry.State] = [:]
    for (key, value) in tree {
      states[path(key)] = value == "!" ? .blocked(.specialFile) : .node(node(value))
    }
    return states
  }
  var world = World(local: states(local), remote: states(remote))
  for (key, value) in base { world.base[path(key)] = node(value) }
  return world
}

extension World {
  /// What a reconciliation of the world starts from.
  func input(
    policy: ConflictPolicy = .fail, _ adjust: (inout ReconcileInput) -> Void = { _ in }
  ) -> ReconcileInput {
    var input = ReconcileInput(
      base: baseRows, local: tree(.local), remote: tree(.remote),
      policies: Policies(standard: policy), localCarries: localCarries,
      remoteCarries: remoteCarries)
    adjust(&input)
    return input
  }

  /// Plans a verb.
  func plan(
    _ verb: Verb = .sync, policy: ConflictPolicy = .fail, options: PlanOptions = PlanOptions(),
    resolutions: [SyncPath: Resolution] = [:], _ adjust: (inout ReconcileInput) -> Void = { _ in }
  ) -> Plan {
    makePlan(
      reconcile(input(policy: policy, adjust)),
      PlanRequest(verb: verb, options: options, resolutions: resolutions, now: noon))
  }
}

/// The time of all tests.
let noon = Timestamp(seconds: 1_800_000_000)
