/// One step from a format of the data folder to the next.
package struct Migration: Sendable {
  /// The format that it starts from; it ends at the next.
  package let from: Int
  /// What it does to the database, in one transaction.
  package let script: String

  /// Describes a step.
  package init(from: Int, script: String) {
    self.from = from
    self.script = script
  }

  /// The steps of this program; format 1 is the first.
  package static let all: [Migration] = []
}

extension HubStore {
  /// Brings an older data folder to a format, after a copy of its database was kept beside it.
  ///
  /// Returns the path of the copy, or nothing where there was nothing to do. A stop at any moment
  /// is made up for by the next call: a step's changes and its number are one transaction.
  /// - Throws: `locked`, `newerFormat`, or `olderFormat` where no steps lead there.
  package static func migrate(
    _ folder: DataFolder, steps: [Migration] = Migration.all, to format: Int = DataFolder.format
  ) throws -> String? {
    guard let found = try folder.foundFormat() else {
      throw HubStoreError.notAHub(path: folder.path)
    }
    if found > format { throw HubStoreError.newerFormat(found: found, supported: format) }
    if found == format { return nil }
    let locks = try takeLocks(of: folder, for: .maintain)
    defer { withExtendedLifetime(locks) {} }
    let connection = try StoreConnection(path: folder.database, isReadOnly: false)
    defer { connection.close() }
    let copy = folder.path + "/hub.db.format-\(found)"
    if !StoreFiles.exists(copy) {
      let files = StoreFiles()
      try files.remove(copy + ".new")
      try connection.backup(to: copy + ".new")
      try files.move(copy + ".new", to: copy)
      try files.syncFolder(folder.path)
    }
    // The database may be ahead of the format file after a stop between the two.
    var reached = try connection.first("PRAGMA user_version") { Int($0.integer(0)) } ?? found
    while reached < format {
      guard let step = steps.first(where: { $0.from == reached }) else {
        throw HubStoreError.olderFormat(found: found, supported: format)
      }
      try connection.transaction {
        try connection.script(step.script)
        try connection.script("PRAGMA user_version = \(step.from + 1)")
      }
      reached = step.from + 1
    }
    try folder.writeFormat(format)
    return copy
  }
}
