import SyncModel

/// Orders units of steps, and joins those where a deletion makes room for a creation.
///
/// What only the base learns comes first, deletions that make room for nothing come last.
/// `foldingSides` store names that differ in case only as one.
struct Arrangement {
  private let steps: [Step]
  /// The unit of each step.
  private let unit: [Int]
  /// For each unit another one that it is joined to, or itself.
  private var parent: [Int]
  /// Whether any steps stand together.
  private var hasJoined = false

  /// Takes units, each as the range of its steps.
  init(_ all: [Step], in units: [Range<Int>], foldingSides: [Side] = []) {
    var flat: [Step] = []
    var owners: [Int] = []
    flat.reserveCapacity(all.count)
    owners.reserveCapacity(all.count)
    for (index, range) in units.enumerated() {
      flat.append(contentsOf: all[range])
      owners.append(contentsOf: repeatElement(index, count: range.count))
    }
    let isSorted = zip(flat.indices, flat.indices.dropFirst())
      .allSatisfy { flat[$0].path < flat[$1].path }
    if !isSorted {
      let order = flat.indices.sorted { flat[$0].path < flat[$1].path }
      flat = order.map { flat[$0] }
      owners = order.map { owners[$0] }
    }
    steps = flat
    unit = owners
    parent = Array(units.indices)
    hasJoined = units.contains { $0.count > 1 }
    guard steps.contains(where: { $0.deletesSomething }) else { return }
    joinNested()
    for side in foldingSides { joinFolded(on: side) }
  }

  /// For each unit one of those that it is joined with, the same for all of them.
  mutating func roots() -> [Int] {
    parent.indices.map { root($0) }
  }

  /// Joins a deletion with the creations above or below it on the same side.
  private mutating func joinNested() {
    var above: [Int] = []
    for index in steps.indices {
      while let last = above.last, !steps[index].path.isBelow(steps[last].path) {
        above.removeLast()
      }
      for ancestor in above where makesRoom(ancestor, index) { join(ancestor, index) }
      above.append(index)
    }
  }

  /// Joins a deletion with the creation of a name that folds to the same.
  private mutating func joinFolded(on side: Side) {
    var created: [String: Int] = [:]
    var deleted: [String: Int] = [:]
    for (index, step) in steps.enumerated() {
      guard let change = step.change(side) else { continue }
      if change.node.before == nil { created[step.path.folded] = index }
      if change.node.after == nil { deleted[step.path.folded] = index }
    }
    guard !created.isEmpty, !deleted.isEmpty else { return }
    for (index, step) in steps.enumerated() {
      guard let change = step.change(side) else { continue }
      let isCreation = change.node.before == nil
      guard isCreation || change.node.after == nil else { continue }
      for path in [step.path] + step.path.ancestors {
        if let other = (isCreation ? deleted : created)[path.folded] { join(index, other) }
      }
    }
    joinRespelled(on: side)
  }

  /// Joins what leaves a folder with what comes into the same folder under another spelling, which
  /// it can have only when it is empty.
  private mutating func joinRespelled(on side: Side) {
    typealias Folders = [String: (path: SyncPath, index: Int)]
    var left: Folders = [:]
    var entered: Folders = [:]
    func eachFolder(_ body: (Int, Bool, SyncPath) -> Void) {
      for (index, step) in steps.enumerated() {
        guard let change = step.change(side)?.node else { continue }
        let isCreation = change.before == nil
        guard isCreation || change.after == nil else { continue }
        for folder in step.path.ancestors { body(index, isCreation, folder) }
      }
    }
    eachFolder { index, isCreation, folder in
      if isCreation {
        entered[folder.folded] = (folder, index)
      } else {
        left[folder.folded] = (folder, index)
      }
    }
    var pairs: [(Int, Int)] = []
    eachFolder { index, isCreation, folder in
      if let other = (isCreation ? left : entered)[folder.folded], other.path != folder {
        pairs.append((index, other.index))
      }
    }
    for (index, other) in pairs { join(index, other) }
  }

  private func makesRoom(_ first: Int, _ second: Int) -> Bool {
    Side.allCases.contains { side in
      guard let left = steps[first].change(side)?.node, let right = steps[second].change(side)?.node
      else { return false }
      return (left.after == nil && right.before == nil)
        || (left.before == nil && right.after == nil)
    }
  }

  private mutating func root(_ unit: Int) -> Int {
    var unit = unit
    while parent[unit] != unit {
      parent[unit] = parent[parent[unit]]
      unit = parent[unit]
    }
    return unit
  }

  private mutating func join(_ first: Int, _ second: Int) {
    hasJoined = true
    let roots = (root(unit[first]), root(unit[second]))
    parent[max(roots.0, roots.1)] = min(roots.0, roots.1)
  }

  /// All steps in their order, with the numbers of their groups.
  mutating func ordered() -> [Step] {
    let groups = groups()
    // In the order of their first paths, each group where its first step stands.
    let sections = steps.indices.map { index -> UInt8 in
      guard let members = groups[index] else { return section(of: CollectionOfOne(index)) }
      return members.isEmpty ? 3 : section(of: members)
    }
    var result: [Step] = []
    result.reserveCapacity(steps.count)
    var nextGroup = 0
    for section: UInt8 in 0...2 {
      for index in steps.indices where sections[index] == section {
        guard let members = groups[index] else {
          result.append(steps[index])
          continue
        }
        for rank in 0...2 {
          for member in members where Arrangement.rank(of: steps[member]) == rank {
            var step = steps[member]
            step.group = nextGroup
            result.append(step)
          }
        }
        nextGroup += 1
      }
    }
    return result
  }

  /// The steps that stand together, by the first of them; the others of a group have none.
  private mutating func groups() -> [Int: [Int]] {
    guard hasJoined else { return [:] }
    var firsts: [Int: Int] = [:]
    var groups: [Int: [Int]] = [:]
    for index in steps.indices {
      let root = root(unit[index])
      guard let first = firsts[root] else {
        firsts[root] = index
        continue
      }
      groups[first, default: [first]].append(index)
      groups[index] = []
    }
    return groups
  }

  /// Base only, writes with what makes room for them, or deletions alone.
  private func section(of group: some Collection<Int>) -> UInt8 {
    if group.allSatisfy({ !steps[$0].writes(.local) && !steps[$0].writes(.remote) }) { return 0 }
    return group.allSatisfy { steps[$0].isDeletion } ? 2 : 1
  }

  private static func rank(of step: Step) -> Int {
    if step.isDeletion { return 0 }
    return step.kind == .conflictCopy ? 1 : 2
  }
}

extension Step {
  /// Tells whether everything that the step writes is a deletion.
  var isDeletion: Bool {
    guard writes(.local) || writes(.remote) else { return false }
    return change(.local)?.node.after == nil && change(.remote)?.node.after == nil
  }

  /// Tells whether the step deletes on some side.
  fileprivate var deletesSomething: Bool {
    Side.allCases.contains { side in change(side).map { $0.node.after == nil } ?? false }
  }
}

/// Sets the spelling of every change, as the side that is written has it or shall have it.
func spell(_ steps: inout [Step], local: Tree, remote: Tree) {
  let order = steps.indices
    .filter { !steps[$0].path.key.utf8.allSatisfy { $0 < 0x80 } }
    .sorted { steps[$0].path < steps[$1].path }
  guard !order.isEmpty else { return }
  var localSpeller = Speller(local)
  var remoteSpeller = Speller(remote)
  for index in order {
    let step = steps[index]
    // A conflict copy is spelled in its folder's way; there is nothing opposite to follow.
    if step.local != nil {
      steps[index].local?.spelling = localSpeller.spelling(
        of: step.path, like: remote[step.path]?.spelling)
    }
    if step.remote != nil {
      steps[index].remote?.spelling = remoteSpeller.spelling(
        of: step.path, like: local[step.path]?.spelling)
    }
  }
}
