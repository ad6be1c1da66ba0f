import JSON
import SyncModel
import TestSupport
import Testing

/// A tree that nobody here wrote, published, cloned twice and edited on both sides.
@Suite struct RealTreeTests {
  @Test func `what is published arrives byte for byte and the rest is listed with a reason`()
    throws
  {
    let (stage, hub, ada) = try Stage.withProject()
    let first = try publish(hub, ada)
    let census = try Census(of: first)
    census.expectWhole(try first.tree())
    #expect(census.synced.count >= 100)
    let published = try first.tree().filter { census.synced.contains($0) }

    for name in ["ben", "cy"] {
      let clone = try stage.person(name, of: hub).clone("p", of: hub, into: name)
      expectSame(try clone.tree().filter { $0 != "syncline.yaml" }, published)
      let status = try clone.json("status").require(0)
      #expect(try status.count("in_sync") == published.entries.count)
      #expect(try status.paths("items") == [])
    }
    hub.stop()
    try hub.expectClean()
  }

  @Test func `edits of two clones meet in at most two rounds and nothing is lost`() throws {
    let (stage, hub, ada) = try Stage.withProject()
    _ = try publish(hub, ada)
    let ben = try stage.person("ben", of: hub).clone("p", of: hub, into: "ben")
    let cy = try stage.person("cy", of: hub).clone("p", of: hub, into: "cy")
    var everything = try ben.content().contents

    // Each edits a half that the other leaves alone.
    let seed: UInt64 = 20_261_120
    let paths = try ben.content().paths
    var atBen = EditSession(seed: seed, name: "ben")
    var atCy = EditSession(seed: seed + 1, name: "cy")
    try atBen.perform(in: ben, on: stride(from: 0, to: paths.count, by: 2).map { paths[$0] })
    try atCy.perform(in: cy, on: stride(from: 1, to: paths.count, by: 2).map { paths[$0] })
    everything.formUnion(try ben.content().contents)
    everything.formUnion(try cy.content().contents)
    let told = "seed \(seed): \(atBen.done + atCy.done)"
    for clone in [ben, cy, ben, cy] {
      let result = try clone.json("sync").expect(0)
      #expect(try result.paths("conflicts") == [], "\(told)")
    }
    #expect(try ben.content().differences(from: cy.content()) == [], "\(told)")
    try expectQuiet(ben, told)
    try expectQuiet(cy, told)

    // Both edit the same files; each policy has to bring the two together.
    for (round, policy) in ["both", "local", "remote", "newest", "merge"].enumerated() {
      let seed = seed + 10 + UInt64(round) * 2
      var (benNow, cyNow) = (
        EditSession(seed: seed, name: "ben-\(policy)"),
        EditSession(seed: seed + 1, name: "cy-\(policy)")
      )
      var random = SeededGenerator(seed: seed)
      let shared = try ben.content().paths.map(\.description).shuffled(using: &random)
        .prefix(max(5, paths.count / 100))
      for path in shared {
        try benNow.edit(path, in: ben)
        try cyNow.edit(path, in: cy)
      }
      everything.formUnion(try ben.content().contents)
      everything.formUnion(try cy.content().contents)
      let told = "seed \(seed): \(benNow.done + cyNow.done)"
      try ben.json("sync").expect(0)
      let open = try cy.json("sync").expect(0, 3).paths("conflicts")
      #expect(Set(open).isSubset(of: Set(shared)), "\(told)")
      let decided = try cy.json("sync", "--prefer", policy).expect(0, 3)
      if policy == "merge" || policy == "newest" {
        // What does not merge, or bears the same time, is left to a person.
        for path in try decided.paths("conflicts") {
          try cy.json("resolve", path, "--keep", "both").expect(0)
        }
      } else {
        #expect(try decided.paths("conflicts") == [], "\(told)")
      }
      try ben.json("sync").expect(0)
      #expect(try ben.content().differences(from: cy.content()) == [], "\(told)")
      try expectQuiet(ben, told)
      try expectQuiet(cy, told)
    }

    let kept = try contentsKept(ben, cy)
    #expect(everything.subtracting(kept).count == 0, "seed \(seed)")
    hub.stop()
    try hub.expectClean()
  }

  /// Publishes a copy of the real tree from a folder of its own.
  private func publish(_ hub: HubProcess, _ ada: Person) throws -> Clone {
    try RealTree.copy(to: ada.stage + "/first")
    let first = try ada.bind("first", to: "p", of: hub)
    let pushed = try first.json("push", "-m", "as it is").require(0, 4)
    #expect(pushed.exitCode == (try pushed.paths("blocked").isEmpty ? 0 : 4))
    #expect(try pushed.paths("failed") == [])
    return first
  }

  private func expectQuiet(_ clone: Clone, _ told: String) throws {
    let status = try clone.json("status").expect(0)
    #expect(try status.paths("items") == [], "\(told)")
    #expect(try status.count("in_sync") == clone.content().entries.count, "\(told)")
  }

  /// Every content that is in a folder, in a trash or named by the history, which `hub check`
  /// holds against the bytes.
  private func contentsKept(_ clones: Clone...) throws -> Set<Digest> {
    var kept: Set<Digest> = []
    for clone in clones {
      kept.formUnion(try clone.content().contents)
      kept.formUnion(try TreeListing(clone.path + "/.syncline/trash").contents)
    }
    let log = try #require(clones.first).json("log").require(0).document()
    for entry in try #require(log["entries"]?.arrayValue) {
      for change in try #require(entry["changes"]?.arrayValue) {
        for side in ["before", "after"] {
          if let text = change[side]?.stringValue, let digest = Digest(text: text) {
            kept.insert(digest)
          }
        }
      }
    }
    return kept
  }
}
