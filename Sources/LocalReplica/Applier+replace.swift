import Platform
import Replica
import SyncModel

extension Applier {
  /// Puts a node where another is expected, and keeps the other.
  func replace(
    _ before: Node, _ after: Node, _ path: SyncPath, _ place: FolderStack.Place,
    _ status: FileStatus?
  ) throws(Errno) -> ChangeResult {
    guard let status, status.kind != .directory else { return .moved(found: nil) }
    guard try holds(before, at: place, status, row: row(of: path)) else {
      return try settle(after, path, place, status)
    }
    if case .file(let old) = before, case .file(let new) = after, old.digest == new.digest {
      return try setMode(new, path, place, status)
    }
    guard let staged = try stage(after, replacing: status) else {
      return .failed(.refused(code: "content_missing"))
    }
    let slot: TrashArea.Slot
    do throws(Errno) {
      slot = try exchange(staged, with: place, path)
    } catch {
      guard error == .notFound else { throw error }
      return .moved(found: nil)
    }
    return try settling(slot) { () throws(Errno) in
      try verify(before, after, path, place, slot, inode: staged.inode)
    }
  }

  /// Exchanges something staged with what stands at a place, by way of a free slot in the trash.
  ///
  /// What comes out is in the trash from the first instant, so that no crash can lose it.
  private func exchange(
    _ staged: Staged, with place: FolderStack.Place, _ path: SyncPath
  ) throws(Errno) -> TrashArea.Slot {
    let slot = try trash.keep(path) { (slot) throws(Errno) in
      try staged.folder.move(staged.name, to: slot.place.folder, as: slot.place.name)
    }
    let kept = slot.place
    do throws(Errno) {
      try kept.folder.rename(kept.name, to: place.folder, as: place.name, .exchange)
      return slot
    } catch {
      guard error == .notSupported else {
        // Nothing was exchanged: the slot still holds what was staged.
        try kept.folder.rename(kept.name, to: staged.folder, as: staged.name, .replace)
        throw error
      }
    }
    // A file system without exchange: the place is empty for an instant. Whoever looks at that
    // moment finds no file there, but never half of one; to rename over what was kept under a second
    // name would lose an edit that comes between the two by a rename of its own.
    try kept.folder.rename(kept.name, to: staged.folder, as: staged.name, .replace)
    try trash.noteMissingExchange()
    return try trash.keep(path) { (slot) throws(Errno) in
      try place.folder.take(place.name, to: slot.place.folder, as: slot.place.name)
      do throws(Errno) {
        // A folder took the place: it goes back before anything else can.
        let out = try slot.place.folder.status(of: slot.place.name)
        if out.kind == .directory { throw .notFound }
        try staged.folder.move(staged.name, to: place.folder, as: place.name)
      } catch {
        try giveBack(slot, to: place)
        throw error
      }
    }
  }

  /// Looks at what came out, and puts it back if it is not what was expected.
  private func verify(
    _ before: Node, _ after: Node, _ path: SyncPath, _ place: FolderStack.Place,
    _ slot: TrashArea.Slot, inode: UInt64
  ) throws(Errno) -> ChangeResult {
    let kept = slot.place
    let out = try kept.folder.status(of: kept.name)
    if isExpected(before, path, slot, out) {
      keep(before, path, slot, out)
      note(after, path, at: place, inode: inode)
      return .done
    }
    let ours = try place.folder.statusIfPresent(of: place.name)
    do throws(Errno) {
      try kept.folder.rename(kept.name, to: place.folder, as: place.name, .exchange)
    } catch {
      guard error == .notSupported || error == .notFound else {
        // It cannot go back: it is told, whatever else went wrong.
        try keepUnexpected(path, slot)
        throw error
      }
      // Nothing stands there any more, or no exchange is known: what came out goes back.
      try putBack(path, slot, to: place)
      return .moved(found: try state(place))
    }
    let back = try kept.folder.status(of: kept.name)
    if let ours, back.inode == ours.inode,
      try holds(after, at: kept, back, row: nil, ignoringMode: true)
    {
      try kept.folder.removeFile(kept.name)
    } else {
      // Somebody wrote over what we had put there: that is kept as well.
      try keepUnexpected(path, slot)
    }
    return .moved(found: try state(place))
  }

  /// Changes the executable bit alone, on the very file that was looked at.
  private func setMode(
    _ node: Node.File, _ path: SyncPath, _ place: FolderStack.Place, _ status: FileStatus
  ) throws(Errno) -> ChangeResult {
    let mode = Applier.mode(for: node.isExecutable, fresh: status.mode, old: status)
    guard mode & 0o111 != status.mode & 0o111 else { return .done }
    let file = try place.folder.openFile(place.name)
    guard try file.status().describesSameContent(as: status) else {
      return .moved(found: try state(place))
    }
    try file.setMode(mode)
    note(.file(node), path, at: place, inode: status.inode)
    return .done
  }
}
