import Platform
import SyncModel

/// Pages as they were read from the database, one behind the other.
struct StoredPages<Row: PagedRow>: Sendable {
  private var bytes: [UInt8]
  private var ends: [Int] = []

  /// Begins with room for so many bytes.
  init(bytes: Int) {
    self.bytes = Memory.list(of: UInt8.self, capacity: bytes)
  }

  /// Adds the page that comes next.
  mutating func append(_ page: UnsafeRawBufferPointer) {
    bytes.append(contentsOf: page)
    ends.append(bytes.count)
  }

  /// About how many rows there are.
  var capacity: Int { ends.count * PagedTable<Row>.rowsPerPage }

  /// Decodes all rows; touches no database, so that it may run on any thread.
  func decode(of table: String, _ body: (Row) -> Void) throws {
    var last: SyncPath?
    try bytes.withUnsafeBytes { all in
      var start = 0
      for end in ends {
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

/// A list as it was read from the database, still to be decoded, which any thread may do.
package struct Stored<Value: Sendable>: Sendable {
  private let decode: @Sendable () throws -> Value

  init(decode: @escaping @Sendable () throws -> Value) {
    self.decode = decode
  }

  /// Decodes the list; fails with ``StateError/damaged(table:)``.
  package func decoded() throws -> Value { try decode() }
}
