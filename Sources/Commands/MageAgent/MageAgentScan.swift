import Replica
import Engine
import JSON
import MageReplica
import ProjectConfig
import SyncModel

/// How many files the server listed, and why some of them take no part.
struct MageAgentScan {
  private var scanned = 0
  private var outside = 0
  private var hidden = 0
  private var otherKinds = 0

  /// Counts what the last look at a session's remote listed.
  init(_ session: ProjectSession, _ observation: Observation?) async throws {
    switch session.remote {
    case .hub:
      let found: Observation
      if let observation { found = observation } else { found = try await session.engine.observe() }
      scanned = found.remote.tree.entries.count
    case .mage:
      let identity = try await session.replica.identity()
      for row in session.listings.listing(of: identity.id).rows { count(row.path) }
      outside = (session.replica as? MageReplica)?.listedOutside ?? 0
    }
    scanned += outside + (observation?.remote.unnameable.count ?? 0)
  }

  private mutating func count(_ path: SyncPath) {
    scanned += 1
    if MageFileKinds.isHidden(path) {
      hidden += 1
    } else if !MageFileKinds.carries(path) {
      otherKinds += 1
    }
  }

  /// The counts under their documented names.
  var value: JSONValue {
    [
      "files_scanned": .integer(Int64(scanned)),
      "files_skipped_outside_repo": .integer(Int64(outside)),
      "files_skipped_hidden": .integer(Int64(hidden)),
      "files_skipped_extension": .integer(Int64(otherKinds)),
    ]
  }
}

extension ProjectSession {
  /// The project's folder on the server; its name where the server tells no folder.
  func repoPath() async throws -> String {
    if case .hub(_, let project) = remote { return project }
    guard let mage = replica as? MageReplica else { return target.url }
    return try await mage.root()
  }
}
