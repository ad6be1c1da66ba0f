import LocalReplica
import Replica
import SyncCore
import SyncModel

extension Engine {
  /// Keeps what the run is about to replace or delete on a remote that has no history of its own.
  ///
  /// A content that cannot be kept is not replaced.
  func keepRemote(
    _ steps: [Step], _ observation: Observation, _ run: RunState, _ halves: inout Halves
  ) async throws {
    guard !remote.capabilities.keepsHistory else { return }
    var wanted: [WantedContent] = []
    var users: [SyncPath: Int] = [:]
    for (index, step) in steps.enumerated() where !halves.isOut(index) {
      guard let change = step.remote, let file = change.node.before?.file,
        change.node.after?.file?.digest != file.digest
      else { continue }
      wanted.append(
        WantedContent(
          path: step.path, spelling: observation.remote.tree[step.path]?.spelling,
          digest: file.digest, size: file.size))
      users[step.path] = index
    }
    guard !wanted.isEmpty else { return }
    let trash = try local.remoteTrash(run: run.id)
    for (content, reason) in try await remote.read(wanted, into: trash) {
      if let index = users[content.path] { halves.failed[index] = reason }
    }
    spread(&halves, over: steps)
  }
}
