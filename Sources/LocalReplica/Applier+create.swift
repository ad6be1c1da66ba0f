import Platform
import Replica
import SyncModel

extension Applier {
  /// Puts a node where nothing is expected.
  ///
  /// The rename itself tells whether something stands there; nothing is looked at before.
  func create(
    _ node: Node, _ path: SyncPath, _ place: FolderStack.Place
  ) throws(Errno) -> ChangeResult {
    guard let staged = try stage(node, replacing: nil) else {
      // An earlier attempt may have put it there already.
      if let status = try place.folder.statusIfPresent(of: place.name), status.kind != .directory {
        return try settle(node, path, place, status)
      }
      return .failed(.refused(code: "content_missing"))
    }
    do throws(Errno) {
      try staged.folder.move(staged.name, to: place.folder, as: place.name)
    } catch {
      guard error == .exists || error == .isDirectory || error == .notEmpty else { throw error }
      return try createOver(node, path, place, staged)
    }
    note(node, path, at: place, inode: staged.inode)
    return .done
  }

  /// Something stands where nothing was expected: an empty folder gives way, all else stays.
  private func createOver(
    _ node: Node, _ path: SyncPath, _ place: FolderStack.Place, _ staged: Staged
  ) throws(Errno) -> ChangeResult {
    if let status = try place.folder.statusIfPresent(of: place.name) {
      guard status.kind == .directory else { return try settle(node, path, place, status) }
      do throws(Errno) { try place.folder.removeEmptyTree(place.name) } catch {
        if error == .notEmpty { return .failed(.occupiedFolder) }
        throw error
      }
      folders.forget()
    }
    do throws(Errno) {
      try staged.folder.move(staged.name, to: place.folder, as: place.name)
    } catch {
      guard error == .exists else { throw error }
      // Somebody made it at this very moment.
      return .moved(found: try state(place))
    }
    note(node, path, at: place, inode: staged.inode)
    return .done
  }

  /// Answers for a place that is taken: done if it already holds what is to come.
  func settle(
    _ node: Node, _ path: SyncPath, _ place: FolderStack.Place, _ status: FileStatus
  ) throws(Errno) -> ChangeResult {
    if try holds(node, at: place, status, row: row(of: path)) { return .done }
    return .moved(found: try state(place))
  }

  /// A node that is ready to be put in place by one rename.
  struct Staged {
    let folder: any Directory
    let name: String
    /// The number of the file, by which it is known again where it was put.
    let inode: UInt64

    init(_ place: FolderStack.Place, _ inode: UInt64) {
      folder = place.folder
      name = place.name
      self.inode = inode
    }
  }

  /// Makes a node ready under a name of our own, with the mode that it is to have.
  ///
  /// Answers nothing if its content is not in the staging area.
  func stage(
    _ node: Node, replacing old: FileStatus?
  ) throws(Errno) -> Staged? {
    switch node {
    case .link(let target):
      let place = staging.freshPlace()
      do throws(Errno) { try place.folder.removeFile(place.name) } catch {
        if error != .notFound { throw error }
      }
      try place.folder.createLink(place.name, target: target)
      return Staged(place, try place.folder.status(of: place.name).inode)
    case .file(let file):
      guard let (place, status) = try staging.takePlace(of: file.digest), status.kind == .file,
        status.size == file.size
      else { return nil }
      let mode = Applier.mode(for: file.isExecutable, fresh: status.mode, old: old)
      if mode != status.mode {
        try place.folder.openFile(place.name).setMode(mode)
      }
      return Staged(place, status.inode)
    }
  }

  /// The permission bits of a file that is put in place.
  ///
  /// A file that is replaced keeps its own but for the executable bit; a new one has what the
  /// process mask allows. Set-id and sticky bits are dropped.
  static func mode(for isExecutable: Bool?, fresh: UInt32, old: FileStatus?) -> UInt32 {
    let base = (old?.kind == .file ? old?.mode ?? fresh : fresh) & 0o777
    let wanted = isExecutable ?? (base & 0o100 != 0)
    if wanted == (base & 0o100 != 0) { return base }
    // Who may read may execute.
    return wanted ? base | (base & 0o444) >> 2 : base & ~0o111
  }
}
