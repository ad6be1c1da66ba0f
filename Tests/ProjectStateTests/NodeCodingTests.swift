import ProjectState
import SyncModel
import TestSupport
import Testing

/// The stored form of nodes, which programs that are in use already have written.
@Suite struct NodeCodingTests {
  struct Row: CustomTestStringConvertible {
    let testDescription: String
    let node: Node
    let tag: UInt8
  }

  private static let rows = [
    Row(
      testDescription: "a file of a side without the bit",
      node: TreePerturbation.file(1, isExecutable: nil), tag: 1),
    Row(
      testDescription: "a plain file", node: TreePerturbation.file(2, isExecutable: false), tag: 2),
    Row(
      testDescription: "an executable file",
      node: TreePerturbation.file(3, isExecutable: true), tag: 3),
    Row(testDescription: "a link", node: .link(target: "../é"), tag: 4),
  ]

  @Test(arguments: rows)
  func `a node begins with its tag and is read back`(_ row: Row) {
    let bytes = NodeCoding.encode(row.node)
    #expect(bytes.first == row.tag)
    switch row.node {
    case .file: #expect(bytes.count == 41)
    case .link(let target): #expect(Array(bytes.dropFirst()) == Array(target.utf8))
    }
    #expect(bytes.withUnsafeBytes { NodeCoding.decode($0) } == row.node)
  }

  @Test func `bytes that are no node are none`() {
    let file = NodeCoding.encode(TreePerturbation.file(1))
    for bytes in [[], [0], [5, 1], Array(file.dropLast()), file + [0], [4, 0xFF]] {
      #expect(bytes.withUnsafeBytes { NodeCoding.decode($0) } == nil)
    }
  }
}
