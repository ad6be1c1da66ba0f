package import HubProtocol
import SyncModel

extension HubStore {
  /// Gives what differs between a revision and the head, or the head's whole tree.
  ///
  /// Both closures are called within one view of the data: first the head once, then each entry
  /// in the order of the paths. Fails with `historyGone` for a revision newer than the head.
  package func changes(
    since: UInt64?, in project: HubProject, head: (ChangesFeed.Head) throws -> Void,
    entry: (FeedEntry) throws -> Void
  ) throws {
    try reading { connection in
      let now = try refreshed(project, connection)
      if let since, since > UInt64(now.revision) { throw HubStoreError.historyGone }
      try head(
        ChangesFeed.Head(
          project: now.name, id: now.id, revision: UInt64(now.revision), since: since,
          treeDigest: now.treeDigest))
      if let since, since > 0 {
        try differences(since: Int64(since), in: now, connection, entry)
      } else {
        try wholeTree(of: now, connection, entry)
      }
    }
  }

  private func wholeTree(
    of project: HubProject, _ connection: StoreConnection, _ entry: (FeedEntry) throws -> Void
  ) throws {
    try connection.each(
      """
      SELECT path, node, spelling, modified, author, revision FROM tree WHERE project = ?
      ORDER BY path
      """, .integer(project.number)
    ) { row in
      try entry(
        FeedEntry(
          path: row.path(0), spelling: row.optionalText(2), node: try row.node(1),
          modified: Timestamp(nanoseconds: row.integer(3)), author: row.text(4),
          revision: UInt64(row.integer(5))))
    }
  }

  /// Of each path that was touched, what it was at first and what it is now.
  private func differences(
    since: Int64, in project: HubProject, _ connection: StoreConnection,
    _ entry: (FeedEntry) throws -> Void
  ) throws {
    try connection.each(
      """
      SELECT touched.path, first.before, touched.last, tree.node, tree.spelling, tree.modified,
        tree.author, tree.revision
      FROM (SELECT path, min(revision) AS first, max(revision) AS last FROM changes
        WHERE project = ?1 AND revision > ?2 GROUP BY path) AS touched
      JOIN changes AS first ON first.project = ?1 AND first.revision = touched.first
        AND first.path = touched.path
      LEFT JOIN tree ON tree.project = ?1 AND tree.path = touched.path
      ORDER BY touched.path
      """, .integer(project.number), .integer(since)
    ) { row in
      let before = try row.node(1)
      let after = try row.node(3)
      guard before != after else { return }
      let path = row.path(0)
      if after == nil {
        try entry(try deletion(of: path, at: row.integer(2), in: project, connection))
      } else {
        try entry(
          FeedEntry(
            path: path, spelling: row.optionalText(4), node: after,
            modified: Timestamp(nanoseconds: row.integer(5)), author: row.text(6),
            revision: UInt64(row.integer(7))))
      }
    }
  }

  private func deletion(
    of path: SyncPath, at revision: Int64, in project: HubProject, _ connection: StoreConnection
  ) throws -> FeedEntry {
    let facts = try connection.first(
      """
      SELECT changes.modified, revisions.author FROM changes JOIN revisions
      ON revisions.project = changes.project AND revisions.revision = changes.revision
      WHERE changes.project = ? AND changes.revision = ? AND changes.path = ?
      """, .integer(project.number), .integer(revision), .blob(OrderKey.bytes(of: path))
    ) { (Timestamp(nanoseconds: $0.integer(0)), $0.text(1)) }
    return FeedEntry(
      path: path, node: nil, modified: facts?.0, author: facts?.1, revision: UInt64(revision))
  }

  /// The node of the head at a path.
  func headNode(at path: SyncPath, in project: HubProject, _ connection: StoreConnection) throws
    -> Node?
  {
    let node = try connection.first(
      "SELECT node FROM tree WHERE project = ? AND path = ?", .integer(project.number),
      .blob(OrderKey.bytes(of: path))
    ) { try $0.node(0) }
    return node ?? nil
  }
}
