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
      let document = try observation.statusDocument("syncline/diff/1", session, listsAll: false)
      let items = observation.reconciliation.items.filter { $0.state != .blocked }
      let patches = try await Patches.of(items.prefix(ToolData.items), session)
      var data = call.data(session.targetDocument)
      data.add("items", items: patches.documents)
      if patches.documents.count < items.count { data.markShortened("items") }
      if patches.areShort { data.markShortened("patches") }
      data.add("counts", document["counts"] ?? [:])
      data.add("remote_revision", document["remote_revision"] ?? .null)
      return .ok(data)
    }
  }
}

/// Items with their patches, as far as these are short.
private struct Patches {
  /// How many bytes all patches may have together.
  private static let bytes = 160 << 10
  /// How many bytes one patch may have.
  private static let longest = 48 << 10

  /// Each item with its patch, or null.
  var documents: [JSONValue] = []
  /// Whether a patch was left out because it is long.
  var areShort = false

  static func of(_ items: some Sequence<Item>, _ session: ProjectSession) async throws -> Patches {
    let peek = try session.engine.peek()
    var patches = Patches()
    var room = bytes
    for item in items {
      try Task.checkCancellation()
      var patch = try await DiffPair.patch(of: item, peek)
      if let text = patch, text.utf8.count > min(room, longest) {
        patch = nil
        patches.areShort = true
      }
      room -= patch?.utf8.count ?? 0
      var document = item.document
      document.insert("patch", patch.map { .string($0) } ?? .null)
      patches.documents.append(.object(document))
    }
    return patches
  }
}
