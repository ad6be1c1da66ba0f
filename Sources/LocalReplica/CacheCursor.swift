import SyncModel

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Finds the cache rows of one folder's files, asked for in their order.
struct CacheCursor {
  private let rows: StatCache.Rows
  private var next: Int

  /// A row that no later answer comes before.
  var position: Int { next }

  /// Begins at the first row below a folder, which is not before a row that is known.
  init(_ rows: StatCache.Rows, below folder: String, notBefore first: Int) {
    self.rows = rows
    next = first
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

  /// What the rows below a folder tell of one name in it.
  enum Name {
    /// A file, with its row.
    case file(Int)
    /// A folder, with the first row below it.
    case folder(Int)
  }

  /// The next name in a folder, with that name appended to the path of the folder, which ends in a
  /// slash; nothing after the last.
  mutating func nextName(appendingTo path: inout [UInt8]) -> Name? {
    guard next < rows.count else { return nil }
    let base = path.count
    let isFile = ScanBytes.withBytes(of: rows.key(at: next)) { key -> Bool? in
      guard key.count > base, let start = key.baseAddress, memcmp(start, path, base) == 0 else {
        return nil
      }
      let rest = UnsafeBufferPointer(rebasing: key[base...])
      let slash = rest.firstIndex(of: UInt8(ascii: "/"))
      path.append(contentsOf: rest[..<(slash ?? rest.count)])
      return slash == nil
    }
    guard let isFile else { return nil }
    let first = next
    if isFile {
      next += 1
      return .file(first)
    }
    // A name holds no byte below this one but the slash, which sorts first of all.
    path.append(1)
    next = path.withUnsafeBufferPointer { search($0) }
    path.removeLast()
    return .folder(first)
  }

  /// The first row, from the cursor on, that is not before a path.
  ///
  /// It is mostly near, so that steps of growing length come first.
  private func search(_ path: UnsafeBufferPointer<UInt8>) -> Int {
    var low = next
    var high = next
    var step = 1
    while high < rows.count, ScanBytes.order(rows.key(at: high), path) < 0 {
      low = high + 1
      high += step
      step *= 2
    }
    high = min(high, rows.count)
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
