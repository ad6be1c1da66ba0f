import Platform
import Replica
import SyncModel

extension ScanWorker {
  /// Takes over what the cache knows of a folder whose names, and each of whose files, are proven
  /// to be as they were; answers with the folders in it, or nothing where all has to be looked at.
  ///
  /// A third of the time of a scan of 100,000 files goes into listing, choosing and sorting names.
  func takeOver(
    _ task: FolderTask<Rules>, _ folder: any Directory, _ status: FileStatus
  ) -> [FolderTask<Rules>]? {
    let result = task.result
    guard scan.trustsFolderTimes, result.depth > 0, result.spelling == nil,
      let proof = scan.known.folderProof(of: result.key), proof.inode == status.inode,
      proof.modified == status.modified, proof.changed == status.changed,
      proof.rules == task.rules.mark
    else { return nil }
    path.removeAll(keepingCapacity: true)
    path.append(contentsOf: result.key.utf8)
    path.append(UInt8(ascii: "/"))
    let base = path.count
    var found: [FolderTask<Rules>] = []
    var folders = proof.folders[...]
    let inner = proof.folders.isEmpty ? task.rules : rules(inside: task)
    var cursor = CacheCursor(scan.cache, below: result.key, notBefore: task.firstRow)
    func enterFirst(_ firstRow: Int) {
      let name = folders.removeFirst()
      let child = FolderScan(
        key: result.key + "/" + name, spelling: nil, depth: result.depth + 1)
      result.children.append((result.items.count, child))
      found.append(
        FolderTask(
          parent: folder, name: Array(name.utf8), rules: inner, result: child, firstRow: firstRow))
    }
    result.reserve(proof.files)
    var isAsProven = true
    while isAsProven, let next = cursor.nextName(appendingTo: &path) {
      while let name = folders.first, ScanBytes.precedes(name, path[base...]) {
        enterFirst(cursor.position)
      }
      switch next {
      case .file(let index):
        isAsProven = isUnchanged(folder, nameFrom: base, at: index)
        if isAsProven { result.append(cached: index) }
      case .folder(let firstRow):
        isAsProven = folders.first?.utf8.elementsEqual(path[base...]) ?? false
        if isAsProven { enterFirst(firstRow) }
      }
      path.removeSubrange(base...)
    }
    while !folders.isEmpty { enterFirst(cursor.position) }
    guard isAsProven, result.items.count == proof.files else {
      result.reset()
      return nil
    }
    result.isEmpty = proof.files == 0 && proof.folders.isEmpty
    result.proof = proof
    scan.meter?.add(files: result.items.count)
    return found
  }

  /// Whether the file whose name ends `path` still has the content that a row tells.
  private func isUnchanged(_ folder: any Directory, nameFrom base: Int, at index: Int) -> Bool {
    path.append(0)
    defer { path.removeLast() }
    return path.withUnsafeBufferPointer { bytes in
      guard let start = bytes.baseAddress else { return false }
      let name = EntryName(
        unchecked: UnsafeRawPointer(start + base).assumingMemoryBound(to: CChar.self),
        count: bytes.count - base - 1)
      // What cannot be told here is told by the look at the whole folder.
      guard let status = try? folder.status(of: name), status.kind == .file else { return false }
      return status.size <= scan.options.largestFile
        && scan.cache.proves(status, spelledAs: nil, at: index)
    }
  }

  /// The rules as they hold in a folder that has no rule files of its own.
  private func rules(inside task: FolderTask<Rules>) -> Rules {
    task.name.withUnsafeBufferPointer { task.rules.entering(folder: $0, ruleFiles: []) }
  }

  /// What proves, next time, that the names of a folder that was looked at are still these.
  func proof(of task: FolderTask<Rules>, _ status: FileStatus) -> FolderProof? {
    let result = task.result
    guard scan.trustsFolderTimes, result.depth > 0, result.spelling == nil,
      result.holdsOnlyFilesAndFolders, scan.stamp?.settles(status) ?? false
    else { return nil }
    return FolderProof(
      path: SyncPath(trusted: result.key), modified: status.modified, changed: status.changed,
      inode: status.inode, rules: task.rules.mark, files: result.items.count,
      folders: result.children.map {
        String(decoding: $0.folder.key.utf8.dropFirst(result.key.utf8.count + 1), as: UTF8.self)
      })
  }
}
