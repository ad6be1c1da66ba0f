/// A row that belongs to one path.
package protocol PathRow {
  /// The path.
  var path: SyncPath { get }
}

/// Lists that are sorted by path, each path once.
extension RandomAccessCollection where Element: PathRow, Index == Int {
  /// The index of the first row that is not before a path, found in logarithmic time.
  package func firstIndex(atOrAfter path: SyncPath) -> Int {
    var low = startIndex
    var high = endIndex
    while low < high {
      let middle = low + (high - low) / 2
      if self[middle].path < path { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// The row of a path, found in logarithmic time.
  package func row(at path: SyncPath) -> Element? {
    let index = firstIndex(atOrAfter: path)
    guard index < endIndex, self[index].path == path else { return nil }
    return self[index]
  }

  /// Whether the rows are in the order of their paths, each path once.
  package var isPathSorted: Bool {
    zip(self, dropFirst()).allSatisfy { $0.path < $1.path }
  }

  /// Replaces, adds and removes (`nil`) rows in one linear merge of sorted changes.
  package func merging(
    sorted changes: some Collection<(path: SyncPath, row: Element?)>
  ) -> [Element] {
    var result: [Element] = []
    result.reserveCapacity(count + changes.count)
    result.append(contentsOf: merged(sorted: changes))
    return result
  }
}
