import SyncModel

/// Finds the cache rows of one folder's files, asked for in their order.
struct CacheCursor {
  private let rows: StatCache.Rows
  private var next: Int

  init(_ rows: StatCache.Rows, below folder: String) {
    self.rows = rows
    next = 0
    if !folder.isEmpty {
      var folder = folder
      next = folder.withUTF8 { search($0) }
    }
  }

  /// The index of the row of a path, which comes after all that were asked for before.
  mutating func find(_ path: UnsafeBufferPointer<UInt8>) -> Int? {
    guard next < rows.count else { return nil }
    var order = ScanBytes.order(rows.key(at: next), path)
    if order < 0 {
      next = search(path)
      guard next < rows.count else { return nil }
      order = ScanBytes.order(rows.key(at: next), path)
    }
    guard order == 0 else { return nil }
    defer { next += 1 }
    return next
  }

  /// The first row, from the cursor on, that is not before a path.
  private func search(_ path: UnsafeBufferPointer<UInt8>) -> Int {
    var low = next
    var high = rows.count
    while low < high {
      let middle = (low + high) / 2
      if ScanBytes.order(rows.key(at: middle), path) < 0 {
        low = middle + 1
      } else {
        high = middle
      }
    }
    return low
  }
}
