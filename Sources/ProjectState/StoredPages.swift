import Platform
import SyncModel

/// Pages as they were read from the database, one behind the other.
package struct StoredPages<Row: PagedRow>: Sendable {
  private var bytes: [UInt8]
  private var ends: [Int] = []

  /// Begins with room for so many bytes.
  package init(bytes: Int) {
    self.bytes = Memory.list(of: UInt8.self, capacity: bytes)
  }

  /// Adds the page that comes next.
  package mutating func append(_ page: UnsafeRawBufferPointer) {
    bytes.append(contentsOf: page)
    ends.append(bytes.count)
  }

  /// About how many rows there are.
  var capacity: Int { capacity(of: 0..<ends.count) }

  /// About how many rows some pages have.
  func capacity(of pages: Range<Int>) -> Int { pages.count * PagedTable<Row>.rowsPerPage }

  /// A half of the pages, so that two threads may share the work.
  func half(_ isFirst: Bool) -> Range<Int> {
    isFirst ? 0..<ends.count / 2 : ends.count / 2..<ends.count
  }

  /// Decodes all rows; touches no database, so that it may run on any thread.
  package func decode(of table: String, _ body: (Row) -> Void) throws {
    try decode(0..<ends.count, of: table, body)
  }

  /// Decodes the rows of some pages.
  func decode(_ pages: Range<Int>, of table: String, _ body: (Row) -> Void) throws {
    var last: SyncPath?
    try bytes.withUnsafeBytes { all in
      var start = pages.lowerBound == 0 ? 0 : ends[pages.lowerBound - 1]
      for end in ends[pages] {
        let page = UnsafeRawBufferPointer(rebasing: all[start..<end])
        guard decode(page, after: &last, body) else { throw StateError.damaged(table: table) }
        start = end
      }
    }
  }

  private func decode(
    _ page: UnsafeRawBufferPointer, after last: inout SyncPath?, _ body: (Row) -> Void
  ) -> Bool {
    var reader = PageReader(page)
    var before = last
    while !reader.isAtEnd {
      guard let path = reader.nextPath(), let row = Row(path: path, from: &reader) else {
        return false
      }
      // Within a page the reader sees to the order.
      if let before, path <= before { return false }
      before = nil
      last = path
      body(row)
    }
    return true
  }
}
