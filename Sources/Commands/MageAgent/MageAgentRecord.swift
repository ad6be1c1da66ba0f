import Replica
import Engine
import JSON
import Platform
import SyncCore
import SyncModel

/// Writes the state file of Mage's own tool, so that it can be used again at any time.
enum MageAgentRecord {
  /// Records how both sides stand after a run.
  static func write(for session: ProjectSession, at now: Int64) async throws {
    let observation = try await session.engine.observe()
    session.engine.keepCache(of: observation)
    let root = try await session.repoPath()
    let folder = session.folder.root
    var state = MageAgentState(repoPath: root)
    if let known = try read(folder), known.repoPath == root { state = known }
    let present = observation.local.tree.entries + observation.remote.tree.entries
    let time = ISO8601.string(nanoseconds: now)
    state.update(
      agreed: observation.reconciliation.itemsWithInSync.filter { $0.state == .inSync }.map {
        ($0.path, $0.local?.modified, $0.remote?.modified)
      }, present: Set(present.map(\.path.key)), at: time)
    try folder.replaceFile(MageAgentState.fileName, with: state.rendered(at: time), mode: 0o644)
  }

  /// Reads the state file; nothing where there is none, or none that is understood.
  static func read(_ folder: any Directory) throws -> MageAgentState? {
    do throws(Errno) {
      return MageAgentState(
        parsing: try folder.readFile(MageAgentState.fileName, limit: 64 << 20))
    } catch {
      guard error == .notFound else { throw error }
      return nil
    }
  }
}
