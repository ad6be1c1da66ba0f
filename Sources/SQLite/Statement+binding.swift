import CSQLite

/// A value that can stand in for a placeholder.
package protocol SQLiteBindable {
  /// Binds the value to a placeholder, counted from 1.
  func bind(to statement: Statement, at index: Int) throws(SQLiteError)
}

extension Statement {
  /// Binds values to the placeholders from the first on; the rest keep what they have.
  @discardableResult
  package func bind<each Value: SQLiteBindable>(
    _ values: repeat each Value
  ) throws(SQLiteError) -> Statement {
    var index = 1
    for value in repeat each values {
      try value.bind(to: self, at: index)
      index += 1
    }
    return self
  }

  /// Binds a whole number to a placeholder, counted from 1.
  package func bind(_ index: Int, _ value: Int64) throws(SQLiteError) {
    try check(sqlite3_bind_int64(handle, Int32(index), value))
  }

  /// Binds a whole number to a placeholder, counted from 1.
  package func bind(_ index: Int, _ value: Int) throws(SQLiteError) {
    try bind(index, Int64(value))
  }

  /// Binds a number to a placeholder, counted from 1; NaN becomes NULL.
  package func bind(_ index: Int, _ value: Double) throws(SQLiteError) {
    try check(sqlite3_bind_double(handle, Int32(index), value))
  }

  /// Binds a string to a placeholder, counted from 1.
  package func bind(_ index: Int, _ value: String) throws(SQLiteError) {
    var value = value
    let result = value.withUTF8 { text in
      text.withMemoryRebound(to: CChar.self) { text in
        // Without an address SQLite would bind NULL.
        text.isEmpty
          ? syncline_sqlite_bind_text(handle, Int32(index), "", 0)
          : syncline_sqlite_bind_text(handle, Int32(index), text.baseAddress, UInt64(text.count))
      }
    }
    try check(result)
  }

  /// Binds a blob to a placeholder, counted from 1; the bytes are copied.
  package func bind(_ index: Int, _ value: UnsafeRawBufferPointer) throws(SQLiteError) {
    // Without an address SQLite would bind NULL.
    let result =
      value.isEmpty
      ? sqlite3_bind_zeroblob(handle, Int32(index), 0)
      : syncline_sqlite_bind_blob(
        handle, Int32(index), value.baseAddress, UInt64(value.count))
    try check(result)
  }

  /// Binds a blob to a placeholder, counted from 1.
  package func bind(_ index: Int, _ value: [UInt8]) throws(SQLiteError) {
    try value.withUnsafeBufferPointer { (bytes) throws(SQLiteError) in
      try bind(index, UnsafeRawBufferPointer(bytes))
    }
  }

  /// Binds NULL to a placeholder, counted from 1.
  package func bindNull(_ index: Int) throws(SQLiteError) {
    try check(sqlite3_bind_null(handle, Int32(index)))
  }
}

extension Int: SQLiteBindable {
  /// Binds the number.
  package func bind(to statement: Statement, at index: Int) throws(SQLiteError) {
    try statement.bind(index, self)
  }
}

extension Int64: SQLiteBindable {
  /// Binds the number.
  package func bind(to statement: Statement, at index: Int) throws(SQLiteError) {
    try statement.bind(index, self)
  }
}

extension Double: SQLiteBindable {
  /// Binds the number.
  package func bind(to statement: Statement, at index: Int) throws(SQLiteError) {
    try statement.bind(index, self)
  }
}

extension Bool: SQLiteBindable {
  /// Binds 1 or 0.
  package func bind(to statement: Statement, at index: Int) throws(SQLiteError) {
    try statement.bind(index, self ? 1 : 0)
  }
}

extension String: SQLiteBindable {
  /// Binds the string as text.
  package func bind(to statement: Statement, at index: Int) throws(SQLiteError) {
    try statement.bind(index, self)
  }
}

extension [UInt8]: SQLiteBindable {
  /// Binds the bytes as a blob.
  package func bind(to statement: Statement, at index: Int) throws(SQLiteError) {
    try statement.bind(index, self)
  }
}

extension UnsafeRawBufferPointer: SQLiteBindable {
  /// Binds a copy of the bytes as a blob.
  package func bind(to statement: Statement, at index: Int) throws(SQLiteError) {
    try statement.bind(index, self)
  }
}

extension Optional: SQLiteBindable where Wrapped: SQLiteBindable {
  /// Binds the value, or NULL if there is none.
  package func bind(to statement: Statement, at index: Int) throws(SQLiteError) {
    switch self {
    case .some(let value): try value.bind(to: statement, at: index)
    case .none: try statement.bindNull(index)
    }
  }
}
