@testable import ProjectState
import SQLite
import SyncModel
import TestSupport
import Testing

@Suite struct `Paged tables` {
  private typealias Rows = [SyncPath: BaseRow]

  private func table(owner: Int64 = 1) throws -> PagedTable<BaseRow> {
    let connection = try Connection(path: "", mode: .memory)
    try connection.execute(
      """
      CREATE TABLE list (
        owner INTEGER NOT NULL, first BLOB NOT NULL, stamp BLOB NOT NULL, rows BLOB NOT NULL,
        UNIQUE (owner, first))
      """)
    return PagedTable(connection: connection, name: "list", owner: owner)
  }

  private func row(_ key: String, _ number: UInt64 = 1) -> BaseRow {
    BaseRow(path: SyncPath(trusted: key), node: TreePerturbation.file(number))
  }

  private func decoded(_ table: PagedTable<BaseRow>) throws -> [BaseRow] {
    var rows: [BaseRow] = []
    try table.stored().decode(of: table.name) { rows.append($0) }
    return rows
  }

  /// How many rows each page has, in their order.
  private func pageSizes(_ table: PagedTable<BaseRow>) throws -> [Int] {
    try pages(table).map { try #require(read($0)).count }
  }

  /// Brings a table to hold rows, by replacing the parts in which they differ.
  private func replace(_ table: PagedTable<BaseRow>, with rows: [BaseRow]) throws {
    try table.update(for: rows) { bounds, stored in
      let part = Array(bounds.slice(of: rows))
      return part == (try stored()) ? nil : part
    }
  }

  @Test func `what is stored is read back in the order of the paths, on as few pages as it needs`()
    throws
  {
    let table = try table()
    let rows = (0..<1000).map { row("d\($0 / 40)/n\($0)") }.sorted { $0.path < $1.path }
    try replace(table, with: rows)
    #expect(try decoded(table) == rows)
    #expect(try pageSizes(table) == [250, 250, 250, 250])
  }

  @Test func `a list that is new is stored in parts, and all of it`() throws {
    let most = PagedTable<BaseRow>.rowsAtOnce
    for count in [most - 1, most, most + 1, 2 * most, 2 * most + 300] {
      let table = try table()
      let rows = (0..<count).map { row("n\(100_000 + $0)") }
      var largest = 0
      try table.update(for: rows) { bounds, _ in
        let part = Array(bounds.slice(of: rows))
        largest = max(largest, part.count)
        return part
      }
      #expect(try decoded(table) == rows)
      #expect(largest <= most)
    }
  }

  @Test(arguments: [UInt64(3), 4, 5])
  func `any series of changes leaves what a dictionary would hold`(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let table = try table()
    var expected: Rows = [:]
    let names = (0..<900).map { "d\($0 % 7)/é\($0)" }
    for round in 0..<40 {
      // Now a few, now nearly all, now none but deletions.
      let share: UInt64 = [200, 2, 20][round % 3]
      for name in names where random.oneIn(share) {
        let path = SyncPath(trusted: name)
        expected[path] = random.oneIn(UInt64(round % 5 + 2)) ? nil : row(name, UInt64(round))
      }
      if round % 10 == 9 { expected = expected.filter { _ in random.oneIn(20) } }
      let rows = expected.values.sorted { $0.path < $1.path }
      try replace(table, with: rows)
      #expect(try decoded(table) == rows, "seed \(seed), round \(round)")
      let sizes = try pageSizes(table)
      #expect(sizes.allSatisfy { $0 > 0 && $0 <= PagedTable<BaseRow>.rowsPerPage })
    }
  }

  @Test func `a change of one row writes one page, and a part that stays is not read`() throws {
    let table = try table()
    var rows = (0..<1024).map { row("n\(10_000 + $0)") }
    try replace(table, with: rows)
    let before = try pages(table)
    rows[700] = row("n10700", 7)
    let change = rows[700]
    var reads = 0
    try table.update(for: [change]) { bounds, stored in
      guard !bounds.slice(of: [change]).isEmpty else { return nil }
      reads += 1
      return try stored().map { $0.path == change.path ? change : $0 }
    }
    #expect(reads == 1)
    #expect(try decoded(table) == rows)
    let after = try pages(table)
    #expect(zip(before, after).count { $0 != $1 } == 1)
  }

  @Test func `a page that has shrunk is joined with the next one`() throws {
    let table = try table()
    let rows = (0..<512).map { row("n\(1000 + $0)") }
    try replace(table, with: rows)
    #expect(try pageSizes(table) == [256, 256])
    try replace(table, with: Array(rows[250...]))
    #expect(try pageSizes(table) == [131, 131])
    try replace(table, with: [])
    #expect(try pageSizes(table) == [])
  }

  @Test func `owners do not see each other's rows`() throws {
    let first = try table()
    let second = PagedTable<BaseRow>(connection: first.connection, name: "list", owner: 2)
    try replace(first, with: [row("a"), row("b")])
    try replace(second, with: [row("b", 2)])
    try replace(first, with: [])
    #expect(try decoded(second) == [row("b", 2)])
  }

  @Test func `a page that is cut or changed anywhere never gives rows out of order`() throws {
    let rows = [
      row("a"), row("a/é"), BaseRow(path: SyncPath(trusted: "b"), node: .link(target: "../x")),
      BaseRow(path: SyncPath(trusted: "c"), node: TreePerturbation.file(3, isExecutable: nil)),
    ]
    let table = try table()
    try replace(table, with: rows)
    let page = try #require(try pages(table).first)
    var refused = 0
    for length in 0..<page.count {
      let found = read(Array(page[..<length]))
      if found == nil { refused += 1 }
      #expect(found.map { $0 == Array(rows.prefix($0.count)) } ?? true)
    }
    #expect(refused == page.count - rows.count)
    for index in page.indices {
      for bit in 0..<8 {
        var changed = page
        changed[index] ^= 1 << bit
        #expect(read(changed)?.isPathSorted ?? true)
      }
    }
  }

  private func pages(_ table: PagedTable<BaseRow>) throws -> [[UInt8]] {
    var pages: [[UInt8]] = []
    try table.connection.statement("SELECT rows FROM list ORDER BY first")
      .forEachRow { pages.append($0.bytes(0)) }
    return pages
  }

  private func read(_ page: [UInt8]) -> [BaseRow]? {
    var stored = StoredPages<BaseRow>(bytes: page.count)
    page.withUnsafeBytes { stored.append($0) }
    var rows: [BaseRow] = []
    do { try stored.decode(of: "list") { rows.append($0) } } catch { return nil }
    return rows
  }
}
