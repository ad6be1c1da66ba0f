import CommandLineKit
import Engine
import JSON
import ProjectState
import Replica
import SyncCore
import SyncModel

extension MageAgent {
  /// `sync-status`: what differs, in the four documented groups.
  func status() async throws -> MageAgentAnswer {
    let context = try opened()
    let session = try await ProjectSession.open(context, mode: .looking)
    let observation = try await context.withProgress(session) {
      try await session.engine.observe()
    }
    session.engine.keepCache(of: observation)
    try MageAgent.requireSameProject(observation, session)
    let listed = observation.reconciliation.itemsWithInSync
    var data = try await begin(session)
    for (state, name) in MageAgent.groups where state != .blocked {
      data.insert(name, MageAgent.list(listed.filter { $0.state == state }.map(\.path)))
    }
    data.insert("remote_scan_stats", try await MageAgentScan(session, observation).value)
    let files = observation.local.tree.entries.count { $0.node != nil }
    data.insert("local_files_count", .integer(Int64(files)))
    data.insert(
      "blocked",
      .array(
        listed.filter { $0.state == .blocked }.map { .object($0.document) }
          + observation.unnameable.map { .object($0.entry.document(on: $0.side)) }))
    data.insert(
      "conflict_copies", MageAgent.list(try session.engine.conflictCopies(in: observation)))
    let remarks = session.remarks.texts
    data.insert("notices", .array(remarks.map { .string($0) }))
    for remark in remarks { try console.note("note: \(remark)") }
    return MageAgentAnswer(
      data: data, table: table(of: listed, observation), summary: summary(of: listed, observation))
  }

  /// The documented groups, and ours, in the order of the table.
  private static let groups: [(PathState, String)] = [
    (.remoteToLocal, "remote_to_local"), (.localToRemote, "local_to_remote"),
    (.conflict, "conflicts"), (.blocked, "blocked"), (.inSync, "in_sync"),
  ]

  private func table(of listed: [Item], _ observation: Observation) -> Table {
    var table = Table(header: ["status", "file", "what"])
    for (state, name) in MageAgent.groups {
      for item in listed where item.state == state {
        let what =
          state == .inSync
          ? "" : item.reason?.words ?? item.conflict?.words ?? item.change?.rawValue ?? ""
        table.add([Table.Cell(name), Table.Cell(item.path.key), Table.Cell(what)])
      }
      guard state == .blocked else { continue }
      for found in observation.unnameable {
        table.add([
          Table.Cell(name), Table.Cell(String(decoding: found.entry.bytes, as: UTF8.self)),
          Table.Cell(found.entry.reason.words),
        ])
      }
    }
    return table
  }

  private func summary(of listed: [Item], _ observation: Observation) -> String {
    MageAgent.groups.map { state, name in
      let count = listed.count { $0.state == state }
      return "\(count + (state == .blocked ? observation.unnameable.count : 0)) \(name)"
    }.joined(separator: ", ")
  }

  /// The folder is bound to one project; another one behind the same address is told.
  static func requireSameProject(_ observation: Observation, _ session: ProjectSession) throws {
    guard let target = observation.target, target.identity != observation.identity.id else {
      return
    }
    throw MageAgentFailure(
      .stopped,
      "The folder belongs to project \(target.identity), and \(observation.identity.id) answers.",
      hint: MageAgentFailure.otherProject)
  }
}
