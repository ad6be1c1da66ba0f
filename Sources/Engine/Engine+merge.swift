import Crypto
import Replica
import SyncCore
import SyncModel

extension Engine {
  /// Merges the texts of a conflict and keeps the result for the plan; `saysWhyNot` notes the obstacle.
  func merge(
    _ item: Item, into decision: inout Decision, saysWhyNot: Bool = false
  ) async throws -> MergeResult {
    let obstacle: MergeObstacle
    switch try await mergeTexts(item, base: nil) {
    case .success(.clean(let bytes)):
      let digest = bytes.withUnsafeBytes { SHA256.hash($0) }
      decision.made[digest] = bytes
      return .clean(
        Node.File(
          digest: digest, size: UInt64(bytes.count),
          isExecutable: item.node(.local)?.file?.isExecutable))
    case .success(.conflicting): obstacle = .sameLines
    case .success(.notText): obstacle = .notText
    case .success(.wouldNotParse): obstacle = .wouldNotParse
    case .failure(let found): obstacle = found
    }
    let notice = Notice.notMerged(item.path, obstacle)
    if saysWhyNot, !decision.notices.contains(notice) { decision.notices.append(notice) }
    return .notClean
  }

  /// The text of a conflict with both versions between markers.
  ///
  /// What was added on both sides is marked against an empty base.
  func markedText(_ item: Item) async throws -> Result<[UInt8], MergeObstacle> {
    // Marked again, the markers would stand within markers.
    if item.local != nil, let local = try await peek().content(of: item.local, on: .local),
      TextMerge.isMarked(local)
    {
      return .failure(.alreadyMarked)
    }
    return switch try await mergeTexts(item, base: item.base == nil ? [] : nil) {
    case .success(.clean(let bytes)), .success(.conflicting(marked: let bytes)): .success(bytes)
    case .success(.notText): .failure(.notText)
    case .success(.wouldNotParse): .failure(.wouldNotParse)
    case .failure(let obstacle): .failure(obstacle)
    }
  }

  /// The conflicts that a plan ends with a local text which still shows both versions between the
  /// markers of a run: nobody wants those on the remote, unless it is forced.
  func markedWinners(
    in plan: Plan, _ items: [Item], _ unmarked: inout Set<SyncPath>
  ) async throws -> [Item] {
    var found: [Item] = []
    for step in plan.steps where step.resolution?.answer == .local && step.writes(.remote) {
      guard step.resolution?.decider != .force, !unmarked.contains(step.path),
        let item = items.row(at: step.path), item.state == .conflict, item.conflict != .kind
      else { continue }
      if let text = try await peek().content(of: item.local, on: .local), TextMerge.isMarked(text) {
        found.append(item)
      } else {
        unmarked.insert(step.path)
      }
    }
    return found
  }

  private func mergeTexts(
    _ item: Item, base known: [UInt8]?
  ) async throws -> Result<TextMerge.Outcome, MergeObstacle> {
    guard item.node(.local)?.file != nil, item.node(.remote)?.file != nil else {
      return .failure(.notTwoFiles)
    }
    let peek = try peek()
    guard let local = try await peek.content(of: item.local, on: .local),
      let remote = try await peek.content(of: item.remote, on: .remote)
    else { return .failure(.notAtHand) }
    var base = known
    if base == nil {
      guard item.base != nil else { return .failure(.neverAgreed) }
      base = try await peek.base(item.base)
    }
    guard let base else { return .failure(.noBase) }
    return .success(
      try TextMerge.merge(path: item.path, base: base, local: local, remote: remote))
  }
}
