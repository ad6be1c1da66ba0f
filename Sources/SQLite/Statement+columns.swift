import CSQLite

extension Statement {
  /// How many columns the rows have.
  package var columnCount: Int { Int(sqlite3_column_count(handle)) }

  /// Whether a column of the current row is NULL.
  package func isNull(_ column: Int) -> Bool {
    sqlite3_column_type(handle, Int32(column)) == SQLITE_NULL
  }

  /// A column of the current row as a whole number; 0 for NULL and for text that is none.
  package func int64(_ column: Int) -> Int64 {
    sqlite3_column_int64(handle, Int32(column))
  }

  /// A column of the current row as a whole number; 0 for NULL and for text that is none.
  package func int(_ column: Int) -> Int {
    Int(sqlite3_column_int64(handle, Int32(column)))
  }

  /// A column of the current row as a whole number, or nil for NULL.
  package func optionalInt64(_ column: Int) -> Int64? {
    isNull(column) ? nil : int64(column)
  }

  /// A column of the current row as a number; 0 for NULL and for text that is none.
  package func double(_ column: Int) -> Double {
    sqlite3_column_double(handle, Int32(column))
  }

  /// A column of the current row as a truth value: whether it is another number than 0.
  package func bool(_ column: Int) -> Bool {
    int64(column) != 0
  }

  /// A column of the current row as a string; empty for NULL, repaired if it is no UTF-8.
  package func string(_ column: Int) -> String {
    guard let text = sqlite3_column_text(handle, Int32(column)) else { return "" }
    let count = Int(sqlite3_column_bytes(handle, Int32(column)))
    return String(decoding: UnsafeBufferPointer(start: text, count: count), as: UTF8.self)
  }

  /// A column of the current row as a string, or nil for NULL.
  package func optionalString(_ column: Int) -> String? {
    isNull(column) ? nil : string(column)
  }

  /// A column of the current row as bytes; none for NULL.
  package func bytes(_ column: Int) -> [UInt8] {
    withBytes(column) { Array($0) }
  }

  /// A column of the current row as bytes, or nil for NULL.
  package func optionalBytes(_ column: Int) -> [UInt8]? {
    isNull(column) ? nil : bytes(column)
  }

  /// Calls a closure with the bytes of a column of the current row, without copying them.
  package func withBytes<Result, Failure: Error>(
    _ column: Int, _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    // The order matters: asking for the blob first settles its length.
    let start = sqlite3_column_blob(handle, Int32(column))
    let count = Int(sqlite3_column_bytes(handle, Int32(column)))
    return try body(UnsafeRawBufferPointer(start: start, count: start == nil ? 0 : count))
  }
}
