import CommandLineKit
import Engine
import JSON
import MCPServer
import Platform

extension Assistant {
  /// `sync_apply`: does what a plan says, or refuses.
  var applyTool: Tool {
    tool(
      "sync_apply", title: "Apply a plan",
      """
      Do exactly what a plan of sync_plan says. Refuses, and writes nothing, when anything that the \
      plan was made from has changed since. What is replaced or deleted is kept, and sync_undo takes \
      the run back.
      """, .writing(isIdempotent: true),
      arguments: [.required("plan_id", .text(limit: 64), "The plan.")], data: ToolShape.run
    ) { call in
      let id = call.text("plan_id") ?? ""
      guard let plan = plans.plan(id), plan.folder == call.folder else {
        throw CommandFailure(
          .usage, "no_such_plan", "There is no plan '\(id)' for this project.",
          hint: "plans are kept for an hour, until applied; make a new one with sync_plan")
      }
      do {
        let (report, session) = try await call.context.apply(
          plan.file, isDryRun: false, deletedBefore: call.deletedBefore)
        if report.brakes.isEmpty { plans.forget(id) }
        call.note("sync_apply", report, plan: id)
        return try report.result(call, session)
      } catch EngineError.planChanged {
        plans.forget(id)
        return .failure(
          code: call.surface.explain(EngineError.planChanged).code,
          message: "Something that the plan was made from has changed, so nothing was done.",
          hint: "make a new plan with sync_plan and show it to the user")
      }
    }
  }
}
