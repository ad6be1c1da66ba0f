import SQLite
package import SyncModel

/// The index of the store of base contents.
extension StateDatabase {
  /// Reads where base contents are kept.
  package func objectIndex() throws -> [Digest: ObjectPlace] {
    var index: [Digest: ObjectPlace] = [:]
    try connection.statement("SELECT digest, frame, stored, raw, offset, size FROM objects")
      .forEachRow { row in
        guard let digest = row.withBytes(0, { Digest(bytes: $0) }) else {
          throw StateError.damaged(table: "objects")
        }
        index[digest] = ObjectPlace(
          frame: UInt64(bitPattern: row.int64(1)), stored: UInt32(truncatingIfNeeded: row.int64(2)),
          raw: UInt32(truncatingIfNeeded: row.int64(3)),
          offset: UInt32(truncatingIfNeeded: row.int64(4)), size: UInt64(bitPattern: row.int64(5)))
      }
    return index
  }

  /// The number of the pack that holds the base contents.
  package func objectsPack() throws -> Int { try fact(.objectsPack).flatMap(Int.init) ?? 1 }

  /// Records that base contents are in another pack from now on.
  package func moveObjects(
    to pack: Int, _ rows: [(digest: Digest, place: ObjectPlace)]
  ) throws {
    try connection.run("DELETE FROM objects")
    try addObjects(rows)
    try setFact(.objectsPack, to: String(pack))
  }

  /// Records where new base contents are kept.
  package func addObjects(_ rows: [(digest: Digest, place: ObjectPlace)]) throws {
    let put = try connection.statement("INSERT OR REPLACE INTO objects VALUES (?, ?, ?, ?, ?, ?)")
    for row in rows {
      try put.bind(
        row.digest.bytes, Int64(bitPattern: row.place.frame), Int64(row.place.stored),
        Int64(row.place.raw), Int64(row.place.offset), Int64(bitPattern: row.place.size)
      ).run()
    }
  }
}
