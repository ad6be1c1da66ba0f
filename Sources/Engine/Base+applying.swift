import ProjectState
import SyncModel

extension Base {
  /// Replaces, adds and removes rows in one linear merge of sorted changes.
  func applying(_ changes: [BaseChange]) -> Base {
    guard !changes.isEmpty else { return self }
    var result: [BaseRow] = []
    result.reserveCapacity(rows.count + changes.count)
    var index = 0
    for change in changes {
      while index < rows.count, rows[index].path < change.path {
        result.append(rows[index])
        index += 1
      }
      if index < rows.count, rows[index].path == change.path { index += 1 }
      if let node = change.node {
        result.append(BaseRow(path: change.path, node: node, version: change.version))
      }
    }
    result.append(contentsOf: rows[index...])
    return Base(sorted: result)
  }
}
