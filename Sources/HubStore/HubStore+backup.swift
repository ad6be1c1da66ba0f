import SyncModel

extension HubStore {
  /// Copies the hub into an empty folder, as it is at one moment, also while it is served.
  ///
  /// What a backup that was cut short left there is replaced; one that fails takes away what it
  /// wrote. The database is copied first; packs are only appended to, so that what its rows speak of
  /// stays readable while the packs are copied up to their confirmed lengths.
  package func backup(to target: DataFolder) throws {
    let place = try BackupTarget(target, of: folder)
    do {
      try place.prepare()
      try copy(to: target)
      try place.finish()
    } catch {
      place.abandon()
      throw error
    }
  }

  private func copy(to target: DataFolder) throws {
    try reading { try $0.backup(to: target.database) }
    let copy = try StoreConnection(path: target.database, isReadOnly: true)
    defer { copy.close() }
    let projects = try copy.rows(
      "SELECT \(HubProject.columns) FROM projects WHERE deleted IS NULL"
    ) { try HubProject($0) }
    for project in projects {
      try target.makeProjectFolders(project.id)
      let packs = try copy.rows(
        "SELECT pack, length FROM packs WHERE project = ?", .integer(project.number)
      ) { ($0.integer(0), UInt64($0.integer(1))) }
      for (pack, length) in packs {
        try files.copy(
          folder.pack(project.id, pack), to: target.pack(project.id, pack), count: length)
      }
      let larges = try copy.rows(
        "SELECT digest, size FROM objects WHERE project = ? AND pack = 0",
        .integer(project.number)
      ) { (try $0.digest(0).hex, UInt64($0.integer(1))) }
      for (name, size) in larges {
        try files.copy(
          folder.larges(project.id) + "/" + name, to: target.larges(project.id) + "/" + name,
          count: size)
      }
      for folder in [target.packs(project.id), target.larges(project.id)] {
        try files.syncFolder(folder)
      }
    }
    // Uploads that were under way are not in a backup: their owners send them again.
    try copy.script("PRAGMA query_only = 0; DELETE FROM uploads")
  }

  /// Makes a data folder from a backup, which stays as it is.
  ///
  /// - Throws: `notEmpty` for a target that holds something, or what opening the backup throws.
  package static func restore(
    _ backup: DataFolder, to target: DataFolder, environment: HubEnvironment
  ) throws {
    guard try backup.foundFormat() != nil else {
      throw HubStoreError.notAHub(path: backup.path)
    }
    let source = try HubStore(backup, for: .beside, environment: environment)
    try source.backup(to: target)
  }

  /// Fails where a copy of a data folder could not be written: what a dry run has to tell.
  package static func requireRoom(in target: DataFolder, forCopyOf source: DataFolder) throws {
    try BackupTarget.requireRoom(in: target, of: source)
  }
}
