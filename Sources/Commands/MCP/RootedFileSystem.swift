import Platform

/// The files of this machine, with some folders held open from the start.
///
/// What lies below a held folder is reached from it name by name, and no link is followed: a folder
/// that somebody replaces by a link while it is being opened is an error, and leads nowhere. All
/// other paths are our own settings' and go the usual way.
struct RootedFileSystem: FileSystem {
  /// A folder that is held.
  struct Root: Sendable {
    /// Its path, with all links resolved.
    let path: String
    let folder: any Directory

    /// The names that lead from the folder to a path below it; nothing for any other path.
    func names(to path: String) -> [Substring]? {
      let prefix = self.path == "/" ? "/" : self.path + "/"
      if path == self.path { return [] }
      guard path.hasPrefix(prefix) else { return nil }
      return path.dropFirst(prefix.count).split(separator: "/")
    }

    /// Whether the path still leads to the folder that is held.
    func isInPlace(_ fileSystem: any FileSystem) throws(Errno) -> Bool {
      let held = try folder.status()
      let found = try fileSystem.openDirectory(path: path).status()
      return held.inode == found.inode && held.device == found.device
    }
  }

  let base: any FileSystem
  let roots: [Root]

  func openDirectory(path: String) throws(Errno) -> any Directory {
    guard let (root, names) = place(of: path) else { return try base.openDirectory(path: path) }
    return try descend(from: root, names[...])
  }

  func createDirectory(path: String, mode: UInt32) throws(Errno) {
    guard let (root, names) = place(of: path), let name = names.last else {
      return try base.createDirectory(path: path, mode: mode)
    }
    try descend(from: root, names.dropLast()).createDirectory(name, mode: mode)
  }

  func resolve(path: String) throws(Errno) -> String { try base.resolve(path: path) }

  private func place(of path: String) -> (any Directory, [Substring])? {
    for root in roots {
      if let names = root.names(to: path), !names.contains("..") { return (root.folder, names) }
    }
    return nil
  }

  private func descend(
    from root: any Directory, _ names: ArraySlice<Substring>
  ) throws(Errno) -> any Directory {
    var folder = root
    for name in names where name != "." { folder = try folder.openDirectory(name) }
    return folder
  }
}

extension Directory {
  fileprivate func openDirectory(_ name: Substring) throws(Errno) -> any Directory {
    try openDirectory(String(name))
  }
}
