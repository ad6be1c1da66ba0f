import SyncModel
import TestSupport
import Testing

@Suite struct `Merging by path` {
  private func rows(_ keys: [String], _ number: UInt64) -> [BaseRow] {
    keys.map { BaseRow(path: SyncPath(trusted: $0), node: TreePerturbation.file(number)) }
  }

  private func merged(_ old: [String], _ new: [(key: String, stays: Bool)]) -> [String] {
    let changes = new.map { key, stays in
      (path: SyncPath(trusted: key), row: stays ? rows([key], 2)[0] : nil)
    }
    return rows(old, 1).merged(sorted: changes).map {
      $0.path.key + ($0.node == TreePerturbation.file(2) ? "*" : "")
    }
  }

  @Test func `changes replace, add and remove rows, in the order of the paths`() {
    let old = ["a", "a/x", "b", "d"]
    #expect(merged(old, []) == old)
    #expect(merged([], [("a", true), ("b", false)]) == ["a*"])
    #expect(merged(old, [("a/x", true)]) == ["a", "a/x*", "b", "d"])
    #expect(merged(old, [("a", false), ("b", false)]) == ["a/x", "d"])
    #expect(
      merged(old, [("a/x", false), ("c", true), ("e", true)]) == ["a", "b", "c*", "d", "e*"])
    #expect(merged(old, old.map { ($0, false) }) == [])
  }

  @Test func `a merge can be walked more than once`() {
    let merge = rows(["a", "b"], 1).merged(
      sorted: [(path: SyncPath(trusted: "c"), row: rows(["c"], 2).first)])
    #expect(merge.map(\.path.key) == ["a", "b", "c"])
    #expect(merge.map(\.path.key) == ["a", "b", "c"])
  }
}
