package import SQLite

/// Why a project's private state cannot be used.
package enum StateError: Error, Sendable {
  /// The file is not a database of ours, or it is damaged: truncated, overwritten, merged.
  case unusable(file: String, detail: String)
  /// It was written by a program of another format: a newer one, or an older one whose format this
  /// program no longer reads.
  case unknownVersion(file: String, found: Int)
  /// The database refused an operation.
  case database(SQLiteError)
  /// A stored value cannot be read back: the file is damaged.
  case damaged(table: String)
}
