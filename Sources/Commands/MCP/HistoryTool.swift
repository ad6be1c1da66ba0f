import CommandLineKit
import HubProtocol
import JSON
import MCPServer
import ProjectState
import SyncModel

extension Assistant {
  /// `sync_history`: shows the remote's history and the runs of this folder.
  var historyTool: Tool {
    tool(
      "sync_history", title: "Show history",
      """
      Show the remote project's history, newest first, of everything or of one path, and the runs of \
      this folder that sync_undo can take back. A remote that keeps versions of single files only \
      tells those of one path. Changes nothing.
      """, .looking,
      arguments: [
        .optional("path", .text(limit: 4096), "Only what changed this path."),
        .optional("limit", .integer(1...100), "At most so many entries and runs; 20 if left out."),
      ],
      data: [
        .required("entries", ToolShape.items, "Commits of the remote, newest first."),
        .required("runs", ToolShape.items, "Runs of this folder, newest first."),
        .required("notices", .list(.text()), "What else is worth knowing."),
      ]
    ) { call in
      let limit = call.arguments["limit"]?.intValue ?? 20
      let context = call.context
      let session = try await ProjectSession.open(context, mode: .looking)
      let path = try call.text("path").map { word in
        try ProjectLocation.find(context.surroundings).path(of: word, context.surroundings)
      }
      var entries: [JSONValue] = []
      var isShort = false
      let isTold = session.hasWholeHistory || path != nil
      if isTold {
        try await session.eachCommit(of: path) { entry in
          var entry = entry
          if entry.changes.count > ToolData.items {
            entry.changes.removeLast(entry.changes.count - ToolData.items)
            isShort = true
          }
          entries.append(entry.document)
          return entries.count < limit
        }
      }
      let names = try session.state.targetNames()
      var data = call.data(session.targetDocument)
      data.add("entries", items: entries)
      if isShort { data.markShortened("changes") }
      data.add(
        "runs",
        items: try session.state.runs(limit: limit).map { $0.document(target: names[$0.target]) })
      data.add("notices", items: isTold ? [] : [.string(HistoryTool.singleFiles)])
      return .ok(data)
    }
  }
}

/// What is said beside a history.
private enum HistoryTool {
  static let singleFiles =
    "this remote keeps versions of single files, and no history of the project: give 'path' to see "
    + "those of one file"
}
