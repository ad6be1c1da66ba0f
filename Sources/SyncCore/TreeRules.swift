package import SyncModel

/// What every tree must keep to.
package enum TreeRules {
  /// Finds the changes that would leave a path both a file and a folder.
  ///
  /// Both questions are about the tree as it is *after* all changes. The result is sorted and does
  /// not depend on the order of the changes.
  package static func conflicts(
    in changes: [PathChange], hasNode: (SyncPath) -> Bool, hasNodesBelow: (SyncPath) -> Bool
  ) -> [SyncPath] {
    var offending: Set<SyncPath> = []
    for change in changes where change.node.after != nil {
      if hasNodesBelow(change.path) || change.path.ancestors.contains(where: hasNode) {
        offending.insert(change.path)
      }
    }
    return offending.sorted()
  }

  /// The longest target of a link in bytes.
  package static let maximumLinkBytes = 4095

  /// Tells whether a link at a path might lead out of the project.
  ///
  /// One rule for both sides: what a folder could not write is refused by a hub as well.
  package static func escapes(target: String, at path: SyncPath) -> Bool {
    escapes(target: target, depth: path.key.utf8.count { $0 == UInt8(ascii: "/") })
  }

  /// Tells whether a link that lies in so many folders might lead out of the project.
  ///
  /// It must be relative, of bounded length, and `..` may only stand at its start: the folders above
  /// a link are real ones, but a name inside the target may be a link, whose parent is elsewhere.
  package static func escapes(target: String, depth: Int) -> Bool {
    let bytes = target.utf8
    guard let first = bytes.first, first != UInt8(ascii: "/"), bytes.count <= maximumLinkBytes,
      !bytes.contains(0)
    else { return true }
    var rises = 0
    var hasEntered = false
    for name in bytes.split(separator: UInt8(ascii: "/")) {
      if name.elementsEqual("..".utf8) {
        rises += 1
        if hasEntered || rises > depth { return true }
      } else if !name.elementsEqual(".".utf8) {
        hasEntered = true
      }
    }
    return false
  }
}
