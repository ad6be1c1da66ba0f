import SQLite

/// A connection to `hub.db` whose errors are the store's own.
///
/// Used by one thread at a time.
final class StoreConnection: @unchecked Sendable {
  // Safe because the pool hands it to one thread at a time, under locks.
  private var connection: Connection?
  private let path: String

  /// Opens the database.
  ///
  /// A reader may not write, but opens the file as a writer would, for the log's index.
  init(path: String, isReadOnly: Bool) throws {
    self.path = path
    do throws(SQLiteError) {
      let opened = try Connection(
        path: path, mode: isReadOnly ? .readWrite : .readWriteCreate, busyTimeout: 10_000)
      if isReadOnly {
        try opened.execute("PRAGMA query_only = 1")
      } else {
        // The last one counts on macOS alone, where a plain fsync may leave data in the device.
        try opened.execute(
          "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA fullfsync = 1")
      }
      try opened.execute("PRAGMA cache_size = -8192")
      connection = opened
    } catch {
      throw StoreConnection.failure(error)
    }
  }

  /// Closes the connection; nothing may be asked of it afterwards.
  func close() { connection = nil }

  private func opened() throws -> Connection {
    guard let connection else { throw HubStoreError.busy }
    return connection
  }

  /// What an error of SQLite's means to the store.
  static func failure(_ error: any Error) -> any Error {
    guard let error = error as? SQLiteError else { return error }
    switch error {
    case .full: return HubStoreError.storageFull
    case .busy, .locked: return HubStoreError.busy
    case .corrupt, .notADatabase: return HubStoreError.notAHub(path: "hub.db")
    default: return HubStoreError.database(code: error.rawValue)
    }
  }

  /// Runs statements that are separated by semicolons.
  func script(_ sql: String) throws {
    do {
      try opened().execute(sql)
    } catch {
      throw StoreConnection.failure(error)
    }
  }

  /// Runs one statement to its end.
  func run(_ sql: String, _ values: SQLValue...) throws {
    do {
      try prepared(sql, values).run()
    } catch {
      throw StoreConnection.failure(error)
    }
  }

  /// What a closure makes of the first row, or nothing if there is none.
  func first<Result>(
    _ sql: String, _ values: SQLValue..., map: (StoreRow) throws -> Result
  ) throws -> Result? {
    do {
      return try prepared(sql, values).first { try map(StoreRow(statement: $0)) }
    } catch {
      throw StoreConnection.failure(error)
    }
  }

  /// What a closure makes of each row.
  func rows<Result>(
    _ sql: String, _ values: SQLValue..., map: (StoreRow) throws -> Result
  ) throws -> [Result] {
    var results: [Result] = []
    do {
      try prepared(sql, values).forEachRow { results.append(try map(StoreRow(statement: $0))) }
    } catch {
      throw StoreConnection.failure(error)
    }
    return results
  }

  /// Calls a closure with each row.
  func each(_ sql: String, _ values: SQLValue..., body: (StoreRow) throws -> Void) throws {
    do {
      try prepared(sql, values).forEachRow { try body(StoreRow(statement: $0)) }
    } catch {
      throw StoreConnection.failure(error)
    }
  }

  /// How many rows the last statement touched.
  func touched() throws -> Int { try opened().changes }

  /// Runs a closure as one change of the database, all or nothing.
  func transaction<Result>(_ body: () throws -> Result) throws -> Result {
    do {
      return try opened().transaction(.immediate, body)
    } catch {
      throw StoreConnection.failure(error)
    }
  }

  /// Runs a closure with one view of the database from start to end.
  func snapshot<Result>(_ body: () throws -> Result) throws -> Result {
    do {
      return try opened().transaction(.deferred, body)
    } catch {
      throw StoreConnection.failure(error)
    }
  }

  /// Copies the whole database into a new file, as it is at one moment.
  func backup(to path: String) throws {
    do {
      try opened().backup(to: path)
    } catch {
      throw StoreConnection.failure(error)
    }
  }

  /// What SQLite finds wrong with the file.
  func problems() throws -> [String] {
    do {
      return try opened().quickCheck()
    } catch {
      throw StoreConnection.failure(error)
    }
  }

  private func prepared(_ sql: String, _ values: [SQLValue]) throws -> Statement {
    let statement = try opened().statement(sql)
    for (index, value) in values.enumerated() {
      try value.bind(to: statement, at: index + 1)
    }
    return statement
  }
}
