import CommandLineKit
import Engine
import SyncCore

extension CommandContext {
  /// `undo`: takes a run back, the newest one if none is named.
  func undo() async throws -> ExitCode {
    let run = invocation.value(of: Argument("run", "", .optional))
    let (report, session) = try await undo(run, isDryRun: isDryRun)
    return try finish(report, session)
  }

  /// Takes a run back, the newest one if none is named; with `deletedBefore`, too many deletions
  /// stop it.
  func undo(
    _ run: String?, isDryRun: Bool, deletedBefore: DeletionCount? = nil
  ) async throws -> (report: RunReport, session: ProjectSession) {
    // Where nothing ran there is nothing to take back, and no reason to bind the folder.
    guard try ProjectLocation.find(surroundings).folder(surroundings).hidden != nil else {
      throw EngineError.noSuchRun(run)
    }
    let session = try await ProjectSession.open(self, mode: isDryRun ? .looking : .writing)
    let report = try await withProgress(session) {
      try await session.engine.undo(run, isDryRun: isDryRun, deletedBefore: deletedBefore)
    }
    if !isDryRun { await surroundings.given?.ran?(session) }
    return (report, session)
  }
}
