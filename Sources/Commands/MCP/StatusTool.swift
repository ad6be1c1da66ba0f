import Engine
import JSON
import MCPServer
import SyncCore
import SyncModel

extension Assistant {
  /// `sync_status`: shows what differs.
  var statusTool: Tool {
    tool(
      "sync_status", title: "Sync status",
      """
      Show how the local project folder and the remote project differ: what changed on the remote \
      (remote_to_local), locally (local_to_remote), on both sides (conflicts), and what is the same \
      (in_sync). Changes nothing.
      """, .looking, arguments: [ToolShape.what], data: Assistant.statusShape
    ) { call in
      let (session, observation) = try await call.context.look(at: call.words("what"))
      return try observation.result(call, session)
    }
  }

  private static let statusShape: [Schema.Property] = [
    .required("compared", .flag, "False when the remote's history is not the one seen before."),
    .required("remote_to_local", ToolShape.paths, "Changed on the remote: pull brings them here."),
    .required("local_to_remote", ToolShape.paths, "Changed here: push carries them there."),
    .required("conflicts", ToolShape.paths, "Changed on both sides."),
    .required("in_sync", ToolShape.paths, "The same on both sides."),
    .required("blocked", ToolShape.items, "Left alone, with the reason."),
    .required("counts", .object([], isOpen: true), "How many paths are in each state."),
    .required("items", ToolShape.items, "What differs, with both sides and what they agreed on."),
    .optional("notices", .list(.text()), "What else is worth knowing."), ToolShape.revision,
  ]
}

extension Observation {
  /// How both sides stand, as a tool tells it.
  fileprivate func result(_ call: ToolCall, _ session: ProjectSession) throws -> Tool.Result {
    let items = reconciliation.items
    func paths(_ state: PathState) -> [SyncPath] {
      items.filter { $0.state == state }.map(\.path)
    }
    let document = try statusDocument("syncline/status/1", session, listsAll: false)
    let conflicts = items.filter { $0.state == .conflict }
    var data = call.data(session.targetDocument)
    data.add("compared", .bool(!isRewound))
    data.add("remote_to_local", paths: paths(.remoteToLocal))
    data.add("local_to_remote", paths: paths(.localToRemote))
    data.add("conflicts", paths: conflicts.map(\.path))
    data.add(
      "in_sync", paths: reconciliation.itemsWithInSync.filter { $0.state == .inSync }.map(\.path))
    let shown = document["items"]?.arrayValue ?? []
    data.add("blocked", items: shown.filter { $0["state"]?.stringValue == "blocked" })
    data.add("counts", document["counts"] ?? [:])
    data.add("items", items: shown)
    data.add("notices", items: session.remarks.texts.map { .string($0) })
    data.add("remote_revision", document["remote_revision"] ?? .null)
    return .ok(data, links: conflicts.conflictLinks(in: call.folder))
  }
}
