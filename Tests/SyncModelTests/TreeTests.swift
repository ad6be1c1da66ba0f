import SyncModel
import TestSupport
import Testing

@Suite struct `Trees` {
  private func entry(_ key: String, _ number: UInt64 = 1) -> TreeEntry {
    TreeEntry(path: SyncPath(trusted: key), state: .node(TreePerturbation.file(number)))
  }

  @Test func `entries sort by path and the later of two at one path stays`() {
    let tree = Tree([entry("b"), entry("a", 1), entry("a/x"), entry("a", 2)])
    #expect(tree.entries.map(\.path.key) == ["a", "a/x", "b"])
    #expect(tree[SyncPath(trusted: "a")] == entry("a", 2))
  }

  @Test func `every path is found, and no other`() {
    let keys = (0..<50).map { "n\($0 * 2)" }
    let tree = Tree(keys.map { entry($0) })
    for number in 0..<100 {
      let found = tree[SyncPath(trusted: "n\(number)")]
      #expect((found != nil) == (number % 2 == 0))
    }
    #expect(tree.firstIndex(atOrAfter: SyncPath(trusted: "zzz")) == 50)
  }

  @Test func `sorted changes merge into a tree as into a dictionary`() {
    var random = SeededGenerator(seed: 5)
    let keys = (0..<12).map { "p\($0)" }
    for _ in 0..<200 {
      var expected: [SyncPath: TreeEntry] = [:]
      for key in keys where random.oneIn(2) { expected[SyncPath(trusted: key)] = entry(key) }
      let tree = Tree(Array(expected.values))
      var changes: [(path: SyncPath, entry: TreeEntry?)] = []
      for key in keys.map({ SyncPath(trusted: $0) }).sorted() where random.oneIn(2) {
        let new = random.oneIn(3) ? nil : entry(key.key, 9)
        changes.append((key, new))
        expected[key] = new
      }
      #expect(tree.applying(sorted: changes) == Tree(Array(expected.values)))
    }
  }

  @Test func `a bit that one side does not carry is not compared`() {
    let plain = TreePerturbation.file(1, isExecutable: false)
    let bare = TreePerturbation.file(1, isExecutable: nil)
    #expect(plain.agrees(with: bare))
    #expect(plain != bare)
    #expect(!plain.agrees(with: TreePerturbation.file(1, isExecutable: true)))
    #expect(!plain.agrees(with: .link(target: "x")))
  }

  @Test func `targets of links are compared as bytes`() {
    let composed = Node.link(target: "caf\u{E9}")
    let decomposed = Node.link(target: "cafe\u{301}")
    #expect(!composed.agrees(with: decomposed))
    #expect(composed != decomposed)
  }

  @Test func `a base row is found by its path`() {
    let base = Base(nodes: [SyncPath(trusted: "a"): TreePerturbation.file(1)])
    #expect(base[SyncPath(trusted: "a")]?.node == TreePerturbation.file(1))
    #expect(base[SyncPath(trusted: "b")] == nil)
  }

  @Test func `whole seconds round down, before 1970 too`() {
    #expect(Timestamp(nanoseconds: 1_500_000_000).seconds == 1)
    #expect(Timestamp(nanoseconds: -1).seconds == -1)
    #expect(Timestamp(nanoseconds: -1_000_000_000).seconds == -1)
    #expect(Timestamp(seconds: 3).nanoseconds == 3_000_000_000)
  }
}
