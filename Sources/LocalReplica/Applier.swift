import Platform
import Replica
import SyncCore
import SyncModel

/// Writes the changes of one batch, one path after another, on held folders.
///
/// Every step is one rename. What it takes out of its place is looked at afterwards, and put back
/// if it is not what was expected. Confined to one thread at a time.
final class Applier {
  let staging: StagingArea
  let trash: TrashArea
  let reader = NodeReader()
  var folders: FolderStack
  private let cache: StatCache
  private let stamp: Stamp
  private var emptied: Set<SyncPath> = []

  /// What was kept so far.
  var kept: [KeptFile] = []
  /// Why something was taken out of its place and neither kept as told nor put back: the run must
  /// stay open, so that the next one settles it.
  private(set) var trouble: Errno?
  private let tellsCasesApart: Bool
  /// What could not be removed, by the form in which a disk stores it that does not tell cases apart:
  /// nothing else comes under that name, and a file that stands there is not taken for it.
  private var staying: [String: SyncPath] = [:]
  /// Why what stands at the place of a change could not be read.
  private var unread: Errno?
  /// What the next scan may know of the paths that were written.
  private(set) var rows: [StatCacheChange] = []

  init(
    root: any Directory, staging: StagingArea, trash: TrashArea, cache: StatCache, stamp: Stamp,
    tellsCasesApart: Bool
  ) {
    self.staging = staging
    self.trash = trash
    self.cache = cache
    self.stamp = stamp
    self.tellsCasesApart = tellsCasesApart
    folders = FolderStack(root: root, tellsCasesApart: tellsCasesApart)
  }

  /// Does one change.
  func apply(_ change: PathChange) -> ChangeResult {
    if ReservedNames.isReserved(change.path) { return .failed(.refused(code: "reserved_name")) }
    if case .link(let target) = change.node.after,
      TreeRules.escapes(target: target, at: change.path)
    {
      return .failed(.escapingLink)
    }
    // Folded only where something stays, which is hardly ever: a clone has 100,000 changes.
    if !staying.isEmpty, change.node.after != nil, let other = staying[change.path.folded],
      other != change.path
    {
      return .failed(.dependsOn(other))
    }
    let result = attempt(change)
    if !tellsCasesApart, change.node.after == nil, result != .done {
      staying[change.path.folded] = change.path
    }
    return result
  }

  private func attempt(_ change: PathChange) -> ChangeResult {
    unread = nil
    do throws(Errno) {
      let result = try perform(change)
      if case .moved = result {
        // Whatever the cache says of it was not so: an edit through a memory map may show in no time.
        rows.append(StatCacheChange(path: change.path, row: nil))
      }
      return result
    } catch {
      // Whatever was held, or what the cache says, may be what went wrong.
      folders.forget()
      rows.append(StatCacheChange(path: change.path, row: nil))
      return .failed(
        unread == error
          ? .unreadable(errno: error.rawValue) : .unwritable(errno: error.rawValue))
    }
  }

  private func perform(_ change: PathChange) throws(Errno) -> ChangeResult {
    let place: FolderStack.Place
    do throws(Errno) {
      place = try folders.place(
        of: Applier.spelling(of: change),
        creating: change.node.before == nil && change.node.after != nil)
    } catch {
      guard error == .notFound || error == .notDirectory else { throw error }
      // Below a link or a file nothing of ours can stand.
      return change.node.after == nil ? .done : .moved(found: nil)
    }
    if change.node.before == nil, let after = change.node.after {
      return try create(after, change.path, place)
    }
    let status = try place.folder.statusIfPresent(of: place.name)
    let result =
      switch (change.node.before, change.node.after) {
      case (nil, nil): status == nil ? ChangeResult.done : .moved(found: try state(place))
      case (nil, let after?): try create(after, change.path, place)
      case (let before?, nil): try delete(before, change.path, place, status)
      case (let before?, let after?): try replace(before, after, change.path, place, status)
      }
    return result
  }

  /// Removes the folders that deletes have emptied, and theirs above, and no others.
  func removeEmptiedFolders() throws(Errno) {
    folders.forget()
    var waiting = emptied.sorted { $0 < $1 }
    var done: Set<SyncPath> = []
    // The last in order is the deepest of its branch.
    while let folder = waiting.popLast() {
      guard done.insert(folder).inserted else { continue }
      do throws(Errno) {
        let place = try folders.place(of: folder.key)
        try place.folder.removeDirectory(place.name)
        folders.forget()
      } catch {
        let stays =
          error == .notEmpty || error == .notFound || error == .notDirectory
          || error == .linkLoop || error == .accessDenied || error == .notPermitted
        if !stays { throw error }
        continue
      }
      if let above = folder.parent { waiting.append(above) }
    }
    emptied.removeAll()
  }

  func noteDeletion(of path: SyncPath) {
    rows.append(StatCacheChange(path: path, row: nil))
    if let parent = path.parent { emptied.insert(parent) }
  }

  /// Remembers a file that was put in place, so that the next scan need not read it.
  ///
  /// It never fails: what cannot be looked at now is read by the next scan.
  func note(_ node: Node, _ path: SyncPath, at place: FolderStack.Place, inode: UInt64) {
    guard case .file(let file) = node, let status = status(of: place), status.kind == .file,
      status.size == file.size, status.inode == inode
    else {
      rows.append(StatCacheChange(path: path, row: nil))
      return
    }
    // It is the very file that was verified before the stamp, and not one that was put in its
    // place since; an edit of it would show a time after the stamp.
    let row = StatCacheRow(
      path: path, size: status.size, modified: status.modified, changed: status.changed,
      inode: status.inode, digest: file.digest, isExecutable: status.isExecutable,
      isSettled: stamp.settlesContent(status))
    rows.append(StatCacheChange(path: path, row: row))
  }

  private func status(of place: FolderStack.Place) -> FileStatus? {
    do throws(Errno) { return try place.folder.statusIfPresent(of: place.name) } catch {
      return nil
    }
  }

  /// Tells whether what a rename took out of its place is what was expected there.
  ///
  /// By its content, not by its times: it is the last look before the edit of somebody would be
  /// replaced, and an edit can put times back, or, through a memory map, leave them alone. What
  /// cannot be read is not what was expected: it goes back.
  func isExpected(_ before: Node, _ path: SyncPath, _ slot: TrashArea.Slot, _ out: FileStatus)
    -> Bool
  {
    guard out.kind != .directory else { return false }
    do throws(Errno) {
      return try reader.holds(before, at: slot.place, out, row: nil)
    } catch {
      return false
    }
  }

  /// Tells whether a name holds a node.
  func holds(
    _ node: Node, at place: FolderStack.Place, _ status: FileStatus, row: StatCacheRow?,
    ignoringMode: Bool = false
  ) throws(Errno) -> Bool {
    do throws(Errno) {
      return try reader.holds(node, at: place, status, row: row, ignoringMode: ignoringMode)
    } catch {
      unread = error
      throw error
    }
  }

  /// What the last scan knew of a path; it proves nothing of a file that was put there since.
  func row(of path: SyncPath) -> StatCacheRow? { cache[path] }

  /// Tells what stands at a place, for whoever expected something else there.
  func state(_ place: FolderStack.Place) throws(Errno) -> TreeEntry.State? {
    do throws(Errno) { return try reader.state(of: place) } catch {
      unread = error
      throw error
    }
  }

  /// Deals with what was taken out of its place; where something is left in the trash that nothing
  /// tells of, the run stays open.
  func settling(
    _ slot: TrashArea.Slot, _ body: () throws(Errno) -> ChangeResult
  ) throws(Errno) -> ChangeResult {
    let told = kept.count
    do throws(Errno) {
      let result = try body()
      if kept.count == told, holds(slot) { trouble = trouble ?? .exists }
      return result
    } catch {
      if kept.count == told, holds(slot) { trouble = trouble ?? error }
      throw error
    }
  }

  private func holds(_ slot: TrashArea.Slot) -> Bool {
    do throws(Errno) {
      return try slot.place.folder.statusIfPresent(of: slot.place.name) != nil
    } catch {
      return true
    }
  }

  /// Returns what a rename took out to its place, which nothing else took.
  func giveBack(_ slot: TrashArea.Slot, to place: FolderStack.Place) throws(Errno) {
    do throws(Errno) {
      try slot.place.folder.move(slot.place.name, to: place.folder, as: place.name)
    } catch {
      trouble = trouble ?? error
      throw error
    }
  }

  /// Remembers something in the trash.
  func keep(_ node: Node, _ path: SyncPath, _ slot: TrashArea.Slot, _ status: FileStatus) {
    let row = row(of: path)
    let isSettled = row?.provesRenamed(status) ?? false
    kept.append(
      KeptFile(
        content: KeptContent(path: path, location: slot.location, node: node), status: status,
        isSettled: isSettled))
  }

  /// Puts what came out of a place back, if nothing stands there; else it stays in the trash, told.
  func putBack(
    _ path: SyncPath, _ slot: TrashArea.Slot, to place: FolderStack.Place
  ) throws(Errno) {
    let kept = slot.place
    do throws(Errno) { try kept.folder.move(kept.name, to: place.folder, as: place.name) } catch {
      try keepUnexpected(path, slot)
      guard error == .exists else { throw error }
    }
  }

  /// Keeps what came out of a place, whatever it is, when it cannot go back.
  func keepUnexpected(_ path: SyncPath, _ slot: TrashArea.Slot) throws(Errno) {
    guard let status = try slot.place.folder.statusIfPresent(of: slot.place.name),
      case .node(let node) = try reader.state(ofKept: slot.place)
    else { return }
    keep(node, path, slot, status)
    kept[kept.count - 1].isEdit = true
  }

  /// How a change spells its path: as asked, if that is a spelling of the path at all.
  private static func spelling(of change: PathChange) -> String {
    guard let spelling = change.spelling else { return change.path.key }
    do {
      return try SyncPath(validating: spelling) == change.path ? spelling : change.path.key
    } catch {
      return change.path.key
    }
  }
}
