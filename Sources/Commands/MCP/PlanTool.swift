import Engine
import JSON
import MCPServer
import SyncCore

extension Assistant {
  /// `sync_plan`: says what a sync would do, step by step.
  var planTool: Tool {
    tool(
      "sync_plan", title: "Plan a sync",
      """
      Plan a sync in both directions without doing any of it, and get a plan_id with the steps. Show \
      the steps to the user; sync_apply then does exactly this, or refuses when anything has \
      changed. A plan is kept for an hour. Changes nothing.
      """, .looking,
      arguments: [ToolShape.what, ToolShape.message],
      data: [
        .required("plan_id", .text(), "What sync_apply takes."),
        .required("steps", ToolShape.items, "What would be done, in order."),
        .required("step_count", .integer(), "How many steps there are."),
        .required("conflicts", ToolShape.paths, "Changed on both sides; the plan leaves them."),
        .required("blocked", ToolShape.items, "Left alone, with the reason."),
        ToolShape.revision,
      ]
    ) { call in
      var request = RunRequest(verb: .sync, name: "plan", message: call.message, isDryRun: true)
      request.deletedBefore = call.deletedBefore
      let drafted = try await call.context.draft(request, on: call.words("what"))
      let report = drafted.planned.report
      guard report.brakes.isEmpty else { return report.stopped(call) }
      var data = call.data(drafted.target)
      data.add(
        "plan_id", .string(plans.keep(PlanShelf.Held(file: drafted.file, folder: call.folder))))
      data.add("steps", items: drafted.steps)
      data.add("step_count", .integer(Int64(drafted.steps.count)))
      data.add("conflicts", paths: report.conflicts.map(\.path))
      data.add("blocked", items: report.document["blocked"]?.arrayValue ?? [])
      data.add("remote_revision", report.revision.map { .integer(Int64(clamping: $0)) } ?? .null)
      return .ok(data, links: report.conflicts.conflictLinks(in: call.folder))
    }
  }
}
