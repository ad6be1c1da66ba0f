import SQLite
package import LocalReplica

/// What the files of the folder were like when they were last read, whatever the target.
extension StateDatabase {
  private var cachePages: PagedTable<StatCacheRow> {
    PagedTable(connection: connection, name: "stat_cache", owner: 0)
  }

  private var folderPages: PagedTable<FolderProof> {
    PagedTable(connection: connection, name: "stat_folders", owner: 0)
  }

  /// What tells the files of the cache from others, or nothing where it is damaged.
  func statCacheStamp() throws -> NodeStamp? { try cachePages.stamp() }

  /// Reads the whole stat cache, sorted.
  package func statCache() throws -> StatCache {
    try storedStatCache().decoded()
  }

  /// Reads the whole stat cache, to be decoded elsewhere.
  package func storedStatCache() throws -> Stored<StatCache> {
    let table = cachePages
    let (pages, name) = (try table.stored(), table.name)
    let (folderPages, folderName) = (try folderPages.stored(), folderPages.name)
    return Stored(
      halves: { isFirst in
        let half = pages.half(isFirst)
        // The first half takes the second one in.
        var rows = StatCache.Builder(capacity: isFirst ? pages.capacity : pages.capacity(of: half))
        try pages.decode(half, of: name) { rows.append($0) }
        return rows
      },
      join: { first, second in
        var folders: [FolderProof] = []
        try folderPages.decode(of: folderName) { folders.append($0) }
        guard first.append(second) else { throw StateError.damaged(table: name) }
        return first.finish(folders: folders)
      })
  }

  /// Brings the stored stat cache from one state to another, writing only what differs.
  package func updateStatCache(from old: StatCache, to new: StatCache) throws {
    try cachePages.update(for: new.rows) { bounds, _ in
      let (before, after) = (bounds.slice(of: old.rows), bounds.slice(of: new.rows))
      return before.elementsEqual(after) ? nil : Array(after)
    }
    try folderPages.update(for: new.folders) { bounds, _ in
      let (before, after) = (bounds.slice(of: old.folders), bounds.slice(of: new.folders))
      return before.elementsEqual(after) ? nil : Array(after)
    }
  }
}
