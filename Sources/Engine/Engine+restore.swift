import LocalReplica
import Platform
import ProjectState
import Replica
import SyncCore
package import SyncModel

/// An earlier version of a path that is to come back as a local edit.
package struct LocalRestore: Sendable {
  /// The path.
  package var path: SyncPath
  /// How the version was spelled, where that differs from the key.
  package var spelling: String?
  /// The version.
  package var node: Node
  /// True when it shall only be planned.
  package var isDryRun: Bool

  /// Describes what is to come back.
  package init(path: SyncPath, spelling: String? = nil, node: Node, isDryRun: Bool) {
    self.path = path
    self.spelling = spelling
    self.node = node
    self.isDryRun = isDryRun
  }
}

/// Why a version does not come back.
///
/// Nothing was written when it is thrown.
package enum RestoreRefusal: Error, Hashable, Sendable {
  /// Nothing can be said about what stands at the path.
  case blocked(BlockReason)
  /// The rules of the project leave the path out.
  case ignored
  /// A file stands where a folder is needed, or the other way round.
  case obstacle(SyncPath)
}

extension Engine {
  /// Brings a version back as a local edit: a run of one step that leaves the base as it is.
  ///
  /// What it replaces is kept, and ``undo(_:isDryRun:)`` takes it back. The caller holds the lock.
  package func restore(_ request: LocalRestore) async throws -> RunReport {
    var report = RunReport(verb: "restore", isDryRun: request.isDryRun)
    let run = RunState(
      id: randomness.runID(at: clock.now()), started: now, verb: "restore", message: nil)
    do {
      if !request.isDryRun { try putBackOutOfPlace(&report) }
      return try await restore(request, run, &report)
    } catch {
      throw explain(error, run, &report)
    }
  }

  private func restore(
    _ request: LocalRestore, _ run: RunState, _ report: inout RunReport
  ) async throws -> RunReport {
    var observation = try await observe()
    report.revision = observation.remote.cursor?.revision
    if let target = observation.target, target.identity != observation.identity.id {
      report.brakes = [.identity(expected: target.identity, found: observation.identity.id)]
      return report
    }
    // Recording a run over a rewound history would hide that it was rewound.
    guard !observation.isRewound else {
      report.brakes = [.rewound]
      return report
    }
    // Before anything is settled: a refusal says that nothing was written.
    try check(request.path, in: observation)
    if !request.isDryRun {
      _ = try await settleInterrupted(&observation, &report, current: run.id)
    }
    let tree = observation.local.tree
    let before = tree[request.path]?.node
    let after = Engine.keepingBit(of: before, in: request.node)
    if let before, before == after { return report }
    var plan = Plan(verb: .pull)
    plan.steps = [
      Step(
        path: request.path, kind: .pull,
        local: PathChange(
          path: request.path, before: before, after: after,
          spelling: tree[request.path].map(\.spelling) ?? request.spelling))
    ]
    if let trip = try diskBrake(plan, observation, isDryRun: request.isDryRun) {
      report.brakes = [trip]
      return report
    }
    guard !request.isDryRun else {
      report.add(planned: plan)
      return report
    }
    var decision = Decision(plan: plan)
    decision.archive = BaseContents(objects: try objects())
    return try await performOnce(decision, observation, run, &report)
  }

  /// Refuses what could not be written, or would not be seen afterwards.
  private func check(_ path: SyncPath, in observation: Observation) throws {
    let snapshot = observation.local
    let tree = snapshot.tree
    for place in [path] + path.ancestors {
      guard let entry = tree[place] else { continue }
      if case .blocked(let reason) = entry.state { throw RestoreRefusal.blocked(reason) }
      if place != path { throw RestoreRefusal.obstacle(place) }
    }
    let next = tree.firstIndex(atOrAfter: path)
    if tree[path] == nil, next < tree.entries.count, tree.entries[next].path.isBelow(path) {
      throw RestoreRefusal.obstacle(tree.entries[next].path)
    }
    if tree[path] == nil, snapshot.occupied.holds(path) {
      throw RestoreRefusal.blocked(.occupiedFolder)
    }
    if observation.isIgnored(path) { throw RestoreRefusal.ignored }
  }

  /// A version from a side that does not carry the executable bit leaves the local bit alone.
  private static func keepingBit(of before: Node?, in node: Node) -> Node {
    guard case .file(var file) = node, file.isExecutable == nil else { return node }
    file.isExecutable = before?.file?.isExecutable ?? false
    return .file(file)
  }
}

/// The store of base contents; what it does not hold is asked of the remote.
private struct BaseContents: ContentProvider {
  let objects: ObjectStore?

  func open(_ content: WantedContent, from offset: UInt64) throws -> any ContentReader {
    guard let bytes = objects?.content(of: content.digest, size: content.size) else {
      throw ContentError.missing(content.path)
    }
    return MemoryReader(bytes, from: offset)
  }
}
