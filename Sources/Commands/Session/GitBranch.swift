import Platform

/// Reads which branch a git checkout is on, without git.
enum GitBranch {
  /// The branch, or the commit of a detached head; nothing outside a checkout.
  ///
  /// Fails where there is a checkout whose head cannot be read: what branch it is on is not known
  /// then, which is not the same as that there is none.
  ///
  /// The repository may start above the folder. In a worktree or a submodule `.git` is a file that
  /// names the folder with the head.
  static func current(_ path: String, _ fileSystem: any FileSystem) throws(Errno) -> String? {
    var path = path
    while true {
      // Folders above may let pass and not be looked into, as homes often are.
      if let root = try? fileSystem.openDirectory(path: path),
        let status = try root.statusIfPresent(of: ".git"),
        let folder = try gitFolder(status, root, path, fileSystem)
      {
        return try branch(in: folder)
      }
      guard path != "/", let slash = path.lastIndex(of: "/") else { return nil }
      path = slash == path.startIndex ? "/" : String(path[..<slash])
    }
  }

  /// The folder that holds the head of a checkout; nothing where git would look further up.
  private static func gitFolder(
    _ status: FileStatus, _ root: any Directory, _ path: String, _ fileSystem: any FileSystem
  ) throws(Errno) -> (any Directory)? {
    switch status.kind {
    case .directory:
      let folder = try root.openDirectory(".git")
      return try folder.statusIfPresent(of: "HEAD") == nil ? nil : folder
    case .file:
      let text = trimmed(try root.readFile(".git", limit: 8192))
      let prefix = "gitdir: "
      guard text.hasPrefix(prefix) else { return nil }
      let place = String(text.dropFirst(prefix.count))
      return try fileSystem.openDirectory(path: place.hasPrefix("/") ? place : path + "/" + place)
    case .link: return try fileSystem.openDirectory(path: path + "/.git")
    case .special, .unknown: return nil
    }
  }

  private static func branch(in folder: any Directory) throws(Errno) -> String? {
    let text = trimmed(try folder.readFile("HEAD", limit: 4096))
    let prefix = "ref: refs/heads/"
    let name = text.hasPrefix(prefix) ? String(text.dropFirst(prefix.count)) : text
    return name.isEmpty ? nil : name
  }

  private static func trimmed(_ bytes: [UInt8]) -> String {
    var text = String(decoding: bytes, as: UTF8.self)
    while let last = text.last, last.isWhitespace { text.removeLast() }
    return text
  }
}
