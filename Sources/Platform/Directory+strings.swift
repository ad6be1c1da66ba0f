extension Directory {
  /// Tells the facts of a name.
  package func status(of name: some StringProtocol) throws(Errno) -> FileStatus {
    try EntryName.with(name) { (name) throws(Errno) in try status(of: name) }
  }

  /// Tells the facts of a name, or nothing if there is no such name.
  package func statusIfPresent(of name: some StringProtocol) throws(Errno) -> FileStatus? {
    do { return try status(of: name) } catch {
      if error == .notFound { return nil }
      throw error
    }
  }

  /// Opens a folder without following a link.
  package func openDirectory(_ name: some StringProtocol) throws(Errno) -> any Directory {
    try EntryName.with(name) { (name) throws(Errno) in try openDirectory(name) }
  }

  /// Opens a folder, after making it if it was not there.
  package func openOrCreateDirectory(
    _ name: some StringProtocol, mode: UInt32
  ) throws(Errno) -> any Directory {
    try EntryName.with(name) { (name) throws(Errno) in
      try openOrCreateDirectory(name, mode: mode)
    }
  }

  /// Opens a folder, after making it if it was not there.
  package func openOrCreateDirectory(
    _ name: EntryName, mode: UInt32
  ) throws(Errno) -> any Directory {
    do { return try openDirectory(name) } catch {
      if error != .notFound { throw error }
    }
    do { try createDirectory(name, mode: mode) } catch {
      if error != .exists { throw error }
    }
    return try openDirectory(name)
  }

  /// Opens a regular file for reading.
  package func openFile(_ name: some StringProtocol) throws(Errno) -> any File {
    try EntryName.with(name) { (name) throws(Errno) in try openFile(name) }
  }

  /// Opens a regular file for reading and writing.
  package func openFileForUpdate(_ name: some StringProtocol) throws(Errno) -> any File {
    try EntryName.with(name) { (name) throws(Errno) in try openFileForUpdate(name) }
  }

  /// Makes a file that was not there and opens it.
  package func createFile(_ name: some StringProtocol, mode: UInt32) throws(Errno) -> any File {
    try EntryName.with(name) { (name) throws(Errno) in try createFile(name, mode: mode) }
  }

  /// Makes a folder.
  package func createDirectory(_ name: some StringProtocol, mode: UInt32) throws(Errno) {
    try EntryName.with(name) { (name) throws(Errno) in try createDirectory(name, mode: mode) }
  }

  /// Reads where a link points to.
  package func readLink(_ name: some StringProtocol) throws(Errno) -> [UInt8] {
    try EntryName.with(name) { (name) throws(Errno) in try readLink(name) }
  }

  /// Sets the permission bits of a file, which need not be open for it; no link is followed.
  package func setMode(of name: some StringProtocol, _ mode: UInt32) throws(Errno) {
    try EntryName.with(name) { (name) throws(Errno) in try setMode(of: name, mode) }
  }

  /// Makes a link that was not there.
  package func createLink(_ name: some StringProtocol, target: String) throws(Errno) {
    try EntryName.with(name) { (name) throws(Errno) in try createLink(name, target: target) }
  }

  /// Removes a file or a link.
  package func removeFile(_ name: some StringProtocol) throws(Errno) {
    try EntryName.with(name) { (name) throws(Errno) in try removeFile(name) }
  }

  /// Removes an empty folder.
  package func removeDirectory(_ name: some StringProtocol) throws(Errno) {
    try EntryName.with(name) { (name) throws(Errno) in try removeDirectory(name) }
  }

  /// Renames, at one instant.
  package func rename(
    _ name: some StringProtocol, to folder: any Directory, as newName: some StringProtocol,
    _ mode: RenameMode
  ) throws(Errno) {
    try EntryName.with(name) { (name) throws(Errno) in
      try EntryName.with(newName) { (newName) throws(Errno) in
        try rename(name, to: folder, as: newName, mode)
      }
    }
  }

  /// Takes an exclusive lock on a file, or answers nothing if it is held.
  package func lock(_ name: some StringProtocol) throws(Errno) -> (any FileLock)? {
    try EntryName.with(name) { (name) throws(Errno) in try lock(name) }
  }
}
