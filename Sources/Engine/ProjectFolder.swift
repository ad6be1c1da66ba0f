package import Platform
package import ProjectState
import SQLite

/// A folder that is, or is to become, a project: the held root and its private `.syncline/`.
package struct ProjectFolder: Sendable {
  /// The name of the private folder.
  package static let privateName = ".syncline"

  /// The path of the root with links resolved.
  package let path: String
  /// The held root.
  package let root: any Directory
  /// The held private folder; nothing before the folder is bound.
  package let hidden: (any Directory)?

  /// Opens a folder; the private folder must be a folder of its own, not a link to another's.
  package init(path: String, fileSystem: any FileSystem) throws(Errno) {
    self.path = try fileSystem.resolve(path: path)
    root = try fileSystem.openDirectory(path: self.path)
    do { hidden = try root.openDirectory(ProjectFolder.privateName) } catch {
      guard error == .notFound else { throw error }
      hidden = nil
    }
  }

  private init(path: String, root: any Directory, hidden: any Directory) {
    self.path = path
    self.root = root
    self.hidden = hidden
  }

  /// Makes the private folder, readable by its owner alone, and what stands in it from the start.
  package func binding() throws(PrivateFolderError) -> ProjectFolder {
    let made = try PrivateFolderError.naming(nil) { () throws(Errno) -> any Directory in
      guard let hidden else {
        return try root.openOrCreateDirectory(ProjectFolder.privateName, mode: 0o700)
      }
      // It holds what the project's files held: nobody else's to read, whoever made it. What its
      // owner may do is for the owner to say.
      let mode = try hidden.status().mode
      if mode & 0o077 != 0 { try hidden.setMode(mode & 0o700) }
      return hidden
    }
    let mark = ".gitignore"
    // Whoever made the folder may have been cut off before the file, or is just about to make it.
    let isMarked = try PrivateFolderError.naming(mark) { () throws(Errno) in
      try made.statusIfPresent(of: mark) != nil
    }
    if !isMarked, let lock = try ProjectFolder.lock(made) {
      defer { withExtendedLifetime(lock) {} }
      try PrivateFolderError.naming(mark) { () throws(Errno) in
        try made.replaceFile(mark, with: Array("*\n".utf8), mode: 0o600)
      }
    }
    return ProjectFolder(path: path, root: root, hidden: made)
  }

  /// The path of the state database.
  package var statePath: String { path + "/" + ProjectFolder.privateName + "/state.db" }

  /// Takes the lock of the project; nothing if another run holds it.
  package func lock() throws(PrivateFolderError) -> (any FileLock)? {
    guard let hidden else { return nil }
    return try ProjectFolder.lock(hidden)
  }

  private static func lock(_ folder: any Directory) throws(PrivateFolderError) -> (any FileLock)? {
    try PrivateFolderError.naming("lock") { () throws(Errno) in try folder.lock("lock") }
  }

  /// Tells whether there is a state database.
  package func hasState() throws(PrivateFolderError) -> Bool {
    try status(of: "state.db") != nil
  }

  private func status(of name: String) throws(PrivateFolderError) -> FileStatus? {
    try PrivateFolderError.naming(name) { () throws(Errno) in try hidden?.statusIfPresent(of: name)
    }
  }

  /// Opens the state: as it is when `create` is not set.
  ///
  /// A new one gets its name when it is whole: a file that is not is never ours to mend.
  package func openState(create: Bool, isWriting: Bool = true) throws -> StateDatabase {
    for name in ["state.db", "state.db-wal", "state.db-shm"] {
      // Through a link it would be another project's, or anybody's file.
      if let status = try status(of: name), status.kind != .file {
        throw StateError.unusable(file: statePath, detail: "'\(name)' is not a regular file")
      }
    }
    // SQLite gives its log the mode of the file: one that may not be written would stay in the
    // way after the file itself is mended.
    if let status = try status(of: "state.db"), status.mode & 0o600 != 0o600 {
      throw StateError.database(.readOnly)
    }
    if create, let hidden, try !hasState() {
      for name in ["state.db", "state.db.new"] {
        for suffix in ["", "-wal", "-shm"] { try hidden.removeTree(name + suffix) }
      }
      do { _ = try StateDatabase(path: statePath + ".new", mode: .create) }
      try hidden.move("state.db.new", to: hidden, as: "state.db")
      try hidden.synchronize()
    }
    if try !create && isUnchanging() {
      return try StateDatabase(path: statePath, mode: .unchanging)
    }
    do {
      return try StateDatabase(path: statePath, mode: create ? .create : .open)
    } catch StateError.database(let error) {
      // On a full disk, or in a folder that takes no new files, there is no room for what SQLite
      // keeps beside an open database; one whose log is empty can be looked at all the same.
      let meansNoRoom: [SQLiteError] = [.full, .inputOutput, .cannotOpen, .readOnly]
      guard !create, !isWriting, meansNoRoom.contains(error.primary), try hasEmptyLog()
      else { throw StateError.database(error) }
      return try StateDatabase(path: statePath, mode: .unchanging)
    }
  }

  /// Whether the state lies where it can only be read, and is whole without its log.
  ///
  /// Asked of another file: to close the database's own would give up SQLite's locks on it.
  private func isUnchanging() throws(Errno) -> Bool {
    guard let hidden else { return false }
    do throws(Errno) {
      _ = try hidden.openFileForUpdate(".gitignore")
      return false
    } catch {
      guard error == .readOnly || error == .accessDenied else { return false }
    }
    return try hasEmptyLog()
  }

  private func hasEmptyLog() throws(Errno) -> Bool {
    try (hidden?.statusIfPresent(of: "state.db-wal")?.size ?? 0) == 0
  }

  /// The folder of base contents, made if need be.
  package func objects() throws(PrivateFolderError) -> (any Directory)? {
    try PrivateFolderError.naming("objects") { () throws(Errno) in
      try hidden?.openOrCreateDirectory("objects", mode: 0o700)
    }
  }

  /// Fails where one of the folders in the private one is there and cannot be looked into.
  package func requireReadable(_ names: [String]) throws(PrivateFolderError) {
    for name in names { _ = try part(name) }
  }

  /// Opens one of the folders in the private one; nothing where there is none.
  package func part(_ name: String) throws(PrivateFolderError) -> (any Directory)? {
    try PrivateFolderError.naming(name) { () throws(Errno) in
      do throws(Errno) { return try hidden?.openDirectory(name) } catch {
        guard error == .notFound else { throw error }
        return nil
      }
    }
  }
}
