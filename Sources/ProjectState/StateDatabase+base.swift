import SQLite
package import SyncModel

/// What becomes of one base row.
package struct BaseChange: Hashable, Sendable {
  /// The path of the row.
  package var path: SyncPath
  /// The new agreement, or nothing when the row goes.
  package var node: Node?
  /// The remote's version token, where it has one.
  package var version: String?

  /// Describes a change of a base row.
  package init(path: SyncPath, node: Node?, version: String? = nil) {
    self.path = path
    self.node = node
    self.version = version
  }
}

/// The agreements with each target, and where the remote differed from them when it was last seen.
extension StateDatabase {
  /// Reads all agreements with a target, sorted.
  package func base(of target: TargetRecord) throws -> Base {
    var rows: [BaseRow] = []
    try connection.statement("SELECT path, node, version FROM base WHERE target = ? ORDER BY path")
      .bind(target.id)
      .forEachRow { row in
        let path = row.withBytes(0) { PathCoding.decode($0) }
        guard let node = row.withBytes(1, { NodeCoding.decode($0) }) else {
          throw StateError.damaged(table: "base")
        }
        rows.append(BaseRow(path: path, node: node, version: row.optionalString(2)))
      }
    return Base(sorted: rows)
  }

  /// Records changes of agreements.
  package func apply(_ changes: [BaseChange], to target: TargetRecord) throws {
    let put = try connection.statement(
      """
      INSERT INTO base VALUES (?, ?, ?, ?)
      ON CONFLICT DO UPDATE SET node = excluded.node, version = excluded.version
      """)
    let drop = try connection.statement("DELETE FROM base WHERE target = ? AND path = ?")
    for change in changes {
      let path = PathCoding.encode(change.path)
      if let node = change.node {
        try put.bind(target.id, path, NodeCoding.encode(node), change.version).run()
      } else {
        try drop.bind(target.id, path).run()
      }
    }
  }

  /// Forgets all agreements with a target.
  package func dropBase(of target: TargetRecord) throws {
    try connection.run("DELETE FROM base WHERE target = ?", target.id)
    try connection.run("DELETE FROM overlay WHERE target = ?", target.id)
    try connection.run(
      "UPDATE targets SET revision = NULL, fingerprint = NULL WHERE id = ?", target.id)
  }

  /// Reads where the remote differed from the agreements when it was last seen.
  ///
  /// An entry of nothing stands for a path that is in the base and was absent there.
  package func overlay(of target: TargetRecord) throws -> [(path: SyncPath, entry: TreeEntry?)] {
    var rows: [(path: SyncPath, entry: TreeEntry?)] = []
    try connection.statement(
      "SELECT path, node, modified, spelling, editor FROM overlay WHERE target = ? ORDER BY path"
    ).bind(target.id).forEachRow { row in
      let path = row.withBytes(0) { PathCoding.decode($0) }
      guard !row.isNull(1) else { return rows.append((path, nil)) }
      guard let node = row.withBytes(1, { NodeCoding.decode($0) }) else {
        throw StateError.damaged(table: "overlay")
      }
      let entry = TreeEntry(
        path: path, state: .node(node),
        modified: row.optionalInt64(2).map { Timestamp(nanoseconds: $0) },
        spelling: row.optionalString(3), editor: row.optionalString(4))
      rows.append((path, entry))
    }
    return rows
  }

  /// Replaces what is remembered of the remote's differences from the agreements.
  package func setOverlay(
    _ rows: [(path: SyncPath, entry: TreeEntry?)], of target: TargetRecord
  ) throws {
    try connection.run("DELETE FROM overlay WHERE target = ?", target.id)
    let put = try connection.statement("INSERT INTO overlay VALUES (?, ?, ?, ?, ?, ?)")
    for row in rows {
      try put.bind(
        target.id, PathCoding.encode(row.path), row.entry?.node.map(NodeCoding.encode),
        row.entry?.modified?.nanoseconds, row.entry?.spelling, row.entry?.editor
      ).run()
    }
  }
}
