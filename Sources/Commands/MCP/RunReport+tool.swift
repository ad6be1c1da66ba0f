import Engine
import JSON
import MCPServer
import SyncCore
import SyncModel

extension RunReport {
  /// What a run came to, as a tool tells it: what was done, and what is left and why.
  ///
  /// A brake is an error, and the way on is a person's: there is no argument that lifts one.
  func result(_ call: ToolCall, _ session: ProjectSession) throws -> Tool.Result {
    guard brakes.isEmpty else { return stopped(call) }
    var data = call.data(session.targetDocument)
    data.add("run", run.map { .string($0) } ?? .null)
    data.add("outcome", .string(outcome))
    data.add("dry_run", .bool(isDryRun))
    data.add("pulled", paths: pulled)
    data.add("pushed", paths: pushed)
    data.add("deleted_local", paths: deletedLocal)
    data.add("deleted_remote", paths: deletedRemote)
    data.add("adopted", paths: adopted)
    data.add("merged", paths: merged)
    data.add("conflict_copies", paths: copies)
    data.add("remote_to_local", paths: left(.remoteToLocal))
    data.add("local_to_remote", paths: left(.localToRemote))
    data.add("conflicts", paths: conflicts.map(\.path))
    let document = document
    for list in ["blocked", "failed", "kept"] {
      data.add(list, items: document[list]?.arrayValue ?? [])
    }
    data.add(
      "notices",
      items: (notices.map(call.surface.tell) + session.remarks.texts).map { .string($0) })
    data.add("counts", counts)
    if let notUndone = document["not_undone"]?.arrayValue {
      data.add("not_undone", items: notUndone)
    }
    data.add("remote_revision", revision.map { .integer(Int64(clamping: $0)) } ?? .null)
    return .ok(data, links: conflicts.conflictLinks(in: call.folder))
  }

  private var outcome: String {
    switch exitCode {
    case .conflicts: "conflicts"
    case .partial: "partial"
    default: conflicts.isEmpty ? "done" : "conflicts"
    }
  }

  /// How long the lists are, whatever is shown of them.
  private var counts: JSONValue {
    [
      "pulled": .integer(Int64(pulled.count)), "pushed": .integer(Int64(pushed.count)),
      "deleted_local": .integer(Int64(deletedLocal.count)),
      "deleted_remote": .integer(Int64(deletedRemote.count)),
      "adopted": .integer(Int64(adopted.count)), "merged": .integer(Int64(merged.count)),
      "conflicts": .integer(Int64(conflicts.count)),
      "blocked": .integer(Int64(blocked.count + unnameable.count)),
      "failed": .integer(Int64(failed.count)),
    ]
  }

  private func left(_ state: PathState) -> [SyncPath] {
    untouched.filter { $0.state == state }.map(\.path)
  }

  /// What a brake amounts to for somebody who cannot lift it.
  func stopped(_ call: ToolCall) -> Tool.Result {
    let why = brakes.map(\.words).joined(separator: "; ")
    let brakes = brakes.map { brake -> JSONValue in
      [
        "brake": .string(brake.code), "message": .string(brake.words),
        "hint": .string(wayPast(brake, call)),
      ]
    }
    let extent = run == nil ? "and nothing was written" : "after a part of the work"
    return .failure(
      code: call.surface.stopped, message: "A safety rule stopped it, \(extent): \(why).",
      hint: "tell the user; only a person can go on, with \(call.surface.name) in a terminal",
      more: ["brakes": .array(brakes)])
  }

  /// How a person goes on.
  ///
  /// In a terminal an undo asks no brake on deletions, and earlier calls do not count.
  private func wayPast(_ brake: BrakeTrip, _ call: ToolCall) -> String {
    guard case .deletions(_, let count, _, let base, _) = brake else {
      return call.surface.wayPast(brake)
    }
    if verb == "undo" { return "if that is meant: '\(call.surface.name) undo RUN' in a terminal" }
    guard count > max(10, base / 4) else {
      return "if that is meant: the same with \(call.surface.name) in a terminal"
    }
    return call.surface.wayPast(brake)
  }
}

extension [Item] {
  /// Links to what both sides hold, for the first few conflicts.
  func conflictLinks(in folder: String) -> [Resource] {
    prefix(20).map { item in
      Resource(
        uri: ResourceAddress(side: .conflict, path: item.path, folder: folder).uri,
        name: item.path.key, title: "Both sides of a conflict", mimeType: "application/json")
    }
  }
}
