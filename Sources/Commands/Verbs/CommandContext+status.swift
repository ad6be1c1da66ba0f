import Replica
import ProjectState
import ProjectConfig
import CommandLineKit
import Engine
import JSON
import SyncCore
import SyncModel

extension CommandContext {
  /// `status`: shows what differs.
  func status() async throws -> ExitCode {
    let (session, observation) = try await look(at: invocation.values(of: Arguments.what))
    try console.document(
      try observation.statusDocument(
        "syncline/status/1", session, listsAll: invocation.has(Options.all)))
    try StatusWords(
      observation: observation, target: session.target.name, console: console,
      showsAll: invocation.has(Options.all), scope: observation.reconciliation.input.scope,
      conflictCopies: try session.engine.conflictCopies(in: observation)
    ).write()
    return .success
  }

  /// `check`: says by the exit code whether anything differs.
  func check() async throws -> ExitCode {
    let (session, observation) = try await look(at: invocation.values(of: Arguments.what))
    try console.document(
      try observation.statusDocument("syncline/check/1", session, listsAll: false))
    try StatusWords(
      observation: observation, target: session.target.name, console: console, showsAll: false,
      scope: observation.reconciliation.input.scope
    ).write()
    let isEqual = observation.reconciliation.items.isEmpty && observation.unnameable.isEmpty
    return isEqual && !observation.isRewound ? .success : .differences
  }

  /// Looks at both sides without a lock; the stat cache is the only thing that is stored.
  func look(at words: [String]) async throws -> (ProjectSession, Observation) {
    let session = try await ProjectSession.open(self, mode: .looking)
    let selection = try await session.selection(words)
    let observation = try await withProgress(session) {
      try await session.engine.observe(scope: selection.scope)
    }
    try observation.requireMatches(selection.named)
    session.engine.keepCache(of: observation)
    if let target = observation.target, target.identity != observation.identity.id {
      throw CommandFailure(
        .stopped, "identity",
        "This folder belongs to another project: it was bound to \(target.identity), "
          + "and \(observation.identity.id) answers.",
        hint: BrakeTrip.identity(expected: "", found: "").hint)
    }
    return (session, observation)
  }
}

extension Observation {
  /// How both sides stand, as scripts read it; with `listsAll`, what is in sync as well.
  func statusDocument(
    _ schema: String, _ session: ProjectSession, listsAll: Bool
  ) throws -> JSONValue {
    let listed = listsAll ? reconciliation.itemsWithInSync : reconciliation.items
    var items = listed.map { JSONValue.object($0.document) }
    items += unnameable.map { .object($0.entry.document(on: $0.side)) }
    var counts = reconciliation.counts
    counts.blocked += unnameable.count
    return StatusDocument(
      schema: schema, target: session.targetDocument, revision: remote.cursor?.revision,
      counts: counts, items: items, isRewound: isRewound,
      conflictCopies: try session.engine.conflictCopies(in: self)
    ).value
  }
}

extension ProjectSession {
  /// The target, as scripts read it.
  var targetDocument: JSONValue {
    [
      "name": .string(target.name), "url": .string(target.url),
      "kind": .string(target.address.kind.rawValue),
    ]
  }
}
