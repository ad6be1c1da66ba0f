import Crypto
import Platform
import Replica
import SyncModel

/// Puts the findings of all folders in the order of their paths.
struct ScanFlattening {
  private let old: StatCache.Rows
  private let keepsRows: Bool
  private let keepsEntries: Bool
  private var entries: [TreeEntry] = []
  private var rows: [StatCacheRow] = []
  private var leftOut: [SyncPath] = []
  private var proofs: [FolderProof] = []
  private var result = ScanResult(
    snapshot: Snapshot(tree: Tree()), cache: StatCache(), cacheHasChanged: false, ignored: [],
    filesRead: 0, ruleFilesDigest: SHA256.hash([UInt8]()), ruleFiles: ScannedRuleFiles())
  private let rulesHasher = SHA256()

  /// Flattens findings; a cache that still describes all is handed on as it is.
  ///
  /// The findings are taken apart on the way, so that they are not in memory twice.
  static func flatten(
    _ root: FolderScan, cache: StatCache, tellsCasesApart: Bool
  ) -> ScanResult {
    var count = Count()
    count.add(root)
    let rowsChanged = count.rows > 0 || count.cached != cache.rows.count
    // Where nothing changed and there is nothing but files, the cache is the tree.
    let isCache = !rowsChanged && count.entries == 0
    var flattening = ScanFlattening(
      old: cache.rows, keepsRows: rowsChanged, keepsEntries: !isCache)
    if !isCache {
      flattening.entries = Memory.list(
        of: TreeEntry.self, capacity: count.cached + count.rows + count.entries)
    }
    if rowsChanged { flattening.rows.reserveCapacity(count.cached + count.rows) }
    flattening.result.ruleFiles = ScannedRuleFiles(tellsCasesApart: tellsCasesApart)
    flattening.add(root)
    var result = flattening.result
    result.snapshot.tree = isCache ? cache.tree : Tree(sorted: flattening.entries)
    let proofsChanged = flattening.proofs != cache.folders
    result.cache =
      rowsChanged
      ? StatCache(sorted: flattening.rows, folders: flattening.proofs)
      : proofsChanged ? cache.with(folders: flattening.proofs) : cache
    result.cacheHasChanged = rowsChanged || proofsChanged
    result.ruleFilesDigest = flattening.rulesHasher.finish()
    if !flattening.leftOut.isEmpty {
      result.snapshot.occupied = (result.snapshot.occupied + flattening.leftOut).sorted()
    }
    result.snapshot.leftOutFiles.sort()
    return result
  }

  /// How much was found, so that the lists need not grow.
  private struct Count {
    var cached = 0
    var rows = 0
    var entries = 0

    mutating func add(_ folder: FolderScan) {
      rows += folder.rows.count
      entries += folder.entries.count + (folder.blocked == nil ? 0 : 1)
      cached += folder.items.count - folder.rows.count - folder.entries.count
      for child in folder.children { add(child.folder) }
    }
  }

  private init(old: StatCache.Rows, keepsRows: Bool, keepsEntries: Bool) {
    self.old = old
    self.keepsRows = keepsRows
    self.keepsEntries = keepsEntries
  }

  private mutating func add(_ folder: FolderScan) {
    let path = SyncPath(trusted: folder.key)
    if let reason = folder.blocked {
      // The root has no path to be blocked at: then nothing at all may be believed absent.
      guard folder.depth > 0 else {
        result.snapshot.isComplete = false
        return
      }
      entries.append(TreeEntry(path: path, state: .blocked(reason), spelling: folder.spelling))
      result.unseen.append(UnseenFolder(path: path, reason: reason))
      return
    }
    if let proof = folder.proof { proofs.append(proof) }
    if folder.depth > 0 {
      if folder.isEmpty { result.snapshot.emptyFolders.append(path) }
      let holdsBlocked = folder.children.contains { $0.folder.blocked != nil }
      if folder.isOccupied || holdsBlocked { result.snapshot.occupied.append(path) }
    }
    leftOut += ScanFlattening.paths(of: folder.leftOut, in: folder)
    result.snapshot.leftOutFiles += ScanFlattening.paths(of: folder.leftOutFiles, in: folder)
    result.snapshot.unnameable += folder.unnameable
    result.ignored += folder.ignored
    result.filesRead += folder.filesRead
    for file in folder.ruleFiles {
      rulesHasher.update(Array(folder.key.utf8) + [0])
      SHA256.hash(file.contents).withBytes { rulesHasher.update($0) }
    }
    result.ruleFiles.add(folder.ruleFiles, in: folder.key)
    var position = 0
    for child in folder.children {
      add(folder.items[position..<child.position], of: folder)
      position = child.position
      add(child.folder)
    }
    add(folder.items[position...], of: folder)
    folder.reset()
  }

  /// The paths of names in a folder; a name that cannot be a path is in nobody's way.
  private static func paths(of names: [[UInt8]], in folder: FolderScan) -> [SyncPath] {
    names.compactMap { name in
      let text = String(validating: folder.bytes(of: name), as: UTF8.self)
      return text.flatMap { try? SyncPath(validating: $0) }
    }
  }

  private mutating func add(_ items: ArraySlice<FolderScan.Item>, of folder: FolderScan) {
    guard keepsEntries else { return }
    for item in items { add(item, of: folder) }
  }

  private mutating func add(_ item: FolderScan.Item, of folder: FolderScan) {
    let row: StatCacheRow
    switch item.source {
    case .entry:
      entries.append(folder.entries[item.index])
      return
    case .row: row = folder.rows[item.index]
    case .cached: row = old[item.index]
    }
    entries.append(
      TreeEntry(
        path: row.path, state: .node(row.node),
        modified: Timestamp(nanoseconds: row.modified), spelling: row.spelling))
    if keepsRows { rows.append(row) }
  }
}
