import CommandLineKit
import Engine
import JSON
import ProjectState
import SyncCore

extension MageAgent {
  /// `undo`: takes a run back, the newest one if none is named.
  func undo() async throws -> MageAgentAnswer {
    let context = try opened()
    return try await answer(context) {
      try await context.undo(invocation.value(of: MageAgentTable.run), isDryRun: false)
    } documented: { report, data in
      data.insert("taken_back_local", MageAgent.list(report.pulled + report.deletedLocal))
      data.insert("taken_back_remote", MageAgent.list(report.pushed + report.deletedRemote))
      data.insert("not_taken_back", MageAgent.list(report.leftByUndo.map(\.path)))
    }
  }

  /// `runs`: lists the runs of the local folder, newest first.
  func runs() throws -> MageAgentAnswer {
    let session = try FolderSession.open(try opened(), isWriting: false)
    let records = try session.state.runs(limit: nil)
    var data = JSONObject()
    data.insert("local_project_dir", .string(session.folder.path))
    data.insert("runs", .array(records.map { $0.document(target: MageAgent.targetName) }))
    return MageAgentAnswer(
      data: data, table: records.table(utcOffset: surroundings.utcOffset),
      summary: Plural.text(records.count, "run"))
  }

  /// `show`: writes a content of the local folder, or one that the server kept.
  func show() async throws -> MageAgentAnswer? {
    _ = try await opened().show()
    return nil
  }
}
