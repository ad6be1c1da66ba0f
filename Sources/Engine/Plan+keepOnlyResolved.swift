import SyncCore
import SyncModel

extension Plan {
  /// Drops what no answer to a conflict asked for.
  mutating func keepOnlyResolved() {
    let resolved = Set(steps.filter { $0.resolution != nil }.compactMap(\.group))
    let copies = Set(copiesOnTheirWay)
    steps.removeAll { step in
      step.resolution == nil && step.group.map(resolved.contains) != true
        && !copies.contains(step.path)
    }
    renames = Side.allCases.flatMap { Rename.pairs(in: steps, on: $0) }
  }
}
