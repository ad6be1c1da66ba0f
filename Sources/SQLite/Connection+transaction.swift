import CSQLite

extension Connection {
  /// When a transaction takes its locks.
  package enum TransactionKind: String, Sendable {
    /// At the first read or write.
    case deferred = "BEGIN DEFERRED"
    /// The write lock at once, so that no later statement fails for the want of it.
    case immediate = "BEGIN IMMEDIATE"
    /// Against readers too, outside of WAL mode.
    case exclusive = "BEGIN EXCLUSIVE"
  }

  /// Runs a body in a transaction, which is rolled back if anything throws.
  ///
  /// Inside another transaction only the body's own work is rolled back; the kind is then the
  /// outer one's.
  ///
  /// - Throws: ``SQLiteError``, or what the body throws.
  package func transaction<Result>(
    _ kind: TransactionKind = .immediate, _ body: () throws -> Result
  ) throws -> Result {
    let isNested = isInTransaction
    try execute(isNested ? "SAVEPOINT syncline" : kind.rawValue)
    do {
      let result = try body()
      try execute(isNested ? "RELEASE syncline" : "COMMIT")
      return result
    } catch {
      // After a full disk and its like SQLite has rolled back by itself.
      if isInTransaction {
        do throws(SQLiteError) {
          try execute(isNested ? "ROLLBACK TO syncline; RELEASE syncline" : "ROLLBACK")
        } catch {
          // What went wrong first matters more; SQLite drops the work when the connection closes.
        }
      }
      throw error
    }
  }

  /// Copies the whole database into another connection's, as it is at one moment.
  ///
  /// - Throws: `busy` or `locked` if either database is locked for too long.
  package func backup(to target: Connection) throws(SQLiteError) {
    guard let backup = sqlite3_backup_init(target.handle, "main", handle, "main") else {
      throw SQLiteError(sqlite3_errcode(target.handle), target.handle)
    }
    let stepped = sqlite3_backup_step(backup, -1)
    let finished = sqlite3_backup_finish(backup)
    guard stepped == SQLITE_DONE else { throw SQLiteError(stepped, target.handle) }
    guard finished == SQLITE_OK else { throw SQLiteError(finished, target.handle) }
  }

  /// Copies the whole database into a file, as it is at one moment; other content there goes.
  package func backup(to path: String) throws(SQLiteError) {
    try backup(to: Connection(path: path, mode: .readWriteCreate))
  }

  /// Returns what is wrong with the database's pages; nothing, if it is sound.
  package func quickCheck() throws(SQLiteError) -> [String] {
    let statement = try statement("PRAGMA quick_check")
    defer { statement.reset() }
    var problems: [String] = []
    while try statement.step() { problems.append(statement.string(0)) }
    return problems == ["ok"] ? [] : problems
  }

  /// Returns the schema's version, which the program sets for itself.
  package func userVersion() throws(SQLiteError) -> Int {
    let statement = try statement("PRAGMA user_version")
    defer { statement.reset() }
    return try statement.step() ? statement.int(0) : 0
  }

  /// Sets the schema's version.
  package func setUserVersion(_ version: Int32) throws(SQLiteError) {
    try execute("PRAGMA user_version = \(version)")
  }
}
