import SyncModel

/// What a hub holds that no commit speaks of.
package struct Leftovers: Hashable, Sendable {
  /// A number of contents and their bytes together.
  package struct Share: Hashable, Sendable {
    package var count = 0
    package var bytes: UInt64 = 0

    /// Nothing.
    package init() {}

    mutating func add(_ row: StoreRow) {
      count += Int(row.integer(0))
      bytes += UInt64(row.integer(1))
    }
  }

  /// The large contents of which a part has arrived.
  package var uploads = Share()
  /// The whole contents that no version and no draft has: pushed, but never committed.
  package var unnamed = Share()

  /// Nothing.
  package init() {}
}

extension HubStore {
  /// How long the parts of an upload are kept after the last of them arrived.
  static let uploadsFor: Int64 = 7 * 86_400 * 1_000_000_000

  /// Drops the uploads that nobody has carried on for a week.
  ///
  /// A client that comes back later begins such a content again.
  package func expireUploads() throws {
    let (time, overflows) = environment.now().nanoseconds
      .subtractingReportingOverflow(HubStore.uploadsFor)
    guard !overflows else { return }
    for project in try projects() {
      // Under the project's lock, so that no part of one arrives meanwhile.
      try lock(of: project).holding {
        for digest in try forgetUploads(before: time, in: project) {
          try files.remove(folder.uploads(project.id) + "/" + digest.hex)
        }
      }
    }
  }

  /// Deletes the rows of uploads that are older than a time, and returns their digests.
  private func forgetUploads(before time: Int64, in project: HubProject) throws -> [Digest] {
    let old = try reading { connection in
      try connection.rows(
        "SELECT digest FROM uploads WHERE project = ? AND updated < ?", .integer(project.number),
        .integer(time)
      ) { try $0.digest(0) }
    }
    guard !old.isEmpty else { return [] }
    try writing { connection in
      for digest in old {
        try connection.run(
          "DELETE FROM uploads WHERE project = ? AND digest = ?", .integer(project.number),
          .digest(digest))
      }
      try record(
        "uploads.expire", by: "hub", project: project.name, detail: "\(old.count) uploads",
        connection)
    }
    return old
  }

  /// Counts what no commit speaks of, in all projects together.
  package func leftovers() throws -> Leftovers {
    try reading { connection in
      var leftovers = Leftovers()
      try connection.each(
        """
        SELECT count(*), coalesce(sum(received), 0) FROM uploads
        JOIN projects ON projects.number = uploads.project WHERE projects.deleted IS NULL
        """
      ) { leftovers.uploads.add($0) }
      try connection.each(
        """
        SELECT count(*), coalesce(sum(objects.size), 0) FROM objects
        JOIN projects ON projects.number = objects.project WHERE projects.deleted IS NULL
        AND NOT EXISTS (SELECT 1 FROM drafts
          WHERE drafts.project = objects.project AND drafts.digest = objects.digest)
        AND (objects.project, objects.digest) NOT IN (SELECT project, substr(after, 11, 32)
          FROM changes WHERE substr(after, 1, 1) = x'01')
        """
      ) { leftovers.unnamed.add($0) }
      return leftovers
    }
  }
}
