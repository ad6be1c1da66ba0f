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
  private let tellsCasesApart: Bool
  private var parent = ""
  private var held: [(name: String, folder: any Directory)] = []

  /// Starts at a held folder; folders that are made get the mode, less the process mask.
  ///
  /// Where cases are not told apart, a folder that holds nothing is made anew under the spelling
  /// that is asked for when something is to be created in it.
  init(root: any Directory, mode: UInt32 = 0o777, tellsCasesApart: Bool = true) {
    self.root = root
    self.mode = mode
    self.tellsCasesApart = tellsCasesApart
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
        var next =
          creating
          ? try folder.openOrCreateDirectory(actual, mode: mode)
          : try folder.openDirectory(actual)
        if creating, !tellsCasesApart {
          next = try respelled(next, as: actual, in: folder)
        }
        held.append((String(name), next))
      } catch {
        throw error == .linkLoop ? .notDirectory : error
      }
    }
    parent = String(above)
  }

  /// Makes a folder anew that stands under another case of its name and holds no file.
  ///
  /// Only then: a folder in which something stays keeps its name, as the plan has it too. Nothing
  /// is renamed, because some file systems take such a rename for none, and one by way of a
  /// third name would, if it were cut, leave all files where nobody looks for them.
  private func respelled(
    _ found: any Directory, as name: String, in folder: any Directory
  ) throws(Errno) -> any Directory {
    let inside = try found.list()
    guard inside.entries.allSatisfy({ $0.kind == .directory || $0.kind == .unknown }) else {
      return found
    }
    let status = try found.status()
    let names = try folder.list()
    if names.byteNames.contains(where: { $0.elementsEqual(name.utf8) }) { return found }
    let index = names.entries.firstIndex { $0.inode == status.inode }
    guard let index, let old = String(validating: names.byteNames[index], as: UTF8.self) else {
      return found
    }
    do throws(Errno) { try folder.removeEmptyTree(old) } catch {
      guard error == .notEmpty else { throw error }
      return try folder.openDirectory(name)
    }
    let fresh = try folder.openOrCreateDirectory(name, mode: mode)
    try fresh.setMode(status.mode & 0o777)
    return fresh
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
