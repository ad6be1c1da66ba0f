import Platform

/// The projects of one hub, their history and their contents, in one data folder.
///
/// Safe from any thread. Reads run beside each other and beside one writer; every mutation is on
/// the disk when the call returns.
package final class HubStore: Sendable {
  /// What a data folder is opened for.
  package enum Use: Sendable {
    /// To serve it: alone, but for tools beside.
    case serve
    /// To read it, or to make a project or a token, also while it is served.
    case beside
    /// To change what is stored already: nobody else may have it open in any way.
    case maintain
  }

  /// The data folder.
  package let folder: DataFolder
  let environment: HubEnvironment
  let connections: ConnectionPool
  /// The files of the data folder, as this store changes them.
  let files: StoreFiles
  let projectLocks = Locked<[Int64: ProjectLock]>([:])
  let lastUses = Locked<[String: Int64]>([:])
  private let locks: [OpenFile]

  /// Opens a data folder, making an empty hub where there is none.
  ///
  /// - Throws: ``HubStoreError/locked`` where another process has what this use needs alone.
  package init(_ folder: DataFolder, for use: Use, environment: HubEnvironment) throws {
    self.folder = folder
    self.environment = environment
    files = StoreFiles(watch: environment.watch)
    try HubStore.makeIfMissing(folder)
    try HubStore.checkFormat(of: folder)
    locks = try HubStore.takeLocks(of: folder, for: use)
    connections = try ConnectionPool(path: folder.database, watch: environment.watch)
    switch use {
    case .serve, .maintain: try recover()
    case .beside: break
    }
  }

  /// Takes the locks of a use.
  ///
  /// `hub.lock` keeps a second server and every maintenance out; `maintenance.lock` is shared by
  /// all who rely on packs being only appended to.
  static func takeLocks(of folder: DataFolder, for use: Use) throws -> [OpenFile] {
    let serving = try OpenFile(folder.lockFile, .write)
    let maintenance = try OpenFile(folder.maintenanceLockFile, .write)
    let isAlone = use == .maintain
    guard try maintenance.lock(shared: !isAlone) else { throw HubStoreError.locked }
    switch use {
    case .beside: return [maintenance]
    case .serve, .maintain:
      guard try serving.lock(shared: false) else { throw HubStoreError.locked }
      return [maintenance, serving]
    }
  }

  private static func checkFormat(of folder: DataFolder) throws {
    let found = try folder.foundFormat() ?? 0
    if found > DataFolder.format {
      throw HubStoreError.newerFormat(found: found, supported: DataFolder.format)
    }
    if found < DataFolder.format {
      throw HubStoreError.olderFormat(found: found, supported: DataFolder.format)
    }
    // SQLite would make an empty one, which hides that all is lost but the packs.
    guard try OpenFile.length(ofFileAt: folder.database) ?? 0 > 0 else {
      throw HubStoreError.databaseMissing(path: folder.database)
    }
  }

  /// Makes an empty hub; one whose making was cut short is finished.
  private static func makeIfMissing(_ folder: DataFolder) throws {
    if try folder.foundFormat() != nil { return }
    if StoreFiles.exists(folder.path) {
      let own: Set = [
        "hub.lock", "maintenance.lock", "hub.db", "hub.db-wal", "hub.db-shm", "hub.db-journal",
        "projects", "deleted", "format.new",
      ]
      let names = try StoreFiles.names(in: folder.path)
      guard own.isSuperset(of: names) else { throw HubStoreError.notAHub(path: folder.path) }
    }
    try folder.makeFolders()
    let lock = try OpenFile(folder.maintenanceLockFile, .write)
    guard try lock.lock(shared: false) else { throw HubStoreError.locked }
    // Another process may have been faster.
    if try folder.foundFormat() != nil { return }
    // Made here, so that only its owner can read it whatever the umask is; its journals follow it.
    _ = try OpenFile(folder.database, .write)
    let connection = try StoreConnection(path: folder.database, isReadOnly: false)
    try connection.transaction {
      let version = try connection.first("PRAGMA user_version") { $0.integer(0) }
      if version == 0 {
        try connection.script(Schema.statements)
        try connection.script("PRAGMA user_version = \(DataFolder.format)")
      }
    }
    connection.close()
    try folder.writeFormat(DataFolder.format)
  }

  /// Runs a closure on a connection of its own, with one view of the data from start to end.
  func reading<Result>(_ body: (StoreConnection) throws -> Result) throws -> Result {
    try connections.reading(body)
  }

  /// Runs a closure as the only writer; all of it takes effect or, where it throws, nothing.
  func writing<Result>(_ body: (StoreConnection) throws -> Result) throws -> Result {
    try connections.writing(body)
  }

  /// The lock of a project's packs and uploads.
  func lock(of project: HubProject) -> ProjectLock {
    projectLocks.withLock { locks in
      if let lock = locks[project.number] { return lock }
      let lock = ProjectLock()
      locks[project.number] = lock
      return lock
    }
  }

  /// Finds the head row of a project as a transaction sees it.
  func refreshed(_ project: HubProject, _ connection: StoreConnection) throws -> HubProject {
    let row = try connection.first(
      "SELECT \(HubProject.columns) FROM projects WHERE number = ? AND deleted IS NULL",
      .integer(project.number)
    ) { try HubProject($0) }
    guard let row else { throw HubStoreError.noSuchProject }
    return row
  }
}

/// Lets one thread at a time append to a project's packs.
final class ProjectLock: Sendable {
  /// How often it was held; a value of no size has no address of its own, and the thread
  /// sanitizer takes it for its neighbor.
  private let turns = Locked<UInt64>(0)

  func holding<Result>(_ body: () throws -> Result) throws -> Result {
    // The outcome crosses the lock as a value, for a closure may return what is not Sendable.
    var outcome: Swift.Result<Result, any Error>?
    withoutActuallyEscaping(body) { body in
      turns.withLock { turns in
        turns &+= 1
        outcome = .init(catching: body)
      }
    }
    guard let outcome else { preconditionFailure("a lock runs its closure") }
    return try outcome.get()
  }
}
