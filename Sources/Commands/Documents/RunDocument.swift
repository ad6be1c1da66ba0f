import Engine
import JSON
import SyncCore
import SyncModel

extension RunReport {
  /// What a run did, as scripts read it.
  var document: JSONValue {
    var object = JSONObject()
    object.insert("schema", "syncline/run/1")
    object.insert("run", run.map { .string($0) } ?? .null)
    object.insert("dry_run", .bool(isDryRun))
    object.insert("verb", .string(verb))
    object.insert("pulled", RunReport.list(pulled))
    object.insert("pushed", RunReport.list(pushed))
    object.insert("deleted_local", RunReport.list(deletedLocal))
    object.insert("deleted_remote", RunReport.list(deletedRemote))
    object.insert("adopted", RunReport.list(adopted))
    object.insert("merged", RunReport.list(merged))
    object.insert("marked", RunReport.list(marked))
    object.insert("conflict_copies", RunReport.list(copies))
    object.insert("conflicts", .array(conflicts.map { .object($0.document) }))
    object.insert(
      "blocked",
      .array(
        blocked.map { .object($0.document) }
          + unnameable.map { .object($0.entry.document(on: $0.side)) }))
    object.insert(
      "failed",
      .array(
        failed.map {
          [
            "path": .string($0.path.key), "error": .string($0.reason.code),
            "message": .string($0.reason.words),
          ]
        }))
    object.insert("left", .array(untouched.map { .object($0.document) }))
    object.insert(
      "kept",
      .array(
        kept.map {
          [
            "path": .string($0.path.key), "where": .string(".syncline/" + $0.place),
          ]
        }))
    object.insert(
      "brakes",
      .array(
        brakes.map {
          [
            "brake": .string($0.code), "message": .string($0.words), "hint": .string($0.hint),
          ]
        }))
    object.insert("notices", .array(notices.map { .string($0.words) }))
    object.insert("remote_revision", revision.map { .integer(Int64(clamping: $0)) } ?? .null)
    if !leftByUndo.isEmpty {
      object.insert(
        "not_undone",
        .array(
          leftByUndo.map {
            [
              "path": .string($0.path.key), "side": .string($0.side.rawValue),
              "message": .string($0.words),
            ]
          }))
    }
    return .object(object)
  }

  private static func list(_ paths: [SyncPath]) -> JSONValue {
    .array(paths.map { .string($0.key) })
  }

  /// The exit code that tells what the run came to.
  var exitCode: ExitCode {
    var codes: [ExitCode] = [.success]
    if !brakes.isEmpty { codes.append(.stopped) }
    guard !isDryRun else { return ExitCode.strongest(codes) }
    if !failed.isEmpty || !blocked.isEmpty || !unnameable.isEmpty { codes.append(.partial) }
    if !conflicts.isEmpty || isAtomicRefused || !leftByUndo.isEmpty { codes.append(.conflicts) }
    return ExitCode.strongest(codes)
  }
}
