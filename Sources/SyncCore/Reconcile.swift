import SyncModel

/// Compares two sides with what they agreed on last, path by path and then as whole trees.
///
/// Pure: nothing is read or written, and equal inputs give equal results.
package func reconcile(_ input: ReconcileInput) -> Reconciliation {
  let walk = Walk(input)
  var decider = PathDecider(input)
  var decided = walk.rows.map { decider.decide($0) }
  for cluster in walk.clusters {
    settleKinds(in: cluster, of: &decided, input: input)
  }
  for side in Side.allCases { settleOccupied(&decided, on: side, input: input) }
  for side in Side.allCases where !input.carries(side).isCaseSensitive {
    settleNames(&decided, on: side, input: input)
  }
  return gather(decided, quietCount: walk.quietCount, input: input)
}

private func gather(
  _ decided: [DecidedRow], quietCount: Int, input: ReconcileInput
) -> Reconciliation {
  var result = Reconciliation(input: input)
  result.counts.inSync = quietCount
  for row in decided {
    switch row.outcome {
    case .outside, .member: break
    case .inSync: result.counts.inSync += 1
    case .adopt(let node):
      result.counts.inSync += 1
      result.adoptions.append(Adoption(path: row.path, node: node, before: row.base?.node))
    case .drop(let isIgnored):
      if let base = row.base {
        result.droppedBase.append(DroppedRow(row: base, isIgnored: isIgnored))
      }
    case .item(let item):
      result.counts.add(item.state)
      result.items.append(item)
      if row.isWithheld { result.withheldDeletions.append(row.path) }
    }
  }
  return result
}

extension Reconciliation {
  /// All items and, among them by path, one for each path in scope that is in sync.
  package var itemsWithInSync: [Item] {
    var result: [Item] = []
    result.reserveCapacity(items.count + counts.inSync)
    var taken = Set(items.map(\.path))
    for item in items { taken.formUnion(item.members.map(\.path)) }
    var index = 0
    for entry in input.local.entries where input.scope.contains(entry.path) {
      guard !taken.contains(entry.path), let remote = input.remote[entry.path] else { continue }
      while index < items.count, items[index].path < entry.path {
        result.append(items[index])
        index += 1
      }
      result.append(
        Item(
          path: entry.path, state: .inSync, local: entry, remote: remote,
          base: input.base[entry.path]))
    }
    result.append(contentsOf: items[index...])
    return result
  }
}
