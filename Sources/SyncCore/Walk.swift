import SyncModel

/// One path as the three sorted arrays hold it; -1 where an array does not.
struct Row: Sendable {
  private var places: (base: Int32, local: Int32, remote: Int32)

  init(base: Int, local: Int, remote: Int) {
    places = (Int32(base), Int32(local), Int32(remote))
  }

  var base: Int {
    get { Int(places.base) }
    set { places.base = Int32(newValue) }
  }

  var local: Int {
    get { Int(places.local) }
    set { places.local = Int32(newValue) }
  }

  var remote: Int {
    get { Int(places.remote) }
    set { places.remote = Int32(newValue) }
  }
}

/// The linear walk over base, local and remote together.
///
/// It sets apart the rows on which nothing has to be decided. Whatever stands below a path that is
/// itself in one of the arrays is kept as a cluster, together with that path, because there a file
/// meets a folder.
struct Walk {
  /// The rows to decide, sorted.
  private(set) var rows: [Row] = []
  /// Ranges of `rows` in which every row lies below the first.
  private(set) var clusters: [Range<Int>] = []
  /// How many rows in scope are in sync and not in `rows`.
  private(set) var quietCount = 0

  init(_ input: ReconcileInput) {
    let scope = input.scope
    let bit = input.localCarries.executable && input.remoteCarries.executable
    input.base.tree.entries.withUnsafeBufferPointer { base in
      input.local.entries.withUnsafeBufferPointer { local in
        input.remote.entries.withUnsafeBufferPointer { remote in
          run(base, local, remote, scope: scope, comparesBit: bit)
        }
      }
    }
  }

  private mutating func run(
    _ base: UnsafeBufferPointer<TreeEntry>, _ local: UnsafeBufferPointer<TreeEntry>,
    _ remote: UnsafeBufferPointer<TreeEntry>, scope: Scope, comparesBit: Bool
  ) {
    var next = Row(base: 0, local: 0, remote: 0)
    // The row below which a cluster may form: its path stays a prefix while the walk is below it.
    var root = Row(base: -1, local: -1, remote: -1)
    var rootIndex = -1
    var rootWasCounted = false
    var clusterStart = -1

    func path(_ row: Row) -> SyncPath {
      if row.base >= 0 { return base[row.base].path }
      return row.local >= 0 ? local[row.local].path : remote[row.remote].path
    }

    while next.base < base.count || next.local < local.count || next.remote < remote.count {
      let row = Walk.take(&next, base, local, remote)
      let hasRoot = root.base >= 0 || root.local >= 0 || root.remote >= 0
      let isBelowRoot = hasRoot && path(row).isBelow(path(root))
      if isBelowRoot {
        if clusterStart < 0 {
          if rootIndex < 0 {
            rootIndex = rows.count
            rows.append(root)
            if rootWasCounted { quietCount -= 1 }
          }
          clusterStart = rootIndex
        }
        rows.append(row)
        continue
      }
      if clusterStart >= 0 { clusters.append(clusterStart..<rows.count) }
      clusterStart = -1
      root = row
      if Walk.isQuiet(row, base, local, remote, comparesBit: comparesBit) {
        rootIndex = -1
        rootWasCounted = scope.isEverything || scope.contains(base[row.base].path)
        if rootWasCounted { quietCount += 1 }
      } else {
        rootIndex = rows.count
        rows.append(row)
      }
    }
    if clusterStart >= 0 { clusters.append(clusterStart..<rows.count) }
  }

  /// Takes the lowest path off the three arrays.
  private static func take(
    _ next: inout Row, _ base: UnsafeBufferPointer<TreeEntry>,
    _ local: UnsafeBufferPointer<TreeEntry>, _ remote: UnsafeBufferPointer<TreeEntry>
  ) -> Row {
    if next.base < base.count, next.local < local.count, next.remote < remote.count,
      base[next.base].path == local[next.local].path,
      isOne(base, remote, next) || base[next.base].path == remote[next.remote].path
    {
      let row = next
      next = Row(base: row.base + 1, local: row.local + 1, remote: row.remote + 1)
      return row
    }
    var lowest: SyncPath?
    func consider(_ path: SyncPath) {
      if let known = lowest, known <= path { return }
      lowest = path
    }
    if next.base < base.count { consider(base[next.base].path) }
    if next.local < local.count { consider(local[next.local].path) }
    if next.remote < remote.count { consider(remote[next.remote].path) }
    var row = Row(base: -1, local: -1, remote: -1)
    guard let lowest else { return row }
    if next.base < base.count, base[next.base].path == lowest {
      row.base = next.base
      next.base += 1
    }
    if next.local < local.count, local[next.local].path == lowest {
      row.local = next.local
      next.local += 1
    }
    if next.remote < remote.count, remote[next.remote].path == lowest {
      row.remote = next.remote
      next.remote += 1
    }
    return row
  }

  /// Tells whether base and remote are one list, as they are where nothing was changed remotely.
  private static func isOne(
    _ base: UnsafeBufferPointer<TreeEntry>, _ remote: UnsafeBufferPointer<TreeEntry>, _ row: Row
  ) -> Bool {
    base.baseAddress == remote.baseAddress && row.base == row.remote
  }

  /// Tells whether all three hold the same node, so that not even the base has to learn.
  private static func isQuiet(
    _ row: Row, _ base: UnsafeBufferPointer<TreeEntry>, _ local: UnsafeBufferPointer<TreeEntry>,
    _ remote: UnsafeBufferPointer<TreeEntry>, comparesBit: Bool
  ) -> Bool {
    guard row.base >= 0, row.local >= 0, row.remote >= 0 else { return false }
    switch (base[row.base].state, local[row.local].state, remote[row.remote].state) {
    case (.node(.file(let base)), .node(.file(let local)), .node(.file(let remote))):
      guard base.digest == local.digest, base.digest == remote.digest, base.size == local.size
      else { return false }
      guard comparesBit, let bit = local.isExecutable, let other = remote.isExecutable else {
        return true
      }
      return bit == other && base.isExecutable == bit
    case (.node(.link(let base)), .node(.link(let local)), .node(.link(let remote))):
      return base.utf8.elementsEqual(local.utf8) && base.utf8.elementsEqual(remote.utf8)
    default:
      return false
    }
  }
}
