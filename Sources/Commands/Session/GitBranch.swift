import Platform

/// Reads which branch a git checkout is on, without git.
enum GitBranch {
  /// The branch, or the commit of a detached head; nothing outside a checkout, and nothing where it
  /// cannot be told.
  ///
  /// The repository may start above the folder. In a worktree or a submodule `.git` is a file that
  /// names the folder with the head.
  static func current(_ path: String, _ fileSystem: any FileSystem) -> String? {
    var path = path
    while true {
      if let root = try? fileSystem.openDirectory(path: path),
        let status = try? root.statusIfPresent(of: ".git")
      {
        guard let folder = gitFolder(status, root, path, fileSystem) else { return nil }
        return branch(in: folder)
      }
      guard path != "/", let slash = path.lastIndex(of: "/") else { return nil }
      path = slash == path.startIndex ? "/" : String(path[..<slash])
    }
  }

  /// The folder that holds the head of a checkout.
  private static func gitFolder(
    _ status: FileStatus, _ root: any Directory, _ path: String, _ fileSystem: any FileSystem
  ) -> (any Directory)? {
    switch status.kind {
    case .directory: return try? root.openDirectory(".git")
    case .file:
      guard let bytes = try? root.readFile(".git", limit: 8192) else { return nil }
      let text = trimmed(bytes)
      let prefix = "gitdir: "
      guard text.hasPrefix(prefix) else { return nil }
      let place = String(text.dropFirst(prefix.count))
      return try? fileSystem.openDirectory(path: place.hasPrefix("/") ? place : path + "/" + place)
    case .link: return try? fileSystem.openDirectory(path: path + "/.git")
    case .special, .unknown: return nil
    }
  }

  private static func branch(in folder: any Directory) -> String? {
    guard let bytes = try? folder.readFile("HEAD", limit: 4096) else { return nil }
    let text = trimmed(bytes)
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
