package import HubProtocol
package import SyncModel

extension HubStore {
  /// The commits before a revision, newest first; of one path's only those that changed it.
  ///
  /// - Parameters:
  ///   - before: only older revisions than this one.
  ///   - limit: the most commits of the page.
  ///   - path: only commits that changed this path, with what they did to it alone.
  ///   - changesLimit: the most changes that are told of one commit.
  ///   - pageChanges: the most changes that are told in all; the first commit may have more.
  ///   - project: the project.
  /// - Returns: the page; `hasMore` where any of the limits cut it.
  /// - Throws: `noSuchProject`.
  package func history(
    before: UInt64?, limit: Int, path: SyncPath?, changesLimit: Int,
    pageChanges: Int = Wire.historyPageChanges, in project: HubProject
  ) throws -> HistoryPage {
    try reading { connection in
      _ = try refreshed(project, connection)
      let end = before.map { Int64(clamping: $0) } ?? .max
      let filter =
        path == nil
        ? ""
        : "AND EXISTS (SELECT 1 FROM changes AS touched WHERE touched.project = ?1 "
          + "AND touched.path = ?4 AND touched.revision = revisions.revision)"
      let key = path.map { SQLValue.blob(OrderKey.bytes(of: $0)) } ?? .null
      let sql = """
        SELECT revision, time, author, message, commit_id, changes FROM revisions
        WHERE project = ?1 AND revision < ?2 \(filter) ORDER BY revision DESC LIMIT ?3
        """
      let map = { (row: StoreRow) in
        (
          revision: row.integer(0), time: row.integer(1), author: row.text(2),
          message: row.optionalText(3), commit: row.text(4), count: Int(row.integer(5))
        )
      }
      let number = SQLValue.integer(project.number)
      let wanted = SQLValue.integer(Int64(limit) + 1)
      let rows =
        path == nil
        ? try connection.rows(sql, number, .integer(end), wanted, map: map)
        : try connection.rows(sql, number, .integer(end), wanted, key, map: map)
      var told = 0
      let fitting = rows.prefix(limit).enumerated().prefix { index, row in
        told += path == nil ? min(row.count, changesLimit) : 1
        return index == 0 || told <= pageChanges
      }
      let commits = try fitting.map { _, row in
        let shown = try changes(
          of: row.revision, path: path, limit: changesLimit, in: project, connection)
        return HistoryEntry(
          revision: UInt64(row.revision), time: Timestamp(nanoseconds: row.time),
          author: row.author, message: row.message, commit: row.commit, changes: shown,
          changesOmitted: path == nil ? row.count - shown.count : 0)
      }
      return HistoryPage(entries: commits, hasMore: rows.count > commits.count)
    }
  }

  private func changes(
    of revision: Int64, path: SyncPath?, limit: Int, in project: HubProject,
    _ connection: StoreConnection
  ) throws -> [HistoryEntry.Item] {
    let map = { (row: StoreRow) in
      HistoryEntry.Item(path: row.path(0), before: try row.node(1), after: try row.node(2))
    }
    if let path {
      return try connection.rows(
        """
        SELECT path, before, after FROM changes
        WHERE project = ? AND revision = ? AND path = ?
        """, .integer(project.number), .integer(revision), .blob(OrderKey.bytes(of: path)),
        map: map)
    }
    return try connection.rows(
      """
      SELECT path, before, after FROM changes WHERE project = ? AND revision = ?
      ORDER BY path LIMIT ?
      """, .integer(project.number), .integer(revision), .integer(Int64(limit)), map: map)
  }

  /// The newest versions of a path, newest first; a deletion is a version without a node.
  package func versions(
    of path: SyncPath, limit: Int = Wire.maximumVersions, in project: HubProject
  ) throws -> [FeedEntry] {
    try reading { connection in
      _ = try refreshed(project, connection)
      let versions = try connection.rows(
        """
        SELECT changes.after, changes.spelling, changes.modified, revisions.author,
          changes.revision
        FROM changes JOIN revisions ON revisions.project = changes.project
          AND revisions.revision = changes.revision
        WHERE changes.project = ? AND changes.path = ? ORDER BY changes.revision DESC LIMIT ?
        """, .integer(project.number), .blob(OrderKey.bytes(of: path)), .integer(Int64(limit))
      ) { try HubStore.version(of: path, $0) }
      guard !versions.isEmpty else { throw HubStoreError.noSuchPath }
      return versions
    }
  }

  /// What stood at a path at a revision, or stands at the head.
  ///
  /// - Throws: `noSuchRevision`, or `noSuchPath` where nothing stood there.
  package func entry(at path: SyncPath, revision: UInt64?, in project: HubProject) throws
    -> FeedEntry
  {
    try reading { connection in
      let head = try refreshed(project, connection)
      let wanted = try HubStore.known(revision, head)
      let found = try version(of: path, at: wanted, in: head, connection)
      guard let found, found.node != nil else { throw HubStoreError.noSuchPath }
      return found
    }
  }

  /// The newest version of a path that is not newer than a revision.
  func version(
    of path: SyncPath, at revision: Int64, in project: HubProject, _ connection: StoreConnection
  ) throws -> FeedEntry? {
    try connection.first(
      """
      SELECT changes.after, changes.spelling, changes.modified, revisions.author, changes.revision
      FROM changes JOIN revisions ON revisions.project = changes.project
        AND revisions.revision = changes.revision
      WHERE changes.project = ? AND changes.path = ? AND changes.revision <= ?
      ORDER BY changes.revision DESC LIMIT 1
      """, .integer(project.number), .blob(OrderKey.bytes(of: path)), .integer(revision)
    ) { try HubStore.version(of: path, $0) }
  }

  private static func version(of path: SyncPath, _ row: StoreRow) throws -> FeedEntry {
    FeedEntry(
      path: path, spelling: row.optionalText(1), node: try row.node(0),
      modified: Timestamp(nanoseconds: row.integer(2)), author: row.text(3),
      revision: UInt64(row.integer(4)))
  }

  /// The revision that is asked for, or the head's.
  static func known(_ revision: UInt64?, _ head: HubProject) throws -> Int64 {
    guard let revision else { return head.revision }
    guard revision <= UInt64(head.revision) else { throw HubStoreError.noSuchRevision }
    return Int64(revision)
  }
}
