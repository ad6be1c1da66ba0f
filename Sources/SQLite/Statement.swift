import CSQLite

/// A prepared statement; bind its placeholders, step through its rows, reset it.
///
/// A statement that stopped in the middle of its rows holds a read lock until it is reset, so
/// `defer { statement.reset() }` wherever a loop may end early. Placeholders count from 1,
/// columns from 0. Confined to the owner of its connection.
package final class Statement {
  /// The SQL, with its placeholders.
  package let sql: String
  let handle: OpaquePointer

  init(_ connection: Connection, _ sql: String) throws(SQLiteError) {
    self.sql = sql
    let (result, handle, hasMore) = Self.prepare(connection.handle, sql)
    guard result == SQLITE_OK else { throw SQLiteError(result, connection.handle, sql: sql) }
    guard let handle, !hasMore else {
      // Nothing but white space, or several statements of which all but one would be dropped.
      sqlite3_finalize(handle)
      throw .misuse
    }
    self.handle = handle
  }

  deinit {
    sqlite3_finalize(handle)
  }

  private static func prepare(
    _ database: OpaquePointer, _ sql: String
  ) -> (result: Int32, handle: OpaquePointer?, hasMore: Bool) {
    var sql = sql
    return sql.withUTF8 { text in
      text.withMemoryRebound(to: CChar.self) { text in
        var handle: OpaquePointer?
        var tail: UnsafePointer<CChar>?
        let result = sqlite3_prepare_v3(
          database, text.baseAddress, Int32(text.count), UInt32(SQLITE_PREPARE_PERSISTENT),
          &handle, &tail)
        guard let tail, let start = text.baseAddress else { return (result, handle, false) }
        let rest = text[(tail - start)...]
        return (result, handle, rest.contains { $0 != 0x20 && $0 != 0x0A && $0 != 0x3B })
      }
    }
  }

  /// Whether the statement is in the middle of its rows.
  package var isBusy: Bool { sqlite3_stmt_busy(handle) != 0 }

  /// Moves to the next row; returns false after the last one.
  ///
  /// - Throws: what SQLite says; the statement is reset then and keeps its values.
  package func step() throws(SQLiteError) -> Bool {
    switch sqlite3_step(handle) {
    case SQLITE_ROW: return true
    case SQLITE_DONE: return false
    case let result:
      let error = SQLiteError(result, sqlite3_db_handle(handle), sql: sql)
      sqlite3_reset(handle)
      throw error
    }
  }

  /// Steps to the end, dropping rows, and resets.
  package func run() throws(SQLiteError) {
    while try step() {}
    sqlite3_reset(handle)
  }

  /// Returns what a closure makes of the first row, or nil if there is none, and resets.
  package func first<Result>(_ body: (Statement) throws -> Result) throws -> Result? {
    defer { sqlite3_reset(handle) }
    return try step() ? try body(self) : nil
  }

  /// Calls a closure for each row and resets, also if the closure throws.
  package func forEachRow(_ body: (Statement) throws -> Void) throws {
    defer { sqlite3_reset(handle) }
    while try step() { try body(self) }
  }

  /// Goes back to before the first row and drops the values; locks held for rows are given up.
  package func reset() {
    sqlite3_reset(handle)
    sqlite3_clear_bindings(handle)
  }

  func check(_ result: Int32) throws(SQLiteError) {
    guard result == SQLITE_OK else {
      throw SQLiteError(result, sqlite3_db_handle(handle), sql: sql)
    }
  }
}
