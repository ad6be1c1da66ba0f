import SyncModel

extension HubStore {
  /// How long a deleted project's data are kept.
  static let deletedFor: Int64 = 30 * 86_400 * 1_000_000_000

  /// Brings the folder in step with the database after a stop at any moment.
  ///
  /// What no row speaks of was never confirmed to anybody: tails of packs, whole packs, parts of
  /// uploads, folders of projects. What a row speaks of stays, but for an upload of which less is
  /// there than its row says: that begins again.
  func recover() throws {
    try finishDeletions()
    try dropUnknownProjects()
    try expireUploads()
    for project in try projects() {
      try folder.makeProjectFolders(project.id, with: files)
      try dropUnindexedPacks(of: project)
      try dropUnknownFiles(of: project)
    }
  }

  /// Removes the folders that no project has.
  ///
  /// As a writer: a tool beside that makes a project writes its folders and its row in one
  /// transaction, so that nobody sees the one without the other.
  private func dropUnknownProjects() throws {
    try writing { connection in
      let known = Set(
        try connection.rows("SELECT id FROM projects WHERE deleted IS NULL") { $0.text(0) })
      for id in try StoreFiles.names(in: folder.projects) where !known.contains(id) {
        try files.removeTree(folder.project(id))
      }
    }
  }

  private func dropUnindexedPacks(of project: HubProject) throws {
    let lengths = try packLengths(of: project)
    for name in try StoreFiles.names(in: folder.packs(project.id)) {
      let path = folder.packs(project.id) + "/" + name
      guard name.hasSuffix(".pack"), let number = Int64(name.dropLast(5)),
        let length = lengths[number]
      else {
        try files.remove(path)
        continue
      }
      let file = try files.open(path)
      if try file.size() > length { try file.truncate(to: length) }
    }
  }

  private func dropUnknownFiles(of project: HubProject) throws {
    let rows = try reading { connection in
      try connection.rows(
        "SELECT digest, received FROM uploads WHERE project = ?", .integer(project.number)
      ) { (digest: try $0.digest(0), received: UInt64($0.integer(1))) }
    }
    var uploads: Set<String> = []
    for row in rows {
      if try arrived(row.received, of: row.digest, in: project) == row.received {
        uploads.insert(row.digest.hex)
      } else {
        try forgetUpload(row.digest, in: project)
      }
    }
    for name in try StoreFiles.names(in: folder.uploads(project.id)) where !uploads.contains(name) {
      try files.remove(folder.uploads(project.id) + "/" + name)
    }
    let larges = try digestNames(
      "SELECT digest FROM objects WHERE project = ? AND pack = 0", project)
    for name in try StoreFiles.names(in: folder.larges(project.id)) where !larges.contains(name) {
      try files.remove(folder.larges(project.id) + "/" + name)
    }
  }

  private func digestNames(_ sql: String, _ project: HubProject) throws -> Set<String> {
    try reading { connection in
      Set(try connection.rows(sql, .integer(project.number)) { try $0.digest(0).hex })
    }
  }

  /// The confirmed length of each pack of a project.
  func packLengths(of project: HubProject) throws -> [Int64: UInt64] {
    try reading { connection in
      let rows = try connection.rows(
        "SELECT pack, length FROM packs WHERE project = ?", .integer(project.number)
      ) { ($0.integer(0), UInt64($0.integer(1))) }
      return Dictionary(rows, uniquingKeysWith: { $1 })
    }
  }

  /// Moves the data of deleted projects aside, and removes what was kept for long enough.
  private func finishDeletions() throws {
    let deleted = try reading { connection in
      try connection.rows(
        "SELECT number, id, deleted FROM projects WHERE deleted IS NOT NULL"
      ) { ($0.integer(0), $0.text(1), $0.integer(2)) }
    }
    let now = environment.now().nanoseconds
    for (number, id, time) in deleted {
      let place = folder.deleted + "/" + id
      if StoreFiles.exists(folder.project(id)), !StoreFiles.exists(place) {
        try files.move(folder.project(id), to: place)
      }
      guard now - time > HubStore.deletedFor else { continue }
      try files.removeTree(place)
      try writing { connection in
        for table in [
          "tree", "revisions", "changes", "packs", "objects", "purged", "uploads", "drafts",
          "current",
        ] {
          try connection.run("DELETE FROM \(table) WHERE project = ?", .integer(number))
        }
        try connection.run("DELETE FROM tokens WHERE project = ?", .integer(number))
        try connection.run("DELETE FROM projects WHERE number = ?", .integer(number))
      }
    }
  }
}
