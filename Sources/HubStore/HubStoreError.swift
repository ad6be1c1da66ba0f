package import SyncModel

/// A path of a commit whose head is not what the commit expects.
package struct MovedPath: Hashable, Sendable {
  /// The path.
  package let path: SyncPath
  /// What is there instead; nothing if it is absent.
  package let found: Node?

  /// Describes a path that moved.
  package init(path: SyncPath, found: Node?) {
    self.path = path
    self.found = found
  }
}

/// Why the store did not do what it was asked.
package enum HubStoreError: Error, Hashable, Sendable {
  /// Another process serves or maintains this data folder.
  case locked
  /// The data folder is not one of a hub, or what it holds is damaged there.
  case notAHub(path: String)
  /// The data folder is one of a hub, but its database is not there, or empty.
  case databaseMissing(path: String)
  /// The data folder was written by a newer program.
  case newerFormat(found: Int, supported: Int)
  /// The data folder was written by an older program and waits for a migration.
  case olderFormat(found: Int, supported: Int)
  /// The folder to write into holds something already.
  case notEmpty(path: String)
  /// Another backup is writing into the folder that is to be filled.
  case targetInUse(path: String)
  /// The folder to write a backup into lies in the hub's own folder.
  case insideItself(path: String)

  case noSuchProject
  case projectExists
  case invalidName
  case noSuchContent(Digest)
  /// The content was removed for good.
  case purged(Digest)
  case noSuchPath
  case noSuchRevision
  case noSuchUpload
  case noSuchToken

  case moved([MovedPath])
  case draftMoved(found: Digest?)
  case impossibleTree([SyncPath])
  case invalidPaths([String])
  case commitReused
  case missingContent([Digest])
  case historyGone
  case digestMismatch([Digest])
  case badPack
  case wrongOffset(received: UInt64)
  case tooLarge(limit: UInt64)

  case storageFull
  case busy
  /// The database refused; the code is SQLite's own.
  case database(code: Int32)
  /// The operating system refused; the path is relative to the data folder.
  case system(errno: Int32, path: String)
}
