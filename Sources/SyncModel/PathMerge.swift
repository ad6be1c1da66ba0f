/// Sorted rows with sorted changes laid over them, made as they are asked for.
///
/// At the end of a first run, lists of what it made would be the largest part of the peak memory.
package struct PathMerge<Rows, Changes>: Sequence
where
  Rows: RandomAccessCollection, Rows.Element: PathRow, Rows.Index == Int, Changes: Sequence,
  Changes.Element == (path: SyncPath, row: Rows.Element?)
{
  let rows: Rows
  let changes: Changes

  package func makeIterator() -> Iterator {
    Iterator(rows: rows, changes: changes.makeIterator())
  }

  /// Walks both lists once.
  package struct Iterator: IteratorProtocol {
    private let rows: Rows
    private var changes: Changes.Iterator
    private var index: Int
    private var change: Changes.Element?

    fileprivate init(rows: Rows, changes: Changes.Iterator) {
      self.rows = rows
      self.changes = changes
      index = rows.startIndex
      change = self.changes.next()
    }

    package mutating func next() -> Rows.Element? {
      while let change {
        if index < rows.endIndex, rows[index].path < change.path { break }
        if index < rows.endIndex, rows[index].path == change.path { index += 1 }
        self.change = changes.next()
        if let row = change.row { return row }
      }
      guard index < rows.endIndex else { return nil }
      defer { index += 1 }
      return rows[index]
    }
  }
}

extension RandomAccessCollection where Element: PathRow, Index == Int {
  /// Replaces, adds and removes (`nil`) rows in one linear walk over sorted changes.
  package func merged<Changes>(sorted changes: Changes) -> PathMerge<Self, Changes> {
    PathMerge(rows: self, changes: changes)
  }
}
