extension Directory {
  /// Removes a file, a link, or a folder with all that is in it; a name that is not there is fine.
  ///
  /// Links are removed, never followed. Only for folders of our own.
  package func removeTree(_ name: some StringProtocol) throws(Errno) {
    try removeTree(bytes: Array(name.utf8))
  }

  private func removeTree(bytes name: [UInt8]) throws(Errno) {
    let inner = try EntryName.with(bytes: name) { (name) throws(Errno) -> (any Directory)? in
      do throws(Errno) {
        guard try status(of: name).kind == .directory else {
          try removeFile(name)
          return nil
        }
        return try openDirectory(name)
      } catch {
        if error == .notFound { return nil }
        throw error
      }
    }
    guard let inner else { return }
    for name in try inner.list().byteNames { try inner.removeTree(bytes: name) }
    try EntryName.with(bytes: name) { (name) throws(Errno) in try removeDirectory(name) }
  }

  /// Removes a folder that holds nothing but folders of that kind.
  ///
  /// Fails with ``Errno/notEmpty`` if something else is in it; nothing is lost then.
  package func removeEmptyTree(_ name: some StringProtocol) throws(Errno) {
    do { return try removeDirectory(name) } catch {
      if error != .notEmpty { throw error }
    }
    let inner = try openDirectory(name)
    let listing = try inner.list()
    guard listing.entries.allSatisfy({ $0.kind == .directory || $0.kind == .unknown }) else {
      throw .notEmpty
    }
    for name in listing.byteNames {
      guard let name = String(validating: name, as: UTF8.self) else { throw .notEmpty }
      do { try inner.removeEmptyTree(name) } catch {
        throw error == .notDirectory ? .notEmpty : error
      }
    }
    try removeDirectory(name)
  }

  /// Moves a name to where nothing stands; fails with ``Errno/exists`` otherwise.
  ///
  /// Where the file system cannot say it in one call, a second name is made and the first one
  /// removed; where it has no second names either, it looks first. A move that was cut between the two
  /// is ended by the next one.
  package func move(
    _ name: some StringProtocol, to folder: any Directory, as newName: some StringProtocol
  ) throws(Errno) {
    do { return try rename(name, to: folder, as: newName, .noReplace) } catch {
      if error != .notSupported { throw error }
    }
    do throws(Errno) {
      try EntryName.with(name) { (name) throws(Errno) in
        try EntryName.with(newName) { (newName) throws(Errno) in
          do throws(Errno) { try linkFile(name, to: folder, as: newName) } catch {
            guard error == .exists else { throw error }
            let (old, new) = (try status(of: name), try folder.status(of: newName))
            guard old.kind == .file, old.inode == new.inode, old.device == new.device else {
              throw error
            }
          }
        }
      }
      return try removeFile(name)
    } catch {
      let hasNoLinks = error == .notPermitted || error == .notSupported || error == .accessDenied
      if !hasNoLinks { throw error }
    }
    if try folder.statusIfPresent(of: newName) != nil { throw .exists }
    try rename(name, to: folder, as: newName, .replace)
  }

  /// Moves what stands at a name, whatever it is at that instant, to a free name that nobody else
  /// uses; fails with ``Errno/exists`` if that is taken.
  ///
  /// Unlike ``move(_:to:as:)`` never by a second name: what takes the place of the first one meanwhile
  /// would be removed with it.
  package func take(
    _ name: some StringProtocol, to folder: any Directory, as newName: some StringProtocol
  ) throws(Errno) {
    do { return try rename(name, to: folder, as: newName, .noReplace) } catch {
      if error != .notSupported { throw error }
    }
    if try folder.statusIfPresent(of: newName) != nil { throw .exists }
    try rename(name, to: folder, as: newName, .replace)
  }
}
