import CommandLineKit
import Engine
import JSON
import SyncCore
import SyncModel

extension MageAgent {
  /// Does a run and answers with what it did, whole or half-way: what is done is told in any case.
  func answer(
    _ context: CommandContext,
    to run: () async throws -> (report: RunReport, session: ProjectSession),
    documented: (RunReport, inout JSONObject) -> Void
  ) async throws -> MageAgentAnswer {
    let report: RunReport
    var data = MageAgent.frame(of: context.surroundings.currentFolder)
    var remarks: [String] = []
    var scan: MageAgentScan?
    var cause: (any Error)?
    do {
      let session: ProjectSession
      (report, session) = try await run()
      // The run is done: whatever cannot be asked any more is missing from the answer, no more.
      do {
        data = try await begin(session)
        scan = try await MageAgentScan(session, nil)
      } catch {
        session.remarks.add(
          "the run is done, and the server told no more: \(Explanation.explain(error).message)")
      }
      remarks = session.remarks.texts
    } catch let error as EngineError {
      guard let done = error.report else { throw error }
      (report, cause) = (done, error)
    }
    documented(report, &data)
    data.insert("remote_scan_stats", scan?.value ?? .null)
    let document = report.document
    for name in ["run", "adopted", "merged", "conflict_copies", "blocked", "failed", "kept"] {
      data.insert(name, document[name] ?? .null)
    }
    data.insert(
      "notices", .array((report.notices.map(\.mageAgentWords) + remarks).map { .string($0) }))
    let words = MageAgentRunWords(report)
    for notice in words.notices + remarks.map({ "note: \($0)" }) { try console.note(notice) }
    return MageAgentAnswer(
      data: data, table: words.table, summary: words.summary,
      failure: cause ?? report.brakes.first.map { MageAgentFailure($0) } ?? words.failure)
  }

  /// What every answer begins with.
  func begin(_ session: ProjectSession) async throws -> JSONObject {
    var data = MageAgent.frame(of: session.folder.path)
    data["repo_path"] = .string(try await session.repoPath())
    return data
  }

  /// The same as far as it is known without the server.
  private static func frame(of folder: String) -> JSONObject {
    var data = JSONObject()
    data.insert("local_project_dir", .string(folder))
    data.insert("repo_path", .null)
    data.insert("state_file", .string(folder + "/" + MageAgentState.fileName))
    return data
  }

  /// Paths as a list of texts.
  static func list(_ paths: [SyncPath]) -> JSONValue {
    .array(paths.sorted().map { .string($0.key) })
  }
}
