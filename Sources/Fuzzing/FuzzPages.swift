import LocalReplica
import ProjectState
import SyncModel

/// A page of the state file: damaged, or rows in order that are written and read again.
func fuzzPages(_ bytes: [UInt8]) throws {
  var input = FuzzInput(bytes)
  let kind = input.byte() % 3
  let page = input.remainder()
  switch kind {
  case 0: try check(page, of: BaseRow.self)
  case 1: try check(page, of: StatCacheRow.self)
  default: try check(page, of: FolderProof.self)
  }
  if let node = page.withUnsafeBytes({ NodeCoding.decode($0) }) {
    let again = NodeCoding.encode(node).withUnsafeBytes { NodeCoding.decode($0) }
    try promise(again == node, "a node that is another when read again")
  }
}

private func check<Row: PagedRow>(_ page: [UInt8], of type: Row.Type) throws {
  guard let rows = read(page, of: type) else { return }
  for (left, right) in zip(rows, rows.dropFirst()) {
    try promise(left.path < right.path, "rows that are not sorted")
  }
  var writer = PageWriter()
  for row in rows {
    writer.append(row.path)
    row.write(to: &writer)
  }
  try promise(read(writer.bytes, of: type) == rows, "rows that are others when read again")
}

private func read<Row: PagedRow>(_ page: [UInt8], of type: Row.Type) -> [Row]? {
  var pages = StoredPages<Row>(bytes: page.count)
  page.withUnsafeBytes { pages.append($0) }
  var rows: [Row] = []
  guard (try? pages.decode(of: "fuzzed") { rows.append($0) }) != nil else { return nil }
  return rows
}
