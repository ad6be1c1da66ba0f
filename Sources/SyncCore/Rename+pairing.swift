package import SyncModel

extension Rename {
  /// Pairs what goes with what comes, by content; equal names pair first.
  ///
  /// Empty files pair only under an equal name, because all of them have the same content. Both
  /// lists must be sorted by path.
  package static func pairs(
    on side: Side, deleted: [(path: SyncPath, node: Node)], added: [(path: SyncPath, node: Node)]
  ) -> [Rename] {
    guard !deleted.isEmpty, !added.isEmpty else { return [] }
    var targets: [Int?] = Array(repeating: nil, count: deleted.count)
    var isTaken = Array(repeating: false, count: added.count)
    for sameName in [true, false] {
      // Lowest last, so that it is taken first.
      var open: [PairingKey: [Int]] = [:]
      for index in added.indices.reversed() where !isTaken[index] {
        guard let key = PairingKey(added[index], sameName: sameName) else { continue }
        open[key, default: []].append(index)
      }
      for index in deleted.indices where targets[index] == nil {
        guard let key = PairingKey(deleted[index], sameName: sameName),
          let target = open[key]?.popLast()
        else { continue }
        targets[index] = target
        isTaken[target] = true
      }
    }
    return zip(deleted, targets).compactMap { deletion, target in
      target.map { Rename(side: side, from: deletion.path, to: added[$0].path) }
    }
  }

  /// Finds the renames among items, as they are shown before anything is decided.
  package static func pairs(in items: [Item]) -> [Rename] {
    Side.allCases.flatMap { side in
      let giving: PathState = side == .remote ? .localToRemote : .remoteToLocal
      let moving = items.filter { $0.state == giving }
      return pairs(
        on: side,
        deleted: moving.compactMap { item in
          item.change == .deleted ? item.node(side).map { (item.path, $0) } : nil
        },
        added: moving.compactMap { item in
          item.change == .added ? item.node(side.other).map { (item.path, $0) } : nil
        })
    }
  }

  /// Finds the renames among planned writes to a side.
  package static func pairs(in steps: [Step], on side: Side) -> [Rename] {
    guard steps.contains(where: { $0.isDeletion }) else { return [] }
    let changes = steps.compactMap { $0.change(side) }.sorted { $0.path < $1.path }
    return pairs(
      on: side,
      deleted: changes.compactMap { change in
        change.node.after == nil ? change.node.before.map { (change.path, $0) } : nil
      },
      added: changes.compactMap { change in
        change.node.before == nil ? change.node.after.map { (change.path, $0) } : nil
      })
  }
}

/// What a deletion and an addition must have in common.
private struct PairingKey: Hashable {
  private let digest: Digest
  private let name: String

  init?(_ entry: (path: SyncPath, node: Node), sameName: Bool) {
    guard let file = entry.node.file, sameName || file.size > 0 else { return nil }
    digest = file.digest
    name = sameName ? String(entry.path.name) : ""
  }
}
