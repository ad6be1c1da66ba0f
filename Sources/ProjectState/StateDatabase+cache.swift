import SQLite
package import LocalReplica
import SyncModel

/// What the files of the folder were like when they were last read.
extension StateDatabase {
  private static let executableFlag: Int64 = 1
  private static let settledFlag: Int64 = 2

  /// Reads the whole stat cache, sorted.
  package func statCache() throws -> StatCache {
    var rows: [StatCacheRow] = []
    try connection.statement(
      """
      SELECT path, size, modified, changed, inode, flags, digest, spelling FROM stat_cache
      ORDER BY path
      """
    ).forEachRow { row in
      guard let digest = row.withBytes(6, { Digest(bytes: $0) }) else {
        throw StateError.damaged(table: "stat_cache")
      }
      let flags = row.int64(5)
      rows.append(
        StatCacheRow(
          path: row.withBytes(0) { PathCoding.decode($0) }, spelling: row.optionalString(7),
          size: UInt64(bitPattern: row.int64(1)), modified: row.int64(2), changed: row.int64(3),
          inode: UInt64(bitPattern: row.int64(4)), digest: digest,
          isExecutable: flags & StateDatabase.executableFlag != 0,
          isSettled: flags & StateDatabase.settledFlag != 0))
    }
    return StatCache(sorted: rows)
  }

  /// Brings the stored stat cache from one state to another, writing only the rows that differ.
  package func updateStatCache(from old: StatCache, to new: StatCache) throws {
    var index = 0
    let put = try connection.statement(
      "INSERT OR REPLACE INTO stat_cache VALUES (?, ?, ?, ?, ?, ?, ?, ?)")
    let drop = try connection.statement("DELETE FROM stat_cache WHERE path = ?")
    for row in new.rows {
      while index < old.rows.count, old.rows[index].path < row.path {
        try drop.bind(PathCoding.encode(old.rows[index].path)).run()
        index += 1
      }
      if index < old.rows.count, old.rows[index].path == row.path {
        index += 1
        if old.rows[index - 1] == row { continue }
      }
      let flags =
        (row.isExecutable ? StateDatabase.executableFlag : 0)
        | (row.isSettled ? StateDatabase.settledFlag : 0)
      try put.bind(
        PathCoding.encode(row.path), Int64(bitPattern: row.size), row.modified, row.changed,
        Int64(bitPattern: row.inode), flags, row.digest.bytes, row.spelling
      ).run()
    }
    for row in old.rows[index...] { try drop.bind(PathCoding.encode(row.path)).run() }
  }
}
