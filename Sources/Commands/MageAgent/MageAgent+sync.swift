import Replica
import ProjectState
import CommandLineKit
import Engine
import JSON
import Platform
import SyncCore
import SyncModel

extension MageAgent {
  /// `sync-status`: what differs, in the four documented groups.
  func status() async throws -> Answer {
    let context = try opened()
    let session = try await ProjectSession.open(context, mode: .looking)
    let observation = try await context.withProgress(session) {
      try await session.engine.observe()
    }
    session.engine.keepCache(of: observation)
    try MageAgent.requireSameProject(observation, session)
    let listed = observation.reconciliation.itemsWithInSync
    func paths(_ state: PathState) -> [SyncPath] { listed.filter { $0.state == state }.map(\.path) }
    var data = try await begin(session)
    data.insert("remote_to_local", MageAgent.list(paths(.remoteToLocal)))
    data.insert("local_to_remote", MageAgent.list(paths(.localToRemote)))
    data.insert("conflicts", MageAgent.list(paths(.conflict)))
    data.insert("in_sync", MageAgent.list(paths(.inSync)))
    data.insert("remote_scan_stats", try await MageAgentScan(session, observation).value)
    let files = observation.local.tree.entries.count { $0.node != nil }
    data.insert("local_files_count", .integer(Int64(files)))
    let blocked = listed.filter { $0.state == .blocked }
    data.insert("blocked", .array(blocked.map { .object($0.document) }))
    var table = Table(header: ["status", "file", "what"])
    for (state, name) in [
      (PathState.remoteToLocal, "remote_to_local"), (.localToRemote, "local_to_remote"),
      (.conflict, "conflicts"), (.blocked, "blocked"), (.inSync, "in_sync"),
    ] {
      for item in listed where item.state == state {
        table.add([
          Table.Cell(name), Table.Cell(item.path.key),
          Table.Cell(
            item.reason?.words ?? String(StatusWords.word(item).prefix { $0 != " " })),
        ])
      }
    }
    return Answer(data: data, table: table)
  }

  /// `sync-project-to-local`: brings the remote's changes here.
  func pull() async throws -> Answer {
    let (report, session) = try await run(.pull, "sync-project-to-local")
    var data = try await begin(session)
    let written = report.pulled + report.deletedLocal
    data.insert("files_written", .integer(Int64(written.count)))
    data.insert("remote_to_local", MageAgent.list(written))
    data.insert("local_to_remote", MageAgent.list(report.left(.localToRemote)))
    data.insert("conflicts", MageAgent.list(report.conflicts.map(\.path)))
    return try await finish(&data, report, session)
  }

  /// `sync-local-to-remote`: carries local changes to the server.
  func push() async throws -> Answer {
    let (report, session) = try await run(.push, "sync-local-to-remote")
    var data = try await begin(session)
    let written = report.pushed + report.deletedRemote
    data.insert("files_pushed", .integer(Int64(written.count)))
    data.insert("remote_to_local", MageAgent.list(report.left(.remoteToLocal)))
    data.insert("local_to_remote", MageAgent.list(written))
    data.insert("conflicts", MageAgent.list(report.conflicts.map(\.path)))
    return try await finish(&data, report, session)
  }

  /// `sync`: both ways; each conflict is asked about where a person is there to answer.
  func sync() async throws -> Answer {
    let decider = AnswerRecorder(
      console.canAsk
        ? TerminalDecider(
          console: console, utcOffset: surroundings.utcOffset, showsCount: false)
        : UnattendedDecider())
    let (report, session) = try await run(.sync, "sync", decider: decider)
    let left = Set(report.conflicts.map(\.path))
    let given = decider.answers
    func settled(_ answer: ConflictAnswer) -> [SyncPath] {
      given.filter { $0.answer == answer && !left.contains($0.path) }.map(\.path)
    }
    let decided = Set(given.map(\.path))
    var data = try await begin(session)
    data.insert(
      "pulled_files",
      MageAgent.list((report.pulled + report.deletedLocal).filter { !decided.contains($0) }))
    data.insert(
      "pushed_files",
      MageAgent.list((report.pushed + report.deletedRemote).filter { !decided.contains($0) }))
    data.insert("conflicts", MageAgent.list(decided.union(left).sorted()))
    data.insert("conflicts_resolved_remote", MageAgent.list(settled(.remote)))
    data.insert("conflicts_resolved_local", MageAgent.list(settled(.local)))
    data.insert("conflicts_resolved_both", MageAgent.list(settled(.both)))
    data.insert("conflicts_merged", MageAgent.list(settled(.merge)))
    data.insert("conflicts_skipped", MageAgent.list(left.sorted()))
    return try await finish(&data, report, session)
  }

  private func run(
    _ verb: SyncCore.Verb, _ name: String,
    decider: any ConflictDecider = UnattendedDecider()
  ) async throws -> (RunReport, ProjectSession) {
    let context = try opened()
    return try await context.run(
      RunRequest(
        verb: verb, name: name, overrides: context.brakeOverrides, message: "mage-agent \(name)"),
      on: [], decider: decider)
  }

  /// What every answer begins with.
  private func begin(_ session: ProjectSession) async throws -> JSONObject {
    var data = JSONObject()
    data.insert("local_project_dir", .string(session.folder.path))
    data.insert("repo_path", .string(try await session.repoPath()))
    data.insert("state_file", .string(session.folder.path + "/" + MageAgentState.fileName))
    return data
  }

  /// Adds what every run tells beside the documented members, and a table for people.
  private func finish(
    _ data: inout JSONObject, _ report: RunReport, _ session: ProjectSession
  ) async throws -> Answer {
    data.insert("remote_scan_stats", try await MageAgentScan(session, nil).value)
    let document = report.document
    for name in ["run", "blocked", "failed", "merged", "kept", "notices"] {
      data.insert(name, document[name] ?? .null)
    }
    var table = Table(header: ["what", "file"])
    for (name, paths) in [
      ("pulled", report.pulled), ("deleted here", report.deletedLocal), ("pushed", report.pushed),
      ("deleted on the server", report.deletedRemote), ("merged", report.merged),
      ("conflict, left", report.conflicts.map(\.path)), ("blocked", report.blocked.map(\.path)),
      ("failed", report.failed.map(\.path)), ("left", report.untouched.map(\.path)),
    ] {
      for path in paths { table.add([Table.Cell(name), Table.Cell(path.key)]) }
    }
    var answer = Answer(data: data, table: table)
    if let brake = report.brakes.first {
      answer.failure = MageAgentFailure(
        .configuration, "A safety rule stopped the run, and nothing was written: \(brake.words)",
        hint: brake.hint)
    } else if let failed = report.failed.first {
      answer.failure = MageAgentFailure(
        .api,
        "\(report.failed.count) files could not be carried over, the first is "
          + "'\(failed.path.key)': \(failed.reason.words)",
        hint: "the others are done; run the same command again")
    }
    return answer
  }

  /// The folder is bound to one project; another one behind the same address is told.
  static func requireSameProject(_ observation: Observation, _ session: ProjectSession) throws {
    guard let target = observation.target, target.identity != observation.identity.id else {
      return
    }
    throw MageAgentFailure(
      .configuration,
      "The folder belongs to project \(target.identity), and \(observation.identity.id) answers.",
      hint: "sign in to the right server, or name another folder with --local-project-dir")
  }

  /// Paths as a list of texts.
  static func list(_ paths: [SyncPath]) -> JSONValue {
    .array(paths.sorted().map { .string($0.key) })
  }
}

extension RunReport {
  /// The paths that a run left, because they go the other way.
  fileprivate func left(_ state: PathState) -> [SyncPath] {
    untouched.filter { $0.state == state }.map(\.path)
  }
}

/// Remembers what was answered to each conflict.
private final class AnswerRecorder: ConflictDecider {
  private let inner: any ConflictDecider
  private let given = Locked<[(path: SyncPath, answer: ConflictAnswer)]>([])

  init(_ inner: any ConflictDecider) { self.inner = inner }

  var answers: [(path: SyncPath, answer: ConflictAnswer)] { given.withLock { $0 } }
  var canAsk: Bool { inner.canAsk }

  func answer(
    _ question: ConflictQuestion, peek: ContentPeek
  ) async throws -> ConflictAnswer {
    let answer = try await inner.answer(question, peek: peek)
    let path = question.item.path
    given.withLock { given in
      given.removeAll { $0.path == path }
      given.append((path, answer))
    }
    return answer
  }
}
