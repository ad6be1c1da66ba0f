package import SyncModel

/// One line of the audit log.
package struct AuditEntry: Hashable, Sendable {
  /// Rises with every entry.
  package let id: Int64
  /// When it happened.
  package let time: Timestamp
  /// The name of the token, or of the tool, that did it.
  package let actor: String
  /// What was done, such as `commit`.
  package let action: String
  /// The project's name at that time.
  package let project: String?
  /// What it was done to.
  package let detail: String?
}

extension HubStore {
  /// The newest entries of the audit log, before an entry where one is given.
  package func audit(before: Int64? = nil, limit: Int) throws -> [AuditEntry] {
    try reading { connection in
      try connection.rows(
        """
        SELECT id, time, actor, action, project, detail FROM audit WHERE id < ?
        ORDER BY id DESC LIMIT ?
        """, .integer(before ?? .max), .integer(Int64(limit))
      ) { row in
        AuditEntry(
          id: row.integer(0), time: Timestamp(nanoseconds: row.integer(1)), actor: row.text(2),
          action: row.text(3), project: row.optionalText(4), detail: row.optionalText(5))
      }
    }
  }

  /// Writes one entry, in the transaction that does what it tells of.
  func record(
    _ action: String, by actor: String, project: String? = nil, detail: String? = nil,
    _ connection: StoreConnection
  ) throws {
    try connection.run(
      "INSERT INTO audit (time, actor, action, project, detail) VALUES (?, ?, ?, ?, ?)",
      .integer(environment.now().nanoseconds), .text(actor), .text(action), .optional(project),
      .optional(detail))
  }
}
