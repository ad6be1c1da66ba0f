import Crypto
import HubProtocol
import SyncModel
import Testing

@Suite struct ProtocolTreeDigestTests {
  static func file(_ text: String, executable: Bool? = false) -> Node {
    .file(
      Node.File(
        digest: SHA256.hash(Array(text.utf8)), size: UInt64(text.utf8.count),
        isExecutable: executable))
  }

  static func path(_ text: String) -> SyncPath { SyncPath(trusted: text) }

  @Test func `of nothing is zero`() {
    #expect(TreeDigest().hex == String(repeating: "0", count: 64))
    #expect(TreeDigest(Tree()) == TreeDigest())
  }

  @Test func `of one entry is the digest that the page describes`() {
    var digest = TreeDigest()
    digest.add(Self.path("a/b"), Self.file("x", executable: true))
    let hex = SHA256.hash(Array("x".utf8)).hex
    #expect(digest.hex == SHA256.hash(Array("a/b\0f\0\(hex)\01".utf8)).hex)
    var link = TreeDigest()
    link.add(Self.path("l"), .link(target: "../t"))
    #expect(link.hex == SHA256.hash(Array("l\0l\0../t\00".utf8)).hex)
  }

  @Test func `do not depend on the order, and removing undoes adding`() {
    let entries = (0..<300).map { (Self.path("f\($0)"), Self.file("\($0)")) }
    var forward = TreeDigest()
    for (path, node) in entries { forward.add(path, node) }
    var backward = TreeDigest()
    for (path, node) in entries.reversed() { backward.add(path, node) }
    #expect(forward == backward)
    for (path, node) in entries.shuffled() { forward.remove(path, node) }
    #expect(forward == TreeDigest())
  }

  @Test func `kept up to date equal those of the whole tree`() {
    var tree = Tree(
      (0..<50).map { TreeEntry(path: Self.path("f\($0)"), state: .node(Self.file("\($0)"))) })
    var digest = TreeDigest(tree)
    for step in 0..<60 {
      let path = Self.path("f\(step)")
      let after = step % 3 == 0 ? nil : Self.file("new \(step)", executable: step % 2 == 0)
      digest.replace(path, tree[path]?.node, with: after)
      tree = tree.applying(
        sorted: [(path: path, entry: after.map { TreeEntry(path: path, state: .node($0)) })])
      #expect(digest == TreeDigest(tree))
    }
  }

  @Test func `tell every attribute apart`() {
    let nodes: [Node] = [
      Self.file("x"), Self.file("y"), Self.file("x", executable: true), .link(target: "x"),
    ]
    let digests = nodes.map { node in
      var digest = TreeDigest()
      digest.add(Self.path("p"), node)
      return digest
    }
    #expect(Set(digests).count == nodes.count)
    var unknown = TreeDigest()
    unknown.add(Self.path("p"), Self.file("x", executable: nil))
    #expect(unknown == digests[0])
  }

  @Test func `survive being written and read`() {
    var digest = TreeDigest()
    digest.add(Self.path("p"), Self.file("x"))
    #expect(TreeDigest(hex: digest.hex) == digest)
    for bad in ["", "0", digest.hex.uppercased(), digest.hex + "0", "sha256:" + digest.hex] {
      #expect(TreeDigest(hex: bad) == nil || bad == digest.hex)
    }
  }
}
