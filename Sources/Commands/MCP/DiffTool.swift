import Engine
import JSON
import MCPServer
import SyncCore

extension Assistant {
  /// `sync_diff`: shows the differences line by line.
  var diffTool: Tool {
    tool(
      "sync_diff", title: "Show differences",
      """
      Show line by line what differs between the local folder and the remote project: a local \
      change from what both agreed on to the local text, a remote change from there to the remote \
      text, a conflict from the remote to the local text. Long patches are left out. Changes nothing.
      """, .looking, arguments: [ToolShape.what],
      data: [
        .required("items", ToolShape.items, "What differs, each with its patch or null."),
        .required("counts", .object([], isOpen: true), "How many paths are in each state."),
        ToolShape.revision,
      ]
    ) { call in
      let (session, observation) = try await call.context.look(at: call.words("what"))
      let document = observation.statusDocument("syncline/diff/1", session, listsAll: false)
      let (items, isShort) = try await DiffTool.items(of: observation, session)
      var data = call.data(session)
      data.add("items", items: items)
      if isShort { data.markShortened("patches") }
      data.add("counts", document["counts"] ?? [:])
      data.add("remote_revision", document["remote_revision"] ?? .null)
      return .ok(data)
    }
  }
}

/// Gathers differences under limits.
private enum DiffTool {
  /// How many bytes of patches one result holds.
  static let bytes = 160 << 10
  /// How many bytes one patch may have.
  static let patch = 48 << 10

  static func items(
    of observation: Observation, _ session: ProjectSession
  ) async throws -> (items: [JSONValue], isShort: Bool) {
    let peek = try session.engine.peek()
    var left = bytes
    var isShort = false
    var items: [JSONValue] = []
    for item in observation.reconciliation.items where item.state != .blocked {
      try Task.checkCancellation()
      var document = item.document
      var patch: String?
      if left > 0, items.count < ToolData.items {
        patch = try await DiffPair.of(item, peek).patch
        if let text = patch, text.utf8.count > min(left, DiffTool.patch) {
          patch = nil
          isShort = true
        }
        left -= patch?.utf8.count ?? 0
      } else {
        isShort = true
      }
      document.insert("patch", patch.map { .string($0) } ?? .null)
      items.append(.object(document))
    }
    return (items, isShort)
  }
}
