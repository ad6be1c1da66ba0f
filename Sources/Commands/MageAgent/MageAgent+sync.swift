import CommandLineKit
import Engine
import JSON
import ProjectState
import Replica
import SyncCore
import SyncModel

extension MageAgent {
  /// `sync-project-to-local`: brings the remote's changes here.
  func pull() async throws -> MageAgentAnswer {
    let context = try opened(makesFolder: true)
    return try await answer(context) {
      try await context.run(request(.pull, "sync-project-to-local", context), on: [])
    } documented: { report, data in
      let written = report.pulled + report.deletedLocal
      data.insert("files_written", .integer(Int64(written.count)))
      data.insert("remote_to_local", MageAgent.list(written))
      data.insert("local_to_remote", MageAgent.list(report.left(.localToRemote)))
      data.insert("conflicts", MageAgent.list(report.conflicts.map(\.path)))
    }
  }

  /// `sync-local-to-remote`: carries local changes to the server.
  func push() async throws -> MageAgentAnswer {
    let context = try opened()
    return try await answer(context) {
      try await context.run(request(.push, "sync-local-to-remote", context), on: [])
    } documented: { report, data in
      let written = report.pushed + report.deletedRemote
      data.insert("files_pushed", .integer(Int64(written.count)))
      data.insert("remote_to_local", MageAgent.list(report.left(.remoteToLocal)))
      data.insert("local_to_remote", MageAgent.list(written))
      data.insert("conflicts", MageAgent.list(report.conflicts.map(\.path)))
    }
  }

  /// `sync`: both ways; each conflict is asked about where a person is there to answer.
  func sync() async throws -> MageAgentAnswer {
    let decider = AnswerRecorder(
      console.canAsk
        ? TerminalDecider(
          console: console, asksAboutConflicts: true, utcOffset: surroundings.utcOffset,
          manner: .single)
        : UnattendedDecider())
    let context = try opened(makesFolder: true)
    return try await answer(context) {
      try await context.run(request(.sync, "sync", context), on: [], decider: decider)
    } documented: { report, data in
      // An answer that could not be carried out settles nothing.
      let failed = Set(report.failed.map(\.path) + report.blocked.map(\.path))
      let left = Set(report.conflicts.map(\.path))
        .union(decider.answers.map(\.path).filter(failed.contains))
      let given = decider.answers
      func settled(_ answer: ConflictAnswer) -> [SyncPath] {
        given.filter { $0.answer == answer && !left.contains($0.path) }.map(\.path)
      }
      let decided = Set(given.map(\.path))
      func plain(_ paths: [SyncPath]) -> [SyncPath] { paths.filter { !decided.contains($0) } }
      data.insert("pulled_files", MageAgent.list(plain(report.pulled + report.deletedLocal)))
      data.insert("pushed_files", MageAgent.list(plain(report.pushed + report.deletedRemote)))
      data.insert("conflicts", MageAgent.list(Array(decided.union(left))))
      data.insert("conflicts_resolved_remote", MageAgent.list(settled(.remote)))
      data.insert("conflicts_resolved_local", MageAgent.list(settled(.local)))
      data.insert("conflicts_resolved_both", MageAgent.list(settled(.both)))
      data.insert("conflicts_merged", MageAgent.list(settled(.merge)))
      data.insert("conflicts_skipped", MageAgent.list(Array(left)))
    }
  }

  private func request(_ verb: SyncCore.Verb, _ name: String, _ context: CommandContext)
    -> RunRequest
  {
    RunRequest(
      verb: verb, name: name, overrides: context.brakeOverrides, message: "mage-agent \(name)")
  }
}

extension RunReport {
  /// The paths that a run left, because they go the other way.
  fileprivate func left(_ state: PathState) -> [SyncPath] {
    untouched.filter { $0.state == state }.map(\.path)
  }
}
