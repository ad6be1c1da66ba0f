import Platform
import LocalReplica
import ProjectState
import Replica
package import SyncCore
import SyncModel

extension Engine {
  /// Looks at both sides and compares them with what they agreed on last.
  ///
  /// Writes nothing. The remote is asked only for what changed since it was seen last.
  package func observe(scope: Scope = .everything) async throws -> Observation {
    try await observe(scope: scope, rules: RunRules())
  }

  /// Looks as the rules of a run have it.
  ///
  /// The scan reads the rules that are on disk. Where they are others than at the start of the run,
  /// because the run pulled some, what the scan leaves out now is out of scope: it is not seen, and
  /// not gone.
  func observe(scope: Scope, rules: RunRules) async throws -> Observation {
    let (local, remote, meter) = (self.local, self.remote, self.meter)
    let (target, storedBase, overlay, storedCache, unfinished) = try remembered()
    let cache = try await storedCache.decodedTogether()
    // The scan begins while the base is still being decoded.
    meter?.begin(.scanning, totalFiles: cache.rows.count)
    async let scanning = local.scan(using: cache)
    let base = try target == nil ? Base() : storedBase?.decoded() ?? Engine.base(as: cache)
    let known = target.flatMap { Engine.knownRemote(of: $0, base: base, overlay: overlay) }
    async let listing = Engine.list(remote, since: known)
    var (scanned, (listed, isRewound)) = try await (scanning, listing)
    if known == nil, let last = target?.revision, let found = listed.cursor?.revision, found < last
    {
      isRewound = true
    }
    var scope = scope
    let isLeftOut = self.local.ignoreLookup(in: scanned.ruleFiles)
    let isIgnored = rules.settle(isLeftOut, scanned.ruleFilesDigest)
    if isIgnored !== isLeftOut {
      let asked = scope
      scope = Scope { asked.contains($0) && (isIgnored($0) || !isLeftOut($0)) }
    }
    let identity = try await remote.identity()
    clockSkew = identity.clock.map { Engine.difference($0.nanoseconds, clock.now()) }
    meter?.begin(.comparing)
    func compared() -> Reconciliation {
      compare(
        base: base, local: scanned.snapshot, remote: listed, scope: scope,
        isIgnored: isIgnored)
    }
    var reconciliation = compared()
    if known != nil, !isRewound, Engine.lacksTimes(reconciliation) {
      (listed, isRewound) = try await Engine.list(remote, since: nil)
      reconciliation = compared()
    }
    return Observation(
      identity: identity, target: target, base: base, local: scanned.snapshot, remote: listed,
      scope: scope, isIgnored: isIgnored, reconciliation: reconciliation,
      clockSkew: clockSkew,
      isRewound: isRewound, storedCache: cache, cacheHasChanged: scanned.cacheHasChanged,
      ignored: scanned.ignored, unfinishedRuns: unfinished, knownCursor: known?.cursor)
  }

  /// What is remembered, as it was at one moment: a run may be recording meanwhile.
  ///
  /// The base is not read where it is what the stat cache has.
  private func remembered() throws -> (
    target: TargetRecord?, base: Stored<Base>?, overlay: [(path: SyncPath, entry: TreeEntry?)],
    cache: Stored<StatCache>, unfinished: [String]
  ) {
    try state.reading {
      let target = try state.target(named: settings.targetName)
      let base = try target.flatMap {
        try state.agreesWithStatCache($0) ? nil : try state.storedBase(of: $0)
      }
      return (
        target, base,
        try target.map { try state.overlay(of: $0) } ?? [], try state.storedStatCache(),
        try state.unfinishedRuns()
      )
    }
  }

  /// The base that says what a cache has of the files.
  private static func base(as cache: StatCache) -> Base {
    Base(
      nodesOf: cache.tree,
      in: Memory.list(of: TreeEntry.self, capacity: cache.tree.entries.count))
  }

  /// The difference of two times, or the largest that can be told.
  private static func difference(_ left: Int64, _ right: Int64) -> Int64 {
    let (difference, isTooFar) = left.subtractingReportingOverflow(right)
    return isTooFar ? (left < right ? -.max : .max) : difference
  }

  /// Lists the remote, and tells whether its history is still the one that was seen before.
  private static func list(
    _ remote: any Replica, since known: KnownTree?
  ) async throws -> (Snapshot, isRewound: Bool) {
    do {
      return (try await remote.snapshot(since: known), false)
    } catch let rewound as HistoryRewound {
      return (rewound.found, true)
    }
  }

  /// Tells whether a conflict lacks the time of the remote's edit.
  ///
  /// What both sides agreed on is remembered without one, and may have come apart by an undo.
  private static func lacksTimes(_ reconciliation: Reconciliation) -> Bool {
    reconciliation.items.contains { item in
      item.state == .conflict && item.remote?.node != nil && item.remote?.modified == nil
    }
  }

  /// Compares two looks with what was agreed on.
  func compare(
    base: Base, local: Snapshot, remote: Snapshot, scope: Scope,
    isIgnored: IgnoreLookup
  ) -> Reconciliation {
    let mine = self.local.capabilities
    let theirs = self.remote.capabilities
    return reconcile(
      ReconcileInput(
        base: base, local: local.tree, remote: remote.tree,
        localFacts: LocalFacts(
          occupiedFolders: local.occupied, emptyFolders: local.emptyFolders,
          leftOutFiles: local.leftOutFiles, isComplete: local.isComplete),
        remoteFacts: RemoteFacts(
          occupiedFolders: remote.occupied, isComplete: remote.isComplete), scope: scope,
        isIgnored: { isIgnored($0) }, policies: settings.policies,
        owners: settings.owners,
        localCarries: SideCapabilities(
          executable: mine.carriesExecutable, links: mine.carriesLinks,
          isCaseSensitive: mine.isCaseSensitive),
        remoteCarries: SideCapabilities(
          executable: theirs.carriesExecutable, links: theirs.carriesLinks,
          isCaseSensitive: theirs.isCaseSensitive),
        maximumFileSize: settings.maximumFileSize))
  }

  /// The remote as it was seen last: the base, with what differed from it laid over.
  private static func knownRemote(
    of target: TargetRecord, base: Base, overlay: [(path: SyncPath, entry: TreeEntry?)]
  ) -> KnownTree? {
    guard let revision = target.revision, let fingerprint = target.fingerprint else { return nil }
    return KnownTree(
      tree: base.tree.applying(sorted: overlay),
      cursor: Cursor(revision: revision, fingerprint: fingerprint))
  }

  /// Where a remote tree differs from the agreements: what has to be remembered beside them.
  static func overlay(
    of remote: some Sequence<TreeEntry>, over base: some Sequence<BaseRow>
  ) -> [(path: SyncPath, entry: TreeEntry?)] {
    var rows: [(path: SyncPath, entry: TreeEntry?)] = []
    var agreed = base.makeIterator()
    var next = agreed.next()
    for entry in remote where entry.node != nil {
      while let row = next, row.path < entry.path {
        rows.append((row.path, nil))
        next = agreed.next()
      }
      if let row = next, row.path == entry.path {
        next = agreed.next()
        if row.node == entry.node { continue }
      }
      rows.append((entry.path, entry))
    }
    while let row = next {
      rows.append((row.path, nil))
      next = agreed.next()
    }
    return rows
  }
}
