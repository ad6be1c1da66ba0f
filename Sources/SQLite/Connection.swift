import CSQLite

/// A connection to a SQLite database, confined to one owner at a time.
///
/// SQLite's own mutexes are off. Only an ``Interrupter`` may be used from elsewhere.
package final class Connection {
  /// What may be done with the database.
  package enum Mode: Sendable {
    /// Reads and writes; makes the file if it is missing.
    case readWriteCreate
    /// Reads and writes a file that must exist.
    case readWrite
    /// Reads a file that must exist.
    case readOnly
    /// Reads a file that must exist on a file system that cannot be written, so that nobody changes
    /// it: nothing is locked, and no log is looked for beside it.
    case unchanging
    /// A database in memory that is gone with the connection; the path is not looked at.
    case memory

    fileprivate var flags: Int32 {
      switch self {
      case .readWriteCreate: SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
      case .readWrite: SQLITE_OPEN_READWRITE
      case .readOnly: SQLITE_OPEN_READONLY
      case .unchanging: SQLITE_OPEN_READONLY | SQLITE_OPEN_URI
      case .memory: SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_MEMORY
      }
    }
  }

  let handle: OpaquePointer
  private var statements: [String: Statement] = [:]
  /// Interrupts this connection from any thread.
  package let interrupter: Interrupter

  /// Opens a database.
  ///
  /// The busy timeout is how many milliseconds to wait for another connection's lock. Without
  /// `followsLinks` no name of the path may be a link.
  ///
  /// - Throws: `cannotOpen` for a missing file and for a path that names no file. Whether the
  ///   file is a database at all shows at the first statement.
  package init(
    path: String, mode: Mode = .readWriteCreate, busyTimeout: Int32 = 5000,
    followsLinks: Bool = true
  ) throws(SQLiteError) {
    var name = path
    if case .memory = mode {
      name = ":memory:"
    } else if path.isEmpty || path.hasPrefix(":") {
      // SQLite would take these for databases in memory.
      throw .cannotOpen
    }
    guard !name.utf8.contains(0) else { throw .cannotOpen }
    if case .unchanging = mode { name = Connection.address(of: path) + "?immutable=1" }
    var opened: OpaquePointer?
    var flags = mode.flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE
    if !followsLinks { flags |= SQLITE_OPEN_NOFOLLOW }
    var result = sqlite3_open_v2(name, &opened, flags, nil)
    if result == SQLITE_OK { result = syncline_sqlite_harden(opened) }
    guard result == SQLITE_OK, let opened else {
      let error = SQLiteError(result, opened)
      sqlite3_close_v2(opened)
      throw error
    }
    sqlite3_busy_timeout(opened, busyTimeout)
    handle = opened
    interrupter = Interrupter(opened)
  }

  /// A path as a `file:` address.
  private static func address(of path: String) -> String {
    var text = "file:"
    for byte in path.utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "/"), UInt8(ascii: "."),
        UInt8(ascii: "-"), UInt8(ascii: "_"):
        text.unicodeScalars.append(Unicode.Scalar(byte))
      default:
        let digits = String(byte, radix: 16)
        text += digits.utf8.count == 1 ? "%0" + digits : "%" + digits
      }
    }
    return text
  }

  deinit {
    interrupter.invalidate()
    // Statements that somebody still holds keep SQLite's side alive until they go.
    sqlite3_close_v2(handle)
  }

  /// How many milliseconds to wait for another connection's lock before `busy` is thrown.
  package func setBusyTimeout(_ milliseconds: Int32) {
    sqlite3_busy_timeout(handle, milliseconds)
  }

  /// Returns the statement for some SQL, ready to be bound and stepped.
  ///
  /// It is prepared once and kept, so the SQL should come from the source code, not from data.
  /// While it is in the middle of its rows, another one for the same SQL is made.
  package func statement(_ sql: String) throws(SQLiteError) -> Statement {
    if let statement = statements[sql], !statement.isBusy {
      statement.reset()
      return statement
    }
    let statement = try Statement(self, sql)
    if statements[sql] == nil { statements[sql] = statement }
    return statement
  }

  /// Runs one statement to its end with values for its placeholders.
  package func run<each Value: SQLiteBindable>(
    _ sql: String, _ values: repeat each Value
  ) throws(SQLiteError) {
    let statement = try statement(sql)
    try statement.bind(repeat each values)
    try statement.run()
  }

  /// Runs statements that are separated by semicolons, dropping their rows.
  package func execute(_ script: String) throws(SQLiteError) {
    guard !script.utf8.contains(0) else { throw .misuse }
    let result = sqlite3_exec(handle, script, nil, nil, nil)
    guard result == SQLITE_OK else { throw SQLiteError(result, handle, sql: script) }
  }

  /// The row id of the last row that this connection inserted.
  package var lastInsertRowID: Int64 { sqlite3_last_insert_rowid(handle) }

  /// How many rows the last INSERT, UPDATE or DELETE touched.
  package var changes: Int { Int(sqlite3_changes64(handle)) }

  /// Whether a transaction is open.
  package var isInTransaction: Bool { sqlite3_get_autocommit(handle) == 0 }

  /// Stops what the connection is doing; it then throws `interrupted`.
  package func interrupt() {
    sqlite3_interrupt(handle)
  }
}
