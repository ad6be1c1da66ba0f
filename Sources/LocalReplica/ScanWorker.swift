import IgnoreRules
import Platform
import Replica
import SyncModel

/// One thread of a scan, with the memory that it uses again for every folder.
final class ScanWorker<Rules: ScanRules> {
  let scan: Scanner<Rules>
  let hasher = FileHasher(stopsWhenCancelled: true)
  var path: [UInt8] = []
  private var listing = DirectoryListing()
  private var names: [ScanName] = []

  /// Something in the folder went between the listing and the look at it.
  struct Vanished: Error {}

  init(_ scan: Scanner<Rules>) {
    self.scan = scan
  }

  /// Looks at one folder, and answers with the folders found in it.
  func look(at task: FolderTask<Rules>) throws -> [FolderTask<Rules>] {
    try Task.checkCancellation()
    let result = task.result
    let folder: any Directory
    let status: FileStatus
    do throws(Errno) {
      folder = try open(task)
      status = try folder.status()
      if status.device != scan.device || isMounted(folder) {
        result.block(.mountPoint)
        return []
      }
      if let found = takeOver(task, folder, status) { return found }
    } catch {
      let hasChanged = error == .notFound || error == .notDirectory || error == .linkLoop
      result.block(hasChanged ? .changedWhileReading : .unreadable(errno: error.rawValue))
      return []
    }
    for attempt in 0..<3 {
      do {
        return try look(at: folder, attempt == 0 ? status : folder.status(), task)
      } catch let error as Errno {
        result.block(
          result.unreadRules == nil
            ? .unreadable(errno: error.rawValue) : .rulesUnreadable(errno: error.rawValue))
        return []
      } catch is Vanished {
        // A name that goes may have been renamed to one that was not listed: look at all again.
        result.reset()
      }
    }
    result.block(.changedWhileReading)
    return []
  }

  /// Tells whether a folder of the same file system was mounted over the one that is meant.
  private func isMounted(_ folder: any Directory) -> Bool {
    guard let root = scan.mount, let mount = folder.mount else { return false }
    return mount != root
  }

  private func open(_ task: FolderTask<Rules>) throws(Errno) -> any Directory {
    guard let parent = task.parent else { return scan.root }
    return try EntryName.with(bytes: task.name) { (name) throws(Errno) in
      try parent.openDirectory(name)
    }
  }

  private func look(
    at folder: any Directory, _ status: FileStatus, _ task: FolderTask<Rules>
  ) throws -> [FolderTask<Rules>] {
    let result = task.result
    try folder.list(into: &listing)
    result.isEmpty = listing.entries.isEmpty && result.depth > 0
    return try listing.withNames { all in
      if result.depth > 0, holdsProject(folder, all) {
        result.block(.nestedProject)
        return []
      }
      let rules = try enter(task, folder, all)
      try select(folder, rules, all, result)
      let found = try visit(folder, rules, all, task)
      result.proof = proof(of: task, status)
      return found
    }
  }

  /// Whether a folder is the root of a project of its own: it is bound, or has a configuration.
  private func holdsProject(_ folder: any Directory, _ all: DirectoryListing.Names) -> Bool {
    for entry in listing.entries {
      let wanted: FileKind
      switch entry.length {
      case 9 where ".syncline".utf8.elementsEqual(all.name(of: entry).bytes): wanted = .directory
      case 13 where "syncline.yaml".utf8.elementsEqual(all.name(of: entry).bytes): wanted = .file
      default: continue
      }
      if entry.kind == wanted { return true }
      if entry.kind == .unknown {
        do {
          if try folder.status(of: all.name(of: entry)).kind == wanted { return true }
        } catch {
          return true
        }
      }
    }
    return false
  }

  /// The rules inside a folder, with those that its own files add.
  private func enter(
    _ task: FolderTask<Rules>, _ folder: any Directory, _ all: DirectoryListing.Names
  ) throws -> Rules {
    var files: [RuleFile] = []
    for wanted in task.rules.ruleFileNames {
      for entry in listing.entries where Int(entry.length) == wanted.utf8.count {
        let name = all.name(of: entry)
        guard wanted.utf8.elementsEqual(name.bytes) else { continue }
        do throws(Errno) {
          let contents = try folder.openFile(name).readToEnd(limit: 16 << 20)
          files.append((wanted, contents))
          task.result.hasOthers = true
        } catch {
          // As in git, a link or a folder of that name holds no rules. Rules that cannot be read
          // are another matter: nothing can be said about the folder then.
          let isNoFile = error == .linkLoop || error == .invalidArgument || error == .isDirectory
          if isNoFile { continue }
          if error == .notFound { throw Vanished() }
          task.result.unreadRules = wanted
          throw error
        }
      }
    }
    task.result.ruleFiles = files
    guard task.parent != nil else { return task.rules.entering(folder: nil, ruleFiles: files) }
    return (ScanBytes.key(of: task.name) ?? task.name).withUnsafeBufferPointer {
      task.rules.entering(folder: $0, ruleFiles: files)
    }
  }

  /// Chooses the names that take part, and sorts them by key.
  private func select(
    _ folder: any Directory, _ rules: Rules, _ all: DirectoryListing.Names, _ result: FolderScan
  ) throws {
    names.removeAll(keepingCapacity: true)
    for entry in listing.entries {
      let name = all.name(of: entry)
      let bytes = name.bytes
      let isOwn = result.depth == 0 && ReservedNames.isReservedAtRoot(bytes)
      if isOwn, !scan.options.collectsIgnored { continue }
      var entry = entry
      if entry.kind == .unknown { entry.kind = try status(of: name, folder).kind }
      let isDirectory = entry.kind == .directory
      // By its key, as everything but the disk knows it: a name that is spelled otherwise here must
      // not be left out on one side alone.
      let key = ScanBytes.key(of: bytes)
      switch isOwn ? .ignored : ScanWorker.verdict(rules, bytes, key, isDirectory) {
      case .included: break
      case .ignored:
        result.hasOthers = true
        if !isOwn {
          result.isOccupied = true
          if isDirectory {
            result.leftOut.append(Array(bytes))
          } else if !scan.tellsCasesApart {
            result.leftOutFiles.append(Array(bytes))
          }
        }
        if scan.options.collectsIgnored {
          result.ignored.append(
            IgnoredEntry(
              bytes: result.bytes(of: bytes), isDirectory: isDirectory,
              reason: ScanWorker.reason(rules, bytes, key, isDirectory)))
        }
        continue
      }
      if let problem = problem(of: bytes, result) {
        result.hasOthers = true
        result.isOccupied = true
        result.unnameable.append(
          UnnameableEntry(bytes: result.bytes(of: bytes), reason: .name(problem)))
        continue
      }
      if key != nil { result.hasOthers = true }
      names.append(ScanName(entry: entry, key: key, isDirectory: isDirectory))
    }
    names.sort { all.isOrdered($0, $1) }
  }

  private static func verdict(
    _ rules: Rules, _ name: UnsafeBufferPointer<UInt8>, _ key: [UInt8]?, _ isDirectory: Bool
  ) -> ScanVerdict {
    guard let key else { return rules.verdict(of: name, isDirectory: isDirectory) }
    return key.withUnsafeBufferPointer { rules.verdict(of: $0, isDirectory: isDirectory) }
  }

  private static func reason(
    _ rules: Rules, _ name: UnsafeBufferPointer<UInt8>, _ key: [UInt8]?, _ isDirectory: Bool
  ) -> SkipReason? {
    guard let key else { return rules.reason(of: name, isDirectory: isDirectory) }
    return key.withUnsafeBufferPointer { rules.reason(of: $0, isDirectory: isDirectory) }
  }

  private func problem(
    of name: UnsafeBufferPointer<UInt8>, _ result: FolderScan
  ) -> PathProblem? {
    if let problem = PathName.problem(in: name) { return problem }
    if result.depth >= SyncPath.maximumDepth { return .tooDeep }
    let length = result.key.utf8.count + 1 + name.count
    return length > SyncPath.maximumBytes ? .pathTooLong : nil
  }

  func status(of name: EntryName, _ folder: any Directory) throws -> FileStatus {
    do throws(Errno) { return try folder.status(of: name) } catch {
      if error == .notFound { throw Vanished() }
      throw error
    }
  }

  private func visit(
    _ folder: any Directory, _ rules: Rules, _ all: DirectoryListing.Names,
    _ task: FolderTask<Rules>
  ) throws -> [FolderTask<Rules>] {
    let result = task.result
    var found: [FolderTask<Rules>] = []
    path.removeAll(keepingCapacity: true)
    path.append(contentsOf: result.key.utf8)
    if result.depth > 0 { path.append(UInt8(ascii: "/")) }
    let base = path.count
    var cursor = CacheCursor(scan.cache, below: result.key, notBefore: task.firstRow)
    result.reserve(names.count)
    var index = 0
    while index < names.count {
      let name = names[index]
      path.removeSubrange(base...)
      all.withKey(of: name) { path.append(contentsOf: $0) }
      var next = index + 1
      while next < names.count, !all.isOrdered(name, names[next]) { next += 1 }
      defer { index = next }
      if next > index + 1 {
        // Two names on disk with one key: which of them a path means cannot be told.
        let path = SyncPath(trusted: String(decoding: path, as: UTF8.self))
        result.append(TreeEntry(path: path, state: .blocked(.nameCollision(with: path))))
        continue
      }
      let bytes = all.name(of: name.entry).bytes
      if name.isDirectory {
        let key = String(decoding: path, as: UTF8.self)
        let isSpelled = result.spelling != nil || name.key != nil
        let child = FolderScan(
          key: key,
          spelling: isSpelled
            ? String(decoding: result.bytes(of: bytes), as: UTF8.self) : nil,
          depth: result.depth + 1)
        result.children.append((result.items.count, child))
        found.append(
          FolderTask(
            parent: folder, name: Array(bytes), rules: rules, result: child,
            firstRow: cursor.position))
      } else {
        try visit(name, folder, all, result, &cursor)
      }
    }
    scan.meter?.add(files: result.items.count)
    return found
  }
}
