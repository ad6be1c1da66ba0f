import Engine
import MCPServer
import SyncCore

extension Assistant {
  /// `sync_project_to_local`: brings the remote's changes here.
  var pullTool: Tool {
    tool(
      "sync_project_to_local", title: "Pull remote changes",
      """
      Bring the latest remote changes into the local project folder. Local edits are never \
      overwritten: what changed on both sides is left as it is and listed in conflicts. Local files \
      that were deleted on the remote are deleted here. What is replaced or deleted is kept, and \
      sync_undo takes it back.
      """, .writing(isIdempotent: true), arguments: [ToolShape.what, ToolShape.dryRun],
      data: ToolShape.run, makesFolder: true
    ) { call in
      try await Assistant.transfer(.pull, "sync_project_to_local", call)
    }
  }

  /// Runs `pull` or `push`; nobody is asked, and no brake is lifted.
  static func transfer(
    _ verb: SyncCore.Verb, _ tool: String, _ call: ToolCall
  ) async throws -> Tool.Result {
    var request = RunRequest(verb: verb, message: call.message, isDryRun: call.has("dry_run"))
    request.deletedBefore = call.deletedBefore
    let (report, session) = try await call.context.run(request, on: call.words("what"))
    call.note(tool, report)
    return try report.result(call, session)
  }
}
