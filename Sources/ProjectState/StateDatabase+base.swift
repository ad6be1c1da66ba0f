import Platform
import SQLite
package import SyncModel

/// What becomes of one base row.
package struct BaseChange: Hashable, Sendable, PathRow {
  /// The path of the row.
  package var path: SyncPath
  /// The new agreement, or nothing when the row goes.
  package var node: Node?

  /// Describes a change of a base row.
  package init(path: SyncPath, node: Node?) {
    self.path = path
    self.node = node
  }
}

extension Base {
  /// Replaces, adds and removes rows in one linear merge of sorted changes.
  package func applying(_ changes: [BaseChange]) -> Base {
    changes.isEmpty ? self : Base(sorted: rows.merging(sorted: changes[...].asRows))
  }

  /// The rows that there are after sorted changes, made as they are asked for.
  package func rows(after changes: [BaseChange]) -> some Sequence<BaseRow> {
    rows.merged(sorted: changes[...].asRows)
  }
}

extension ArraySlice<BaseChange> {
  /// Lazily: of a first run, the list would take 15 MB at the moment when most is in memory.
  fileprivate var asRows: some Collection<(path: SyncPath, row: BaseRow?)> {
    lazy.map { change in
      (path: change.path, row: change.node.map { BaseRow(path: change.path, node: $0) })
    }
  }
}

/// The agreements with each target, and where the remote differed from them when it was last seen.
extension StateDatabase {
  private func basePages(of target: TargetRecord) -> PagedTable<BaseRow> {
    PagedTable(connection: connection, name: "base", owner: target.id)
  }

  /// Reads all agreements with a target, sorted.
  package func base(of target: TargetRecord) throws -> Base {
    try storedBase(of: target).decoded()
  }

  /// Tells whether the agreements with a target are just what the stat cache has of the files.
  package func agreesWithStatCache(_ target: TargetRecord) throws -> Bool {
    guard let agreed = try basePages(of: target).stamp(), let cached = try statCacheStamp() else {
      return false
    }
    return agreed == cached
  }

  /// Reads all agreements with a target, to be decoded elsewhere.
  package func storedBase(of target: TargetRecord) throws -> Stored<Base> {
    let table = basePages(of: target)
    let (pages, name) = (try table.stored(), table.name)
    return Stored {
      var base = Base.Builder(in: Memory.list(of: TreeEntry.self, capacity: pages.capacity))
      try pages.decode(of: name) { base.append($0) }
      return base.finish()
    }
  }

  /// Records changes of agreements, sorted by path, each path once.
  package func apply(_ changes: [BaseChange], to target: TargetRecord) throws {
    guard !changes.isEmpty else { return }
    assert(changes.isPathSorted, "unsorted changes")
    try basePages(of: target).update(for: changes) { bounds, rows in
      let changes = bounds.slice(of: changes)
      return changes.isEmpty ? nil : try rows().merging(sorted: changes.asRows)
    }
  }

  /// Forgets all agreements with a target.
  package func dropBase(of target: TargetRecord) throws {
    try connection.run("DELETE FROM base WHERE owner = ?", target.id)
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
      let path = row.withBytes(0) { OrderKey.path(of: $0) }
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
        target.id, OrderKey.bytes(of: row.path), row.entry?.node.map(NodeCoding.encode),
        row.entry?.modified?.nanoseconds, row.entry?.spelling, row.entry?.editor
      ).run()
    }
  }
}
