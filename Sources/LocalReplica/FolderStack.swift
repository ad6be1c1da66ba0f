import Platform
import SyncModel

/// Finds the folders of paths, from a held root down, one name at a time and without links.
///
/// The folders of the last path are kept open, because paths come in order. What is kept is the
/// folder itself, never the belief that a name leads to it: a link that took the name of a folder
/// is met again as soon as the path is walked anew.
struct FolderStack {
  /// The folder that holds a path, and the path's last name as the file system has it.
  struct Place {
    var folder: any Directory
    var name: String
  }

  private let root: any Directory
  private let mode: UInt32
  private var parent = ""
  private var held: [(name: String, folder: any Directory)] = []

  /// Starts at a held folder; folders that are made get the mode, less the process mask.
  init(root: any Directory, mode: UInt32 = 0o777) {
    self.root = root
    self.mode = mode
  }

  /// Finds the place of a path, as it is spelled or under another spelling of the same key.
  ///
  /// Fails with ``Errno/notFound`` if a folder is missing and is not to be made, and with
  /// ``Errno/notDirectory`` if something else, such as a link, stands where a folder should.
  mutating func place(of path: String, creating: Bool = false) throws(Errno) -> Place {
    let slash = path.utf8.lastIndex(of: UInt8(ascii: "/"))
    let above = slash.map { path[..<$0] } ?? ""
    let name = slash.map { String(path[path.utf8.index(after: $0)...]) } ?? path
    if !above.utf8.elementsEqual(parent.utf8) {
      try walk(to: above, creating: creating)
    }
    let folder = held.last?.folder ?? root
    return Place(folder: folder, name: try spelled(name, in: folder))
  }

  /// Closes all folders, after one of them was removed.
  mutating func forget() {
    held.removeAll()
    parent = ""
  }

  private mutating func walk(to above: Substring, creating: Bool) throws(Errno) {
    let names = above.isEmpty ? [] : SyncPath.names(in: above)
    var shared = 0
    while shared < min(names.count, held.count),
      names[shared].utf8.elementsEqual(held[shared].name.utf8)
    { shared += 1 }
    held.removeLast(held.count - shared)
    // Until the walk is through, the stack stands for no path.
    parent = "/"
    for name in names[shared...] {
      let folder = held.last?.folder ?? root
      do throws(Errno) {
        let actual = try spelled(String(name), in: folder)
        let next =
          creating
          ? try folder.openOrCreateDirectory(actual, mode: mode)
          : try folder.openDirectory(actual)
        held.append((String(name), next))
      } catch {
        throw error == .linkLoop ? .notDirectory : error
      }
    }
    parent = String(above)
  }

  /// The name on disk that has the same key: file systems may keep another normalization form.
  private func spelled(_ name: String, in folder: any Directory) throws(Errno) -> String {
    if name.utf8.allSatisfy({ $0 < 0x80 }) { return name }
    if try folder.statusIfPresent(of: name) != nil { return name }
    let key = PathName.canonical(name)
    for bytes in try folder.list().byteNames {
      guard let other = String(validating: bytes, as: UTF8.self) else { continue }
      if PathName.canonical(other).utf8.elementsEqual(key.utf8) { return other }
    }
    return name
  }
}
