import Engine
import JSON
import MCPServer

extension Assistant {
  /// `sync_resolve`: decides conflicts and applies the decision.
  var resolveTool: Tool {
    tool(
      "sync_resolve", title: "Resolve conflicts",
      """
      Decide conflicts, each named by its path, and apply the decision: keep the local version, the \
      remote one, both (the local one under a name of its own), or a merge of the two texts. Ask the \
      user which. What loses is kept, and sync_undo takes it back. Folders and globs are refused.
      """, .writing(isIdempotent: true),
      arguments: [
        .required(
          "paths", .list(.text(limit: 4096), limit: 1000),
          "Paths that are in conflict, counted from the project's folder."),
        .required("keep", .word(["local", "remote", "both", "merge"]), "What to keep."),
        ToolShape.message, ToolShape.dryRun,
      ], data: ToolShape.run
    ) { call in
      guard let answer = call.text("keep").flatMap(ConflictAnswer.init(rawValue:)),
        !call.words("paths").isEmpty
      else {
        throw CommandFailure(
          .usage, "no_paths", "No path is named.", hint: "list them with sync_status")
      }
      let (report, session) = try await call.context.resolve(
        exactly: call.words("paths"), keep: answer, message: call.message,
        isDryRun: call.has("dry_run"), deletedBefore: call.deletedBefore)
      call.note("sync_resolve", report)
      return try report.result(call, session)
    }
  }
}
