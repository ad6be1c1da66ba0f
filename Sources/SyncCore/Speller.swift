import SyncModel

/// Finds how a side shall spell paths that are created there.
///
/// A folder that exists keeps the spelling it has, so that a name in another normalization form
/// never makes a second folder beside it; the rest follows the other side.
struct Speller {
  private let tree: Tree
  private var lastCreated: (path: SyncPath, spelling: String)?

  init(_ tree: Tree) {
    self.tree = tree
  }

  /// Spells a path; nothing when it is spelled as its key.
  ///
  /// Paths must be asked for in ascending order.
  mutating func spelling(of path: SyncPath, like other: String?) -> String? {
    if path.key.utf8.allSatisfy({ $0 < 0x80 }) { return nil }
    if let entry = tree[path] { return entry.spelling }
    let names = path.names
    var best: [Substring] = []
    func consider(_ neighbor: SyncPath, _ spelling: String?) {
      let keys = neighbor.names.dropLast()
      let spelled = SyncPath.names(in: (spelling ?? neighbor.key)[...])
      guard spelled.count == keys.count + 1 else { return }
      var shared = 0
      while shared < keys.count, shared < names.count - 1,
        keys[shared].utf8.elementsEqual(names[shared].utf8)
      {
        shared += 1
      }
      if shared > best.count { best = Array(spelled.prefix(shared)) }
    }
    let index = tree.firstIndex(atOrAfter: path)
    for neighbor in [index - 1, index] where tree.entries.indices.contains(neighbor) {
      consider(tree.entries[neighbor].path, tree.entries[neighbor].spelling)
    }
    if let lastCreated { consider(lastCreated.path, lastCreated.spelling) }
    let template = SyncPath.names(in: (other ?? path.key)[...])
    let source = template.count == names.count ? template : names
    let spelling = (best + source.dropFirst(best.count)).joined(separator: "/")
    lastCreated = (path, spelling)
    return spelling.utf8.elementsEqual(path.key.utf8) ? nil : spelling
  }
}
