import SyncModel

/// The order in which changes reach a server that applies them one by one.
///
/// Pure. A pipeline's YAML names its blocks, so that blocks come before it and go after it; and a
/// file whose deletion makes room for another goes before that.
enum WriteOrder {
  /// The numbers of the changes, in groups: within one the order does not matter.
  static func groups(_ changes: [PathChange]) -> [[Int]] {
    let made = changes.filter { $0.node.after != nil }.map(\.path)
    let madeAbove = Set(made.flatMap(\.ancestors))
    let madeSet = Set(made)
    var groups: [[Int]] = Array(repeating: [], count: Phase.allCases.count)
    for (index, change) in changes.enumerated() {
      let phase: Phase
      if change.node.after != nil {
        phase = isPipeline(change.path) ? .makePipeline : .makeRest
      } else if madeAbove.contains(change.path)
        || change.path.ancestors.contains(where: madeSet.contains)
      {
        phase = .makeRoom
      } else {
        phase = isPipeline(change.path) ? .deletePipeline : .deleteRest
      }
      groups[phase.rawValue].append(index)
    }
    return groups.filter { !$0.isEmpty }
  }

  private enum Phase: Int, CaseIterable {
    case makeRoom, makeRest, makePipeline, deletePipeline, deleteRest
  }

  /// Whether a file is the description of a pipeline or of its triggers.
  private static func isPipeline(_ path: SyncPath) -> Bool {
    path.key.hasPrefix("pipelines/")
      && ["metadata.yaml", "triggers.yaml"].contains(String(path.name))
  }
}
