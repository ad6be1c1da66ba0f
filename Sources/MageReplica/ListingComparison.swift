import SyncModel

/// A row of a listing.
struct ListedFile: Hashable, Sendable {
  var file: MageFile
  /// Bytes, where the server lists them.
  var size: UInt64?
  /// Seconds since 1970, rounded; ``noTime`` where the server lists none.
  var modified: Int64

  /// Stands for the time of a file that was listed without one: it has to be read each time.
  static let noTime: Int64 = -1
}

/// What a listing shows beside what is remembered: pure, so that its rules are a table of tests.
struct ListingComparison: Sendable {
  /// Files that are certain to be what they were.
  var settled: [ListingRow] = []
  /// Files that must be read.
  var unread: [ListedFile] = []
  /// Files that take no part; remembered, so that a listing that did not change tells of them too.
  var others: [ListingRow] = []
  /// Paths that were there, and that the listing does not name.
  var missing: [MageFile] = []
  /// Agreed paths that take no part: nobody looks, so that nothing is known of them.
  var unseen: [MageFile] = []
  /// Paths that the listing names more than once, in several spellings.
  var twins: Set<SyncPath> = []

  /// Compares a listing with what is remembered and agreed, as far as paths take part.
  init(
    _ listed: [ListedFile], memory: RememberedListing, agreed: [SyncPath],
    takes isTaken: (SyncPath) -> Bool
  ) {
    func takes(_ path: SyncPath) -> Bool { isTaken(path) && !MageFileKinds.isHidden(path) }
    let known = Dictionary(
      memory.rows.map { ($0.path, $0) }, uniquingKeysWith: { first, _ in first })
    var seen: Set<SyncPath> = []
    for row in listed where !seen.insert(row.file.path).inserted {
      if takes(row.file.path) { twins.insert(row.file.path) }
    }
    let agreedPaths = Set(agreed)
    for row in listed where !twins.contains(row.file.path) {
      let old = known[row.file.path]
      if !takes(row.file.path) {
        if agreedPaths.contains(row.file.path) { unseen.append(row.file) }
        others.append(old.flatMap { row.isListed(as: $0) ? $0 : nil } ?? row.unreadRow)
      } else if let old, old.isSettled, row.isListed(as: old) {
        settled.append(old)
      } else {
        unread.append(row)
      }
    }
    for row in memory.rows where takes(row.path) && seen.insert(row.path).inserted {
      missing.append(MageFile(row.path, spelling: row.spelling))
    }
    for path in agreed where !seen.contains(path) {
      if takes(path) { missing.append(MageFile(path)) } else { unseen.append(MageFile(path)) }
    }
  }

  /// What a listing that did not change since (304) leaves to be done: rows that are still racy,
  /// or were never read.
  init(unchanged memory: RememberedListing, agreed: [SyncPath], takes: (SyncPath) -> Bool) {
    self.init(
      memory.rows.map { row in
        ListedFile(
          file: MageFile(row.path, spelling: row.spelling), size: row.size, modified: row.modified)
      }, memory: memory, agreed: agreed, takes: takes)
  }
}

extension ListedFile {
  /// Whether the listing shows what it showed when a row was remembered.
  ///
  /// The commercial server is not known to list sizes. The time alone tells there: it must be the
  /// very same one, and the row settled, so that any later write shows another.
  fileprivate func isListed(as row: ListingRow) -> Bool {
    if let size, let known = row.size, size != known { return false }
    guard modified != ListedFile.noTime else { return false }
    return modified == row.modified && file == MageFile(row.path, spelling: row.spelling)
  }

  /// The row of a file that nobody looks at.
  fileprivate var unreadRow: ListingRow {
    ListingRow(
      path: file.path, spelling: file.named, size: size, modified: modified, finding: .unread,
      verified: 0)
  }
}
