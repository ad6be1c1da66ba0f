import Replica
import SyncCore
import SyncModel

/// What became of the two halves of each step.
struct Halves {
  var failed: [Int: BlockReason] = [:]
  var moved: Set<Int> = []
  var skipped: Set<Int> = []
  /// Whether the local side was not written to its end because the user interrupted the run.
  var isInterrupted = false
  /// Groups of which a half of a step was written.
  var begun: Set<Int> = []
  /// Steps at whose path something else was found.
  var occupied: Set<Int> = []
  /// What was written of each step, a bit for each side.
  private var written: [UInt8]

  init(count: Int) {
    written = [UInt8](repeating: 0, count: count)
  }

  var areAllIn: Bool { failed.isEmpty && moved.isEmpty && skipped.isEmpty }

  /// Tells whether a half of a step was written.
  func hasWritten(_ side: Side, of index: Int) -> Bool { written[index] & Halves.bit(side) != 0 }

  private static func bit(_ side: Side) -> UInt8 {
    switch side {
    case .local: 1
    case .remote: 2
    }
  }

  func isOut(_ index: Int) -> Bool {
    failed[index] != nil || moved.contains(index) || skipped.contains(index)
  }

  /// Notes what became of a half of a step.
  mutating func take(_ result: ChangeResult, of index: Int, in group: Int?, on side: Side) {
    switch result {
    case .done:
      written[index] |= Halves.bit(side)
      if let group { begun.insert(group) }
    case .moved(let found):
      moved.insert(index)
      if found != nil { occupied.insert(index) }
    case .failed(let reason): failed[index] = reason
    case .notTried: skipped.insert(index)
    }
  }

  /// The paths at which a side was to be written, and was not.
  func notWritten(_ side: Side, of steps: [Step]) -> Set<SyncPath> {
    if areAllIn { return [] }
    let left = steps.indices.filter { index in
      isOut(index) && steps[index].writes(side) && !hasWritten(side, of: index)
    }
    return Set(left.map { steps[$0].path })
  }

  /// What was written of a step that is not done as a whole.
  func writtenHalf(of step: Step, _ index: Int) -> Step? {
    let local = hasWritten(.local, of: index) ? step.local : nil
    let remote = hasWritten(.remote, of: index) ? step.remote : nil
    guard let change = local ?? remote else { return nil }
    if local == step.local, remote == step.remote { return step }
    let isDeletion = change.node.after == nil
    let kind: StepKind =
      local != nil
      ? (isDeletion ? .deleteLocal : .pull) : (isDeletion ? .deleteRemote : .push)
    return Step(path: step.path, kind: kind, local: local, remote: remote)
  }

  /// What was written of all steps, as far as it is known.
  func writtenSteps(of steps: [Step]) -> [Step] {
    steps.indices.compactMap { writtenHalf(of: steps[$0], $0) }
  }

  /// What a step did, as undo and the counts need it; nothing if it wrote nothing.
  func effect(_ intent: Intent, _ index: Int) -> Intent? {
    guard intent.local != nil || intent.remote != nil else { return nil }
    guard isOut(index) else { return intent }
    guard written[index] != 0 else { return nil }
    var effect = intent
    if !hasWritten(.local, of: index) { effect.local = nil }
    if !hasWritten(.remote, of: index) { effect.remote = nil }
    effect.setsBase = false
    effect.base.after = effect.base.before
    return effect
  }

  /// Steps whose base row goes, because their group was cut before them.
  func cut(_ steps: [Step]) -> [Int] {
    if areAllIn { return [] }
    return steps.indices.filter { index in
      guard let group = steps[index].group, begun.contains(group) else { return false }
      return isOut(index) && !occupied.contains(index) && steps[index].baseWhenCutBefore == .drop
    }
  }
}
