import ProjectState
import HubProtocol
import CommandLineKit
import HubReplica
import JSON
import ProjectConfig

extension CommandContext {
  /// `target relink`: accepts that another project stands behind a target.
  func targetRelink() async throws -> ExitCode {
    let session = try FolderSession.open(self, isWriting: !isDryRun)
    let target = try relinked(session.configuration)
    let found = try await RemoteAccess(self).remote(of: target).project().id
    let bound = try session.state.target(named: target.name)?.identity
    let isNeeded = bound != nil && bound != found
    var isDone = false
    var isKnown = false
    if isNeeded, let bound {
      try console.note("Target '\(target.name)' was bound to project \(bound).")
      try console.note("At \(TerminalText.escaped(target.url)) answers project \(found).")
      if !isDryRun {
        try console.confirm("Bind '\(target.name)' to the project that answers now?")
        try session.state.transaction {
          isKnown = try session.state.bind(name: target.name, identity: found).revision != nil
        }
        isDone = true
      }
    }
    try console.document([
      "schema": "syncline/relink/1", "dry_run": .bool(isDryRun), "target": .string(target.name),
      "before": bound.map { .string($0) } ?? .null, "after": .string(found),
      "relinked": .bool(isDone),
    ])
    if isDone {
      try console.line("Bound target '\(target.name)' to project \(found).")
      try console.note(
        isKnown
          ? "note: this folder knows that project by another target already; what it agreed on with "
            + "it counts from now on, deletions too"
          : "note: what both sides hold differently shows as a conflict, and nothing is deleted, "
            + "until the next sync")
    } else if bound == nil {
      try console.line(
        "Target '\(target.name)' is not bound yet; the next pull, push or sync binds it.")
    } else if !isNeeded {
      try console.line("Target '\(target.name)' is bound to project \(found) already.")
    } else {
      try console.line("Would bind target '\(target.name)' to project \(found).")
    }
    return .success
  }

  private func relinked(
    _ configuration: ProjectConfiguration
  ) throws -> ProjectConfiguration.Target {
    guard let name = invocation.value(of: Argument("name", "", .optional)) else {
      return try ProjectSession.chooseTarget(self, configuration)
    }
    guard let target = configuration.target(named: name) else {
      throw CommandFailure(
        .usage, "unknown_target", "There is no target '\(name)' in syncline.yaml.",
        hint: "the targets are: \(configuration.targets.map(\.name).joined(separator: ", "))")
    }
    return target
  }
}
