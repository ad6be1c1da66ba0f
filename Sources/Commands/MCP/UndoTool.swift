import Engine
import MCPServer

extension Assistant {
  /// `sync_undo`: takes a run back.
  var undoTool: Tool {
    tool(
      "sync_undo", title: "Undo a run",
      """
      Take a run back on every side that it wrote, where nothing has changed since; the rest is listed \
      in not_undone. Refused where that would delete many files: a person can do it. The ids of runs are in the results of the other tools and in sync_history.
      """, .writing(isIdempotent: true),
      arguments: [.required("run", .text(limit: 64), "The run's id."), ToolShape.dryRun],
      data: ToolShape.run + [
        .optional("not_undone", ToolShape.items, "What is no longer as the run left it.")
      ]
    ) { call in
      let (report, session) = try await call.context.undo(
        call.text("run") ?? "", isDryRun: call.has("dry_run"), deletedBefore: call.deletedBefore)
      call.note("sync_undo", report)
      return try report.result(call, session)
    }
  }
}
