package import HubProtocol
package import SyncModel

extension HubStore {
  /// A part of the tree at a revision: what lies below a folder, after a path.
  ///
  /// Costs as much as the page is long, whatever the size of the tree: paths are looked up in
  /// batches, and only those that stood at the revision count.
  package func tree(
    revision: UInt64?, below folder: SyncPath?, after: SyncPath?, limit: Int,
    in project: HubProject
  ) throws -> TreePage {
    try reading { connection in
      let head = try refreshed(project, connection)
      let wanted = try HubStore.known(revision, head)
      var start: [UInt8] = folder.map { OrderKey.start(below: $0) } ?? []
      let end: [UInt8] = folder.map { OrderKey.end(below: $0) } ?? [0xFF]
      if let after {
        let next = HubStore.key(after: after)
        if start.lexicographicallyPrecedes(next) { start = next }
      }
      var entries: [FeedEntry] = []
      while true {
        // One more than fits tells whether there is more.
        let batch = limit + 1 - entries.count
        let paths = try treePaths(
          from: start, to: end, at: wanted, limit: batch, in: head, connection)
        for path in paths {
          guard let found = try version(of: path, at: wanted, in: head, connection),
            found.node != nil
          else { continue }
          entries.append(found)
        }
        let hasMore = entries.count > limit
        guard !hasMore, paths.count == batch, let last = paths.last else {
          return TreePage(
            revision: UInt64(wanted), entries: Array(entries.prefix(limit)), hasMore: hasMore)
        }
        start = HubStore.key(after: last)
      }
    }
  }

  /// The first key above a path: any other above it is above its lowest extension.
  private static func key(after path: SyncPath) -> [UInt8] { OrderKey.bytes(of: path) + [0] }

  /// The next paths that may have stood at a revision: those of the head that are no newer, and
  /// those that a later revision found something at.
  private func treePaths(
    from start: [UInt8], to end: [UInt8], at revision: Int64, limit: Int,
    in project: HubProject, _ connection: StoreConnection
  ) throws -> [SyncPath] {
    try connection.rows(
      HubStore.treePathsQuery, .integer(project.number), .blob(start), .blob(end),
      .integer(revision), .integer(Int64(limit))
    ) { $0.path(0) }
  }

  /// Both halves come in the order of an index and are merged, so that nothing is sorted.
  static let treePathsQuery = """
    SELECT path FROM tree WHERE project = ?1 AND path >= ?2 AND path < ?3 AND revision <= ?4
    UNION SELECT path FROM changes WHERE project = ?1 AND path >= ?2 AND path < ?3
      AND revision > ?4 AND before IS NOT NULL
    ORDER BY path LIMIT ?5
    """
}
