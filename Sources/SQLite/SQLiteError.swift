import CSQLite

/// What SQLite said when something failed: its extended code, its words and the SQL, no values.
///
/// A primary code catches all its extended ones: `catch SQLiteError.constraint`.
package struct SQLiteError: Error, RawRepresentable, Sendable {
  /// The extended result code.
  package let rawValue: Int32
  /// What SQLite says about it; names tables and columns, never the values bound.
  package let message: String
  /// The SQL that failed, with its placeholders, if there was any.
  package let sql: String?

  /// Creates an error from a code, with SQLite's general words for it.
  package init(rawValue: Int32) {
    self.rawValue = rawValue
    message = String(cString: sqlite3_errstr(rawValue))
    sql = nil
  }

  /// Creates the error of a connection's last call.
  init(_ code: Int32, _ database: OpaquePointer?, sql: String? = nil) {
    let extended = database.map(sqlite3_extended_errcode) ?? code
    // After some failures the connection knows nothing of them, so the code that came back counts.
    rawValue = extended & 0xFF == code & 0xFF ? extended : code
    if let database, rawValue == extended {
      message = String(cString: sqlite3_errmsg(database))
    } else {
      message = String(cString: sqlite3_errstr(code))
    }
    self.sql = sql
  }

  /// The error with its extended part cut off.
  package var primary: SQLiteError { SQLiteError(rawValue: rawValue & 0xFF) }

  /// SQL that is wrong, or a database that lacks what it names.
  package static let generic = SQLiteError(rawValue: SQLITE_ERROR)
  /// The file may not be touched.
  package static let permission = SQLiteError(rawValue: SQLITE_PERM)
  /// Another connection holds a lock, for longer than the busy timeout.
  package static let busy = SQLiteError(rawValue: SQLITE_BUSY)
  /// The same connection holds a lock on a table.
  package static let locked = SQLiteError(rawValue: SQLITE_LOCKED)
  /// There is no memory left.
  package static let noMemory = SQLiteError(rawValue: SQLITE_NOMEM)
  /// The database cannot be written.
  package static let readOnly = SQLiteError(rawValue: SQLITE_READONLY)
  /// The connection was interrupted.
  package static let interrupted = SQLiteError(rawValue: SQLITE_INTERRUPT)
  /// The disk failed.
  package static let inputOutput = SQLiteError(rawValue: SQLITE_IOERR)
  /// The file is damaged.
  package static let corrupt = SQLiteError(rawValue: SQLITE_CORRUPT)
  /// The disk is full.
  package static let full = SQLiteError(rawValue: SQLITE_FULL)
  /// The file cannot be opened.
  package static let cannotOpen = SQLiteError(rawValue: SQLITE_CANTOPEN)
  /// A string or blob is larger than SQLite takes.
  package static let tooBig = SQLiteError(rawValue: SQLITE_TOOBIG)
  /// A constraint of the schema does not hold.
  package static let constraint = SQLiteError(rawValue: SQLITE_CONSTRAINT)
  /// A foreign key points nowhere.
  package static let constraintForeignKey = SQLiteError(rawValue: SQLITE_CONSTRAINT | 3 << 8)
  /// A primary key is there already.
  package static let constraintPrimaryKey = SQLiteError(rawValue: SQLITE_CONSTRAINT | 6 << 8)
  /// A unique value is there already.
  package static let constraintUnique = SQLiteError(rawValue: SQLITE_CONSTRAINT | 8 << 8)
  /// The face was used against its rules.
  package static let misuse = SQLiteError(rawValue: SQLITE_MISUSE)
  /// There is no such placeholder or column.
  package static let range = SQLiteError(rawValue: SQLITE_RANGE)
  /// The file is no SQLite database.
  package static let notADatabase = SQLiteError(rawValue: SQLITE_NOTADB)

  /// Says whether an error has a code; a primary code stands for all its extended ones.
  package static func ~= (pattern: SQLiteError, error: any Error) -> Bool {
    guard let error = error as? SQLiteError else { return false }
    return pattern ~= error
  }

  /// Says whether an error has a code; a primary code stands for all its extended ones.
  package static func ~= (pattern: SQLiteError, error: SQLiteError) -> Bool {
    pattern.rawValue == (pattern.rawValue > 0xFF ? error.rawValue : error.rawValue & 0xFF)
  }
}

extension SQLiteError: Hashable {
  /// Says whether two errors have the same extended code.
  package static func == (left: SQLiteError, right: SQLiteError) -> Bool {
    left.rawValue == right.rawValue
  }

  /// Feeds the extended code to a hasher.
  package func hash(into hasher: inout Hasher) {
    hasher.combine(rawValue)
  }
}

extension SQLiteError: CustomStringConvertible {
  /// The code, what SQLite says and the SQL, for logs.
  package var description: String {
    "SQLite \(rawValue): \(message)" + (sql.map { " [\($0)]" } ?? "")
  }
}
