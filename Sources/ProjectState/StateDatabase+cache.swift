import SQLite
package import LocalReplica

/// What the files of the folder were like when they were last read, whatever the target.
extension StateDatabase {
  private var cachePages: PagedTable<StatCacheRow> {
    PagedTable(connection: connection, name: "stat_cache", owner: 0)
  }

  /// Reads the whole stat cache, sorted.
  package func statCache() throws -> StatCache {
    try storedStatCache().decoded()
  }

  /// Reads the whole stat cache, to be decoded elsewhere.
  package func storedStatCache() throws -> Stored<StatCache> {
    let table = cachePages
    let (pages, name) = (try table.stored(), table.name)
    return Stored {
      var cache = StatCache.Builder(capacity: pages.capacity)
      try pages.decode(of: name) { cache.append($0) }
      return cache.finish()
    }
  }

  /// Brings the stored stat cache from one state to another, writing only what differs.
  package func updateStatCache(from old: StatCache, to new: StatCache) throws {
    try cachePages.update { bounds, _ in
      let (before, after) = (bounds.slice(of: old.rows), bounds.slice(of: new.rows))
      return before.elementsEqual(after) ? nil : Array(after)
    }
  }
}
