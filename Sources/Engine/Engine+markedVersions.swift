import ProjectState
import SyncCore

extension Engine {
  /// What markers have shown of the remote.
  func markedVersions() throws -> MarkedVersions {
    MarkedVersions(json: try state.fact(.markedVersions))
  }

  /// Remembers what this run shows of the remote, in markers or in words, before it does.
  func rememberShown(_ decision: Decision, _ observation: Observation) throws {
    let before = try markedVersions()
    let shown = decision.marked.map(\.item) + decision.overtaken
    guard !before.isEmpty || !shown.isEmpty else { return }
    var after = before
    after.keep(
      observation.reconciliation.items, of: settings.targetName, in: observation.scope)
    for item in shown { after.show(item, of: settings.targetName) }
    if after.json != before.json { try state.setFact(.markedVersions, to: after.json) }
  }
}
