import Crypto
import LocalReplica
import Platform
import Replica
import SyncCore
package import SyncModel

extension Engine {
  /// Keeps losers of conflicts outside of the tree; a step whose loser cannot be kept is left out.
  ///
  /// May be repeated: a copy that is there already is found to be.
  func keepAside(
    _ plan: Plan, _ observation: Observation, _ halves: inout Halves
  ) async throws -> [SyncPath] {
    var kept: [SyncPath] = []
    for copy in plan.asideCopies {
      let indices = plan.steps.indices.filter { plan.steps[$0].path == copy.path }
      guard !indices.isEmpty, !indices.contains(where: halves.isOut) else { continue }
      let entry = TreeEntry(
        path: copy.path, state: .node(.file(copy.file)),
        spelling: copy.side == .remote ? observation.remote.tree[copy.path]?.spelling : nil)
      if let bytes = try await peek().content(of: entry, on: copy.side) {
        kept.append(try local.keepConflictCopy(bytes, of: copy))
      } else {
        for index in indices { halves.failed[index] = .changedWhileReading }
      }
    }
    spread(&halves, over: plan.steps)
    return kept
  }

  /// The conflict copies that are here: those in the tree, as far as they still hold what they were
  /// made for, or those outside of it, where that is their place.
  package func conflictCopies(in observation: Observation) throws -> [SyncPath] {
    guard !settings.copiesAside else { return try local.conflictCopies() }
    let scope = observation.reconciliation.input.scope
    return observation.local.tree.entries.compactMap { entry in
      guard let node = entry.node, ConflictCopy.isCopy(entry.path, holding: node),
        scope.contains(entry.path)
      else { return nil }
      return entry.path
    }
  }

  /// Keeps edits that were taken out of their places outside of the tree.
  func giveBackAside(_ rescued: [KeptContent], run: String) throws -> [RescuedEdit] {
    let trash = try local.trashContents(run: run)
    return try rescued.map { kept in
      var edit = RescuedEdit(kept: kept)
      guard let file = kept.node.file else {
        edit.problem = .contentNotCarried
        return edit
      }
      let wanted = WantedContent(path: kept.path, digest: file.digest, size: file.size)
      let sink = MemorySink()
      guard try Engine.copy(wanted, from: trash, into: sink), let bytes = sink.contents[file.digest]
      else {
        edit.problem = .changedWhileReading
        return edit
      }
      edit.copy = try local.keepConflictCopy(
        bytes, of: AsideCopy(path: kept.path, side: .local, file: file))
      return edit
    }
  }
}
