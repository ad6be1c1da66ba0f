import MCPServer
import SyncCore

extension Assistant {
  /// `sync_local_to_remote`: carries local changes to the remote.
  var pushTool: Tool {
    tool(
      "sync_local_to_remote", title: "Push local changes",
      """
      Carry local changes to the remote project. Remote edits are never overwritten: what changed \
      on both sides is left as it is and listed in conflicts. Remote files that were deleted here are \
      deleted there. What is replaced or deleted is kept, and sync_undo takes it back.
      """, .writing(isIdempotent: true),
      arguments: [ToolShape.what, ToolShape.message, ToolShape.dryRun], data: ToolShape.run
    ) { call in
      try await Assistant.transfer(.push, "sync_local_to_remote", call)
    }
  }
}
