package import SyncModel

/// Makes small trees and disturbs them as people do: edits, renames, modes, links, folders.
package struct TreePerturbation {
  /// The paths that may occur; some of them should be folders of others.
  package var paths: [SyncPath]
  /// How many different contents occur.
  package var contents: UInt64
  /// Whether links occur.
  package var hasLinks: Bool

  /// The names that show the most trouble: a folder that is also a file, case and accents.
  package static let troublesome: [SyncPath] = [
    "a", "b", "A", "d", "d/x", "d/y", "d/x/z", "D/x", "e.txt", "\u{E9}/n", "\u{E9}",
  ].map { SyncPath(trusted: $0) }

  /// Describes which trees to make.
  package init(
    paths: [SyncPath] = TreePerturbation.troublesome, contents: UInt64 = 4, hasLinks: Bool = true
  ) {
    self.paths = paths
    self.contents = contents
    self.hasLinks = hasLinks
  }

  /// Makes the content with a number; all have the same size.
  package static func content(_ number: UInt64) -> Digest {
    Digest(words: (number, 0, 0, number))
  }

  /// Makes a file.
  package static func file(_ number: UInt64, isExecutable: Bool? = false) -> Node {
    .file(Node.File(digest: content(number), size: 10, isExecutable: isExecutable))
  }

  /// Makes any node.
  package func node(using random: inout SeededGenerator) -> Node {
    if hasLinks, random.oneIn(8) { return .link(target: "t\(random.next() % 2)") }
    return TreePerturbation.file(random.next() % contents, isExecutable: random.oneIn(5))
  }

  /// Makes a tree in which no file is also a folder.
  package func tree(using random: inout SeededGenerator) -> [SyncPath: Node] {
    var tree: [SyncPath: Node] = [:]
    for path in paths.shuffled(using: &random) where random.oneIn(2) {
      place(node(using: &random), at: path, in: &tree)
    }
    return tree
  }

  /// Disturbs a tree in a few places.
  package func perturb(
    _ tree: [SyncPath: Node], using random: inout SeededGenerator
  ) -> [SyncPath: Node] {
    var tree = tree
    for _ in 0..<(random.next() % 5) {
      let path = random.pick(paths)
      switch random.next() % 6 {
      case 0: tree[path] = nil
      case 1:
        // A rename, also one that only changes case or one into a folder.
        let old = tree.keys.sorted().randomElement(using: &random)
        if let old, let node = tree.removeValue(forKey: old) { place(node, at: path, in: &tree) }
      case 2:
        if case .file(var file)? = tree[path] {
          file.isExecutable = file.isExecutable.map { !$0 }
          tree[path] = .file(file)
        }
      default: place(node(using: &random), at: path, in: &tree)
      }
    }
    return tree
  }

  /// Puts a node at a path and removes what it has no room beside.
  private func place(_ node: Node, at path: SyncPath, in tree: inout [SyncPath: Node]) {
    for other in tree.keys where other.isBelow(path) || path.isBelow(other) { tree[other] = nil }
    tree[path] = node
  }
}

extension Tree {
  /// Makes a tree of nodes by path, all edited at one time.
  package init(nodes: [SyncPath: Node], modified: Timestamp? = nil) {
    self.init(
      nodes.map { TreeEntry(path: $0.key, state: .node($0.value), modified: modified) })
  }

  /// The nodes by path; blocked entries are left out.
  package var nodes: [SyncPath: Node] {
    var nodes: [SyncPath: Node] = [:]
    for entry in entries { nodes[entry.path] = entry.node }
    return nodes
  }
}

extension Base {
  /// Makes a base of nodes by path.
  package init(nodes: [SyncPath: Node]) {
    self.init(
      sorted: nodes.sorted { $0.key < $1.key }.map { BaseRow(path: $0.key, node: $0.value) })
  }

  /// The nodes by path.
  package var nodes: [SyncPath: Node] {
    var nodes: [SyncPath: Node] = [:]
    for row in rows { nodes[row.path] = row.node }
    return nodes
  }
}
