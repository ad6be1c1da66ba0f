package import LocalReplica
package import ProjectState
package import Replica
package import SyncCore
package import SyncModel

/// Both sides and what they agreed on, as one look found them.
package struct Observation: Sendable {
  /// Who the remote is.
  package var identity: ReplicaIdentity
  /// What is remembered of the target; nothing before the folder is bound to it.
  package var target: TargetRecord?
  /// What both sides agreed on last.
  package var base: Base
  /// The local side.
  package var local: Snapshot
  /// The remote side.
  package var remote: Snapshot
  /// The part of the project that is compared.
  package var scope: Scope
  /// What the rules leave out, as the scan read them or, in a later pass, the first one's.
  package var isIgnored: IgnoreLookup
  /// How the sides stand to each other.
  package var reconciliation: Reconciliation
  /// How far the remote's clock is ahead of ours, in nanoseconds, where it tells.
  package var clockSkew: Int64?
  /// True when the remote's history is not the one that was seen before.
  package var isRewound: Bool
  /// The stat cache as it is stored.
  package var storedCache: StatCache
  /// True when the scan learned something that is worth storing.
  package var cacheHasChanged: Bool
  /// What the rules left out, where the scan was asked to collect it.
  package var ignored: [IgnoredEntry]
  /// Runs that have not ended: at work now, or cut off.
  package var unfinishedRuns: [String]
  /// The remote as it was seen before this look.
  package var knownCursor: Cursor?

  /// Checks that each word means a path on either side or in the base, as far as they were seen.
  package func requireMatches(_ words: [NamedPaths]) throws {
    for named in words {
      let isMeant =
        local.tree.entries.contains { named.means($0.path) }
        || base.rows.contains { named.means($0.path) }
        || remote.tree.entries.contains { named.means($0.path) }
        || allUnnameable.contains { named.means($0.entry.likeness) }
      guard isMeant else { throw EngineError.nothingMatches(named.word, unseen: unseen) }
    }
  }

  /// What could not be looked into, on either side.
  private var unseen: [SyncPath] {
    (local.tree.entries + remote.tree.entries).filter { entry in
      switch entry.state {
      case .blocked(.unreadable), .blocked(.rulesUnreadable), .blocked(.listingIncomplete): true
      case .blocked, .node: false
      }
    }.map(\.path)
  }

  /// Lets go of what only planning needs: the local tree and the comparison.
  mutating func endPlanning() {
    local.tree = Tree()
    reconciliation = reconcile(ReconcileInput(base: Base(), local: Tree(), remote: Tree()))
  }

  /// Entries on either side whose names cannot be paths, in the part that is compared.
  package var unnameable: [(side: Side, entry: UnnameableEntry)] {
    allUnnameable.filter { scope.contains($0.entry.likeness) }
  }

  private var allUnnameable: [(side: Side, entry: UnnameableEntry)] {
    local.unnameable.map { (.local, $0) } + remote.unnameable.map { (.remote, $0) }
  }
}
