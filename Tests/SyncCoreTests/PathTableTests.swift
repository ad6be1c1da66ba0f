import SyncCore
import SyncModel
import Testing

/// One row of the table of rules, with what each policy makes of it.
struct PathCase: CustomTestStringConvertible, Sendable {
  var base: String?
  var local: String?
  var remote: String?
  /// What the row is: `push`, `pull`, `adopt`, `sync`, `drop`, or the conflict's name.
  var outcome: String
  /// Contents on both sides afterwards under local, remote, newest (the remote is later), both
  /// and merge; `!` where the conflict stays.
  var ends: [String] = []

  var testDescription: String {
    "\(base ?? "–") \(local ?? "–") \(remote ?? "–") is \(outcome)"
  }

  static let all: [PathCase] = [
    PathCase(local: "f", outcome: "push"),
    PathCase(remote: "f", outcome: "pull"),
    PathCase(local: "f", remote: "f", outcome: "adopt"),
    PathCase(
      local: "f", remote: "g", outcome: "add/add", ends: ["f", "g", "g", "g+copy", "!"]),
    PathCase(base: "f", local: "f", remote: "f", outcome: "sync"),
    PathCase(base: "f", local: "g", remote: "f", outcome: "push"),
    PathCase(base: "f", local: "f", remote: "g", outcome: "pull"),
    PathCase(base: "f", local: "g", remote: "g", outcome: "adopt"),
    PathCase(
      base: "f", local: "g", remote: "h", outcome: "modify/modify",
      ends: ["g", "h", "h", "h+copy", "m"]),
    PathCase(base: "f", remote: "f", outcome: "push"),
    PathCase(base: "f", local: "f", outcome: "pull"),
    PathCase(base: "f", outcome: "drop"),
    PathCase(
      base: "f", local: "g", outcome: "modify/delete", ends: ["g", "–", "g", "g", "g"]),
    PathCase(
      base: "f", remote: "g", outcome: "delete/modify", ends: ["–", "g", "g", "g", "g"]),
    // Links are files without text merge.
    PathCase(local: "@f", outcome: "push"),
    PathCase(base: "@f", local: "@f", remote: "@g", outcome: "pull"),
    PathCase(
      base: "@f", local: "@g", remote: "@h", outcome: "modify/modify",
      ends: ["@g", "@h", "@h", "@h+copy", "!"]),
    PathCase(
      base: "f", local: "@g", remote: "h", outcome: "modify/modify",
      ends: ["@g", "h", "h", "h+copy", "!"]),
    PathCase(base: "f", local: "@g", remote: "f", outcome: "push"),
    // The executable bit.
    PathCase(base: "f", local: "f*", remote: "f", outcome: "push"),
    PathCase(base: "f", local: "f", remote: "f*", outcome: "pull"),
    PathCase(base: "f*", local: "f", remote: "f*", outcome: "push"),
    PathCase(local: "f*", remote: "f", outcome: "push"),
    PathCase(local: "f", remote: "f*", outcome: "pull"),
    PathCase(
      base: "f", local: "f*", outcome: "modify/delete", ends: ["f*", "–", "f*", "f*", "f*"]),
  ]

  var world: World {
    func tree(_ node: String?) -> [String: String] { node.map { ["p": $0] } ?? [:] }
    return SyncCoreTests.world(base: tree(base), local: tree(local), remote: tree(remote))
  }
}

@Suite struct `The table of one path` {
  let policies: [ConflictPolicy] = [.local, .remote, .newest, .both, .merge]

  @Test(arguments: PathCase.all)
  func `every row has the state that the rules give it`(row: PathCase) {
    let reconciliation = reconcile(row.world.input())
    let item = reconciliation.items.first
    switch row.outcome {
    case "push": #expect(item?.state == .localToRemote)
    case "pull": #expect(item?.state == .remoteToLocal)
    case "adopt":
      #expect(item == nil)
      #expect(reconciliation.adoptions.map(\.path) == [path("p")])
    case "sync":
      #expect(item == nil && reconciliation.adoptions.isEmpty)
      #expect(reconciliation.counts.inSync == 1)
    case "drop":
      #expect(item == nil)
      #expect(reconciliation.droppedBase.map(\.row.path) == [path("p")])
    default:
      #expect(item?.state == .conflict)
      #expect(item?.conflict?.rawValue == row.outcome)
    }
  }

  @Test(arguments: PathCase.all)
  func `every policy ends a conflict as the table says`(row: PathCase) throws {
    for (policy, end) in zip(policies, row.ends) {
      let world = row.world
      var plan = planned(world, policy)
      if !plan.mergesNeeded.isEmpty {
        let merged = try #require(node("m").file)
        let answer = Resolution(.merge(.clean(merged)), by: .policy(.merge))
        plan = planned(world, policy, [path("p"): answer])
      }
      var after = world
      try after.apply(plan)
      if end == "!" {
        #expect(plan.steps.isEmpty && plan.conflictsLeft.count == 1, "\(policy)")
        continue
      }
      let name = end.replacing("+copy", with: "")
      let expected = name == "–" ? nil : node(name)
      #expect(after.node(.local, path("p")) == expected, "\(policy)")
      #expect(after.node(.remote, path("p")) == expected, "\(policy)")
      #expect(after.base[path("p")] == expected, "\(policy)")
      let copies = after.local.keys.filter { $0.key.contains(".conflict-local-") }
      #expect(copies.count == (end.hasSuffix("+copy") ? 1 : 0), "\(policy)")
      for copy in copies {
        #expect(after.node(.local, copy) == row.local.map { node($0) })
        #expect(after.node(.remote, copy) == row.local.map { node($0) })
      }
    }
  }

  @Test(arguments: PathCase.all)
  func `a row without a conflict ends equal everywhere`(row: PathCase) throws {
    guard row.ends.isEmpty else { return }
    var after = row.world
    try after.apply(after.plan())
    #expect(after.nodes(.local) == after.nodes(.remote))
    #expect(after.nodes(.local) == after.base)
  }

  @Test(arguments: PathCase.all)
  func `fail leaves a conflict exactly as it is`(row: PathCase) {
    guard !row.ends.isEmpty else { return }
    for policy in [ConflictPolicy.fail, .ask] {
      let plan = row.world.plan(policy: policy)
      #expect(plan.steps.isEmpty)
      #expect(plan.conflictsLeft.map(\.path) == [path("p")])
      #expect(plan.conflictsToAsk.count == (policy == .ask ? 1 : 0))
    }
  }

  /// Plans with edit times: the remote's is the later one.
  private func planned(
    _ world: World, _ policy: ConflictPolicy, _ resolutions: [SyncPath: Resolution] = [:]
  ) -> Plan {
    world.plan(policy: policy, resolutions: resolutions) { input in
      input.local = dated(input.local, seconds: 10)
      input.remote = dated(input.remote, seconds: 20)
    }
  }
}

/// Gives every entry an edit time.
func dated(_ tree: Tree, seconds: Int64) -> Tree {
  Tree(
    tree.entries.map { entry in
      var entry = entry
      entry.modified = Timestamp(seconds: seconds)
      return entry
    })
}
