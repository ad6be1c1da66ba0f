import SQLite
package import SyncModel

/// A file as a remote without revisions listed it, and what reading it showed.
package struct ListedFileRecord: Hashable, Sendable {
  /// The path.
  package var path: SyncPath
  /// The remote's spelling, where it differs.
  package var spelling: String?
  /// The listed size, where there is one.
  package var listedSize: UInt64?
  /// The listed time, in the remote's own unit.
  package var modified: Int64
  /// When it was read, by the remote's clock, in the same unit.
  package var verified: Int64
  /// What was found: the remote's own code.
  package var finding: Int64
  /// The content, where one was read, with its length in bytes.
  package var content: (digest: Digest, size: UInt64)?

  /// Describes a file.
  package init(
    path: SyncPath, spelling: String?, listedSize: UInt64?, modified: Int64, verified: Int64,
    finding: Int64, content: (digest: Digest, size: UInt64)?
  ) {
    self.path = path
    self.spelling = spelling
    self.listedSize = listedSize
    self.modified = modified
    self.verified = verified
    self.finding = finding
    self.content = content
  }

  package static func == (left: ListedFileRecord, right: ListedFileRecord) -> Bool {
    left.path == right.path && left.spelling == right.spelling
      && left.listedSize == right.listedSize && left.modified == right.modified
      && left.verified == right.verified && left.finding == right.finding
      && left.content?.digest == right.content?.digest && left.content?.size == right.content?.size
  }

  package func hash(into hasher: inout Hasher) {
    hasher.combine(path)
    hasher.combine(content?.digest)
  }
}

/// What remotes without revisions listed last, by the identity of the project.
///
/// A help for speed, like the stat cache: it may be dropped at any time. Its tables are made when
/// they are first needed, and programs that do not know them leave them alone; so the format of
/// the state stays what it was.
extension StateDatabase {
  private static let listingTables = """
    CREATE TABLE IF NOT EXISTS listings (
      identity TEXT PRIMARY KEY, tag TEXT, dialect TEXT) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS listed_files (
      identity TEXT NOT NULL, path BLOB NOT NULL, spelling TEXT, listed_size INTEGER,
      modified INTEGER NOT NULL, verified INTEGER NOT NULL, finding INTEGER NOT NULL,
      digest BLOB, size INTEGER, PRIMARY KEY (identity, path)) WITHOUT ROWID;
    """

  /// Reads the last listing of a project; nothing where none is kept.
  package func listing(
    of identity: String
  ) throws -> (tag: String?, dialect: String?, files: [ListedFileRecord])? {
    let isThere =
      try connection.statement(
        "SELECT count(*) FROM sqlite_master WHERE name = 'listed_files'"
      ).first { $0.int(0) > 0 } ?? false
    guard isThere,
      let head = try connection.statement("SELECT tag, dialect FROM listings WHERE identity = ?")
        .bind(identity).first({ ($0.optionalString(0), $0.optionalString(1)) })
    else { return nil }
    var files: [ListedFileRecord] = []
    try connection.statement(
      """
      SELECT path, spelling, listed_size, modified, verified, finding, digest, size
      FROM listed_files WHERE identity = ? ORDER BY path
      """
    ).bind(identity).forEachRow { row in
      let digest = row.withBytes(6) { Digest(bytes: $0) }
      files.append(
        ListedFileRecord(
          path: row.withBytes(0) { OrderKey.path(of: $0) }, spelling: row.optionalString(1),
          listedSize: row.optionalInt64(2).map { UInt64(bitPattern: $0) },
          modified: row.int64(3), verified: row.int64(4), finding: row.int64(5),
          content: digest.map { ($0, UInt64(bitPattern: row.int64(7))) }))
    }
    return (head.0, head.1, files)
  }

  /// Keeps a listing in place of the last one of its project, writing only rows that differ.
  package func keepListing(
    tag: String?, dialect: String?, files: [ListedFileRecord], of identity: String
  ) throws {
    try transaction {
      try connection.execute(StateDatabase.listingTables)
      var old: [SyncPath: ListedFileRecord] = [:]
      for file in try listing(of: identity)?.files ?? [] { old[file.path] = file }
      try connection.run(
        """
        INSERT INTO listings VALUES (?, ?, ?)
        ON CONFLICT DO UPDATE SET tag = excluded.tag, dialect = excluded.dialect
        """, identity, tag, dialect)
      let put = try connection.statement(
        "INSERT OR REPLACE INTO listed_files VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)")
      for file in files where old.removeValue(forKey: file.path) != file {
        try put.bind(
          identity, OrderKey.bytes(of: file.path), file.spelling,
          file.listedSize.map { Int64(bitPattern: $0) }, file.modified, file.verified,
          file.finding, file.content?.digest.bytes,
          file.content.map { Int64(bitPattern: $0.size) }
        ).run()
      }
      let drop = try connection.statement(
        "DELETE FROM listed_files WHERE identity = ? AND path = ?")
      for path in old.keys { try drop.bind(identity, OrderKey.bytes(of: path)).run() }
    }
  }
}
