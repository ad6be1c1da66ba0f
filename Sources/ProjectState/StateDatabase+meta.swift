import SQLite
/// Facts about the folder as a whole.
extension StateDatabase {
  /// Names of facts.
  package enum Fact: String, Sendable, CaseIterable {
    /// The random id that the folder was given when it was bound.
    case rootID = "root_id"
    /// The folder that the state was recorded for: device, number and path.
    case root = "root"
    /// When the trash was last looked through, in nanoseconds since 1970.
    case prunedAt = "pruned_at"
    /// The number of the pack of base contents, once it is another than the first.
    case objectsPack = "objects_pack"
    /// The versions of the remote that conflict markers have shown.
    case markedVersions = "marked_versions"
    /// Digests of the last two records that were written for another tool of the same folder.
    case companionRecords = "companion_records"
  }

  /// Reads a fact.
  package func fact(_ fact: Fact) throws -> String? {
    try connection.statement("SELECT value FROM meta WHERE key = ?").bind(fact.rawValue)
      .first { $0.string(0) }
  }

  /// Records a fact.
  package func setFact(_ fact: Fact, to value: String) throws {
    try connection.run(
      "INSERT INTO meta VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value",
      fact.rawValue, value)
  }
}
