import Crypto
import SQLite
import SyncModel

/// A sorted list that is kept many rows to a database row, a page.
///
/// 100,000 rows load in a fifth of the time that a database row each takes, and a change of one
/// row writes one page. Pages are keyed by their first path; a list belongs to an owner.
struct PagedTable<Row: PagedRow> {
  /// How many rows a page gets when it is written.
  static var rowsPerPage: Int { 256 }
  /// Of a list that is new, so many rows are written at once: all of 100,000 would take 15 MB at the
  /// moment when most is in memory.
  static var rowsAtOnce: Int { 64 * rowsPerPage }
  /// A page with fewer rows is joined with the one after it.
  static var fewestRows: Int { 32 }

  let connection: Connection
  let name: String
  let owner: Int64

  /// The part of the order of paths that a page covers; nothing where there is no bound.
  struct Bounds {
    var lower: SyncPath?
    var upper: SyncPath?

    /// The rows of a sorted list that lie within.
    func slice<Rows: RandomAccessCollection>(of rows: Rows) -> Rows.SubSequence
    where Rows.Element: PathRow, Rows.Index == Int {
      let start = lower.map { rows.firstIndex(atOrAfter: $0) } ?? rows.startIndex
      return rows[start..<(upper.map { rows.firstIndex(atOrAfter: $0) } ?? rows.endIndex)]
    }
  }

  /// Reads all pages as they are stored.
  func stored() throws -> StoredPages<Row> {
    let bytes =
      try connection.statement("SELECT sum(length(rows)) FROM \(name) WHERE owner = ?")
      .bind(owner)
      .first { $0.int(0) } ?? 0
    var pages = StoredPages<Row>(bytes: bytes)
    try connection.statement("SELECT rows FROM \(name) WHERE owner = ? ORDER BY first")
      .bind(owner)
      .forEachRow { row in row.withBytes(0) { pages.append($0) } }
    return pages
  }

  /// What tells the whole list from others, or nothing where it is damaged.
  func stamp() throws -> NodeStamp? {
    var sum: NodeStamp? = NodeStamp()
    try connection.statement("SELECT stamp FROM \(name) WHERE owner = ?").bind(owner)
      .forEachRow { row in
        guard let stamp = row.withBytes(0, { NodeStamp($0) }) else { return sum = nil }
        sum?.add(stamp)
      }
    return sum
  }

  /// Renews pages: the closure is asked for the rows of each part, nothing where they stay.
  ///
  /// The closure is given what reads the rows that the part has now. Sorted, `paths` says where a
  /// list that is new may be cut into parts.
  func update(
    for paths: some RandomAccessCollection<some PathRow>,
    _ renew: (Bounds, _ rows: () throws -> [Row]) throws -> [Row]?
  ) throws {
    var firsts: [SyncPath] = []
    try connection.statement("SELECT first FROM \(name) WHERE owner = ? ORDER BY first")
      .bind(owner)
      .forEachRow { row in firsts.append(row.withBytes(0) { OrderKey.path(of: $0) }) }
    guard !firsts.isEmpty else {
      var bounds = Bounds()
      var index = paths.startIndex
      repeat {
        let isLast = !paths.formIndex(&index, offsetBy: Self.rowsAtOnce, limitedBy: paths.endIndex)
        bounds.upper = isLast || index == paths.endIndex ? nil : paths[index].path
        if let rows = try renew(bounds, { [] }) { try write(rows) }
        bounds.lower = bounds.upper
      } while bounds.lower != nil
      return
    }
    var carried: [Row] = []
    for (index, first) in firsts.enumerated() {
      let isLast = index + 1 == firsts.count
      let bounds = Bounds(
        lower: index == 0 ? nil : first, upper: isLast ? nil : firsts[index + 1])
      let renewed = try renew(bounds) { try stored(at: first) }
      guard renewed != nil || !carried.isEmpty else { continue }
      let rows = carried + (try renewed ?? stored(at: first))
      carried = []
      try connection.run(
        "DELETE FROM \(name) WHERE owner = ? AND first = ?", owner, OrderKey.bytes(of: first))
      if rows.count < Self.fewestRows, !isLast {
        carried = rows
      } else {
        try write(rows)
      }
    }
  }

  private func stored(at first: SyncPath) throws -> [Row] {
    var page = StoredPages<Row>(bytes: 0)
    try connection.statement("SELECT rows FROM \(name) WHERE owner = ? AND first = ?")
      .bind(owner, OrderKey.bytes(of: first))
      .forEachRow { row in row.withBytes(0) { page.append($0) } }
    var rows: [Row] = []
    try page.decode(of: name) { rows.append($0) }
    return rows
  }

  /// Writes rows as pages of about equal size.
  private func write(_ rows: [Row]) throws {
    let put = try connection.statement(
      "INSERT INTO \(name) (owner, first, stamp, rows) VALUES (?, ?, ?, ?)")
    let hasher = SHA256()
    let count = (rows.count + Self.rowsPerPage - 1) / Self.rowsPerPage
    for number in 0..<count {
      let part = rows[rows.count * number / count..<rows.count * (number + 1) / count]
      var page = PageWriter()
      var stamp = NodeStamp()
      for row in part {
        page.append(row.path)
        row.write(to: &page)
        if let node = row.stamped { stamp.add(row.path, node, hasher) }
      }
      try put.bind(
        owner, OrderKey.bytes(of: part[part.startIndex].path), stamp.bytes, page.bytes
      ).run()
    }
  }
}
