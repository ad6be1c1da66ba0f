import SyncCore
import SyncModel
import TestSupport
import Testing

private let everyPolicy: [ConflictPolicy] = ConflictPolicy.allCases

/// Every verb with every way to force it.
private let everyRun: [(verb: Verb, options: PlanOptions)] = [
  (.sync, PlanOptions()), (.push, PlanOptions()), (.pull, PlanOptions()),
  (.push, PlanOptions(force: true)), (.pull, PlanOptions(force: true)),
  (.push, PlanOptions(mirror: true)), (.pull, PlanOptions(mirror: true)),
]

@Suite struct `Small worlds, all of them` {
  /// Trees over one name with three contents, and nothing.
  @Test(arguments: everyPolicy)
  func `one name with three contents, under every verb`(policy: ConflictPolicy) throws {
    let states = [nil, "a", "b", "c"].map { (state: String?) -> [String: String] in
      state.map { ["p": $0] } ?? [:]
    }
    try forEvery(states) { world in
      for run in everyRun { try check(world, policy, run.verb, run.options) }
    }
  }

  /// A file `d` or a folder with `d/x` and `d/y`: 11 trees a side, 1331 worlds.
  @Test(arguments: everyPolicy)
  func `a name that is a file or a folder`(policy: ConflictPolicy) throws {
    var trees: [[String: String]] = [["d": "a"], ["d": "b"]]
    for x in [nil, "a", "b"] {
      for y in [nil, "a", "b"] {
        var tree: [String: String] = [:]
        tree["d/x"] = x
        tree["d/y"] = y
        trees.append(tree)
      }
    }
    try forEvery(trees) { try check($0, policy, .sync, PlanOptions()) }
  }

  /// A file or a folder of one, under the verbs that leave halves.
  @Test(arguments: [ConflictPolicy.fail, .both])
  func `a file or a folder under every verb`(policy: ConflictPolicy) throws {
    let trees: [[String: String]] = [
      [:], ["d": "a"], ["d": "b"], ["d/x": "a"], ["d/x": "b"], ["d/x": "a", "d/y": "b"],
    ]
    try forEvery(trees) { world in
      for run in everyRun { try check(world, policy, run.verb, run.options) }
    }
  }

  /// Three names, each absent or with one of two contents, on a base that has all of them.
  @Test func `three names with three states on both sides`() throws {
    var trees: [[String: String]] = []
    let states = [nil, "a", "b"]
    for a in states {
      for b in states {
        for c in states {
          var tree: [String: String] = [:]
          (tree["p"], tree["q"], tree["r/s"]) = (a, b, c)
          trees.append(tree)
        }
      }
    }
    for base in [[:], ["p": "a", "q": "a", "r/s": "a"]] {
      for local in trees {
        for remote in trees {
          let world = world(base: base, local: local, remote: remote)
          try check(world, .fail, .sync, PlanOptions())
        }
      }
    }
  }

  private func forEvery(_ trees: [[String: String]], _ body: (World) throws -> Void) rethrows {
    for base in trees {
      for local in trees {
        for remote in trees { try body(world(base: base, local: local, remote: remote)) }
      }
    }
  }

  /// What holds in every world.
  private func check(
    _ start: World, _ policy: ConflictPolicy, _ verb: Verb, _ options: PlanOptions
  ) throws {
    let plan = start.plan(verb, policy: policy, options: options)
    var world = start
    try world.apply(plan)
    let text = { "\(start) \(policy) \(verb) \(options)" }
    for side in Side.allCases {
      for (path, node) in start.nodes(side) {
        let live =
          world.nodes(.local).values.contains(node)
          || world.nodes(.remote).values.contains(node)
        if !live && !world.kept.contains(node) { Issue.record("\(path) is lost: \(text())") }
      }
    }
    for step in plan.steps {
      let (local, remote) = (start.node(.local, step.path), start.node(.remote, step.path))
      let base = start.base[step.path]
      if local != base, remote != base, local != remote, step.resolution == nil,
        step.local != nil || step.remote != nil
      {
        // A mirror need not ask where only the receiver has the path.
        Issue.record("\(step.path) is decided silently: \(text())")
      }
    }
    let again = world.plan(verb, policy: policy, options: options)
    if !again.steps.isEmpty { Issue.record("not quiet: \(text())\n\(again.canonicalText)") }
    if verb == .sync, plan.conflictsLeft.isEmpty {
      if world.local != world.remote || world.nodes(.local) != world.base {
        Issue.record("not equal: \(text())")
      }
    }
    for item in plan.conflictsLeft {
      let paths = item.members.isEmpty ? [item.path] : item.members.map(\.path)
      for path in paths
      where start.local[path] != world.local[path] || start.remote[path] != world.remote[path]
        || start.base[path] != world.base[path]
      {
        Issue.record("\(path) was left and moved: \(text())")
      }
    }
    switch verb {
    case .sync: break
    case .push: if world.local != start.local { Issue.record("push wrote locally: \(text())") }
    case .pull: if world.remote != start.remote { Issue.record("pull wrote remotely: \(text())") }
    }
    if options.mirror, world.local != world.remote { Issue.record("no mirror: \(text())") }
  }
}
