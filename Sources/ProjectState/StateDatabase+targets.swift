import SQLite
/// What is remembered of one remote project, by its identity.
package struct TargetRecord: Hashable, Sendable {
  /// The key of its rows in this database.
  package let id: Int64
  /// The project id that the remote reports.
  package let identity: String
  /// The revision that was seen last, with its fingerprint.
  package var revision: UInt64?
  /// The remote's fingerprint of the tree at that revision.
  package var fingerprint: String?
  /// The git branch at the end of the last run.
  package var branch: String?
}

/// Targets by identity, and the names that point to them.
extension StateDatabase {
  /// Finds the target that a name was bound to.
  package func target(named name: String) throws -> TargetRecord? {
    try target(
      """
      SELECT t.id, t.identity, t.revision, t.fingerprint, t.branch
      FROM targets t JOIN names n ON n.target = t.id WHERE n.name = ?
      """, name)
  }

  /// Finds a target by the project id that the remote reports.
  package func target(identity: String) throws -> TargetRecord? {
    try target(
      "SELECT id, identity, revision, fingerprint, branch FROM targets WHERE identity = ?",
      identity)
  }

  private func target(_ sql: String, _ argument: String) throws -> TargetRecord? {
    try connection.statement(sql).bind(argument).first { StateDatabase.target($0) }
  }

  private static func target(_ row: Statement) -> TargetRecord {
    TargetRecord(
      id: row.int64(0), identity: row.string(1),
      revision: row.optionalInt64(2).map { UInt64(bitPattern: $0) },
      fingerprint: row.optionalString(3), branch: row.optionalString(4))
  }

  /// All targets that are remembered, those without a name as well.
  package func targets() throws -> [TargetRecord] {
    var found: [TargetRecord] = []
    try connection.statement(
      "SELECT id, identity, revision, fingerprint, branch FROM targets ORDER BY id"
    ).forEachRow { found.append(StateDatabase.target($0)) }
    return found
  }

  /// The names that were bound, each with the identity that it points to.
  package func bindings() throws -> [(name: String, identity: String)] {
    var found: [(name: String, identity: String)] = []
    try connection.statement(
      "SELECT n.name, t.identity FROM names n JOIN targets t ON t.id = n.target ORDER BY n.name"
    ).forEachRow { found.append(($0.string(0), $0.string(1))) }
    return found
  }

  /// Points a name at the target with an identity, remembering the target if it is new.
  @discardableResult
  package func bind(name: String, identity: String) throws -> TargetRecord {
    try connection.run("INSERT INTO targets (identity) VALUES (?) ON CONFLICT DO NOTHING", identity)
    guard let record = try target(identity: identity) else {
      throw StateError.damaged(table: "targets")
    }
    try connection.run(
      "INSERT INTO names VALUES (?, ?) ON CONFLICT DO UPDATE SET target = excluded.target",
      name, record.id)
    return record
  }

  /// Forgets a name; what is known of its target stays for other names.
  package func unbind(name: String) throws {
    try connection.run("DELETE FROM names WHERE name = ?", name)
  }

  /// Gives a binding another name.
  package func renameBinding(from old: String, to new: String) throws {
    try connection.run("UPDATE names SET name = ? WHERE name = ?", new, old)
  }

  /// Records what a run left: cursor and branch.
  package func update(_ record: TargetRecord) throws {
    try connection.run(
      "UPDATE targets SET revision = ?, fingerprint = ?, branch = ? WHERE id = ?",
      record.revision.map { Int64(bitPattern: $0) }, record.fingerprint, record.branch,
      record.id)
  }
}
