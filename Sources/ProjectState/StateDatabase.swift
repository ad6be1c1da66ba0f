import SQLite

/// The private state of one project folder: `.syncline/state.db`.
///
/// Confined to one thread at a time. Writes are transactions with full synchronization: what is
/// recorded survives a power cut, and nothing half-recorded is ever seen.
package final class StateDatabase {
  /// The format that this program writes.
  package static let formatVersion = 3
  /// Marks the file as ours ("SLst").
  private static let applicationID = 0x534C_7374

  let connection: Connection
  let file: String
  /// Called around every commit of a transaction; a simulated process dies by what it throws.
  package var watch: ((CommitMoment) throws -> Void)?

  /// The two moments that matter for a crash.
  package enum CommitMoment: Sendable {
    case before, after
  }

  /// Opens the state of a project; the mode says whether a missing one is made.
  ///
  /// A file of a newer version, a foreign or a damaged one is refused and left as it is, and so is
  /// a path with a link in it: the caller resolves the folder first.
  package init(path: String, mode: Mode) throws {
    self.file = path
    do {
      switch mode {
      case .create:
        connection = try Connection(path: path, mode: .readWriteCreate, followsLinks: false)
      case .open: connection = try Connection(path: path, mode: .readWrite, followsLinks: false)
      case .unchanging:
        connection = try Connection(path: path, mode: .unchanging, followsLinks: false)
      case .inMemory: connection = try Connection(path: "", mode: .memory)
      }
      try prepare(mode: mode)
    } catch let error as SQLiteError {
      throw StateDatabase.explain(error, file: path)
    }
  }

  /// How a state is opened.
  package enum Mode: Sendable {
    /// A new project: the file is made.
    case create
    /// A known project: a missing file is an error.
    case open
    /// A known project on a file system that cannot be written: it is only read.
    case unchanging
    /// A state without a file, for simulations and tests.
    case inMemory
  }

  private func prepare(mode: Mode) throws {
    let version = try pragma("user_version")
    let application = try pragma("application_id")
    switch mode {
    case .open, .unchanging:
      guard application == StateDatabase.applicationID else {
        throw StateError.unusable(file: file, detail: "it is not a Syncline state file")
      }
    case .create, .inMemory:
      if application == 0, version == 0, try isEmpty() { return try createSchema() }
      guard application == StateDatabase.applicationID else {
        throw StateError.unusable(file: file, detail: "it is not a Syncline state file")
      }
    }
    guard version == StateDatabase.formatVersion else {
      throw StateError.unknownVersion(file: file, found: version)
    }
    switch mode {
    case .create, .open, .inMemory: try configure()
    case .unchanging: break
    }
  }

  private func configure() throws {
    try connection.execute("PRAGMA journal_mode = WAL")
    try connection.execute("PRAGMA synchronous = FULL")
    // Counts on macOS alone, where a plain fsync may leave data in the device.
    try connection.execute("PRAGMA fullfsync = 1")
    try connection.execute("PRAGMA foreign_keys = ON")
  }

  private func isEmpty() throws -> Bool {
    try connection.statement("SELECT count(*) FROM sqlite_master").first { $0.int(0) == 0 } ?? true
  }

  private func pragma(_ name: String) throws -> Int {
    try connection.statement("PRAGMA \(name)").first { $0.int(0) } ?? 0
  }

  private func createSchema() throws {
    // Lists are read whole: pages of this size take a third of the calls that the usual ones do.
    try connection.execute("PRAGMA page_size = 16384")
    try configure()
    try connection.transaction(.immediate) {
      try connection.execute(StateDatabase.schema)
      try connection.execute("PRAGMA application_id = \(StateDatabase.applicationID)")
      try connection.execute("PRAGMA user_version = \(StateDatabase.formatVersion)")
    }
  }

  /// Runs a body in one transaction: all of it is recorded, or nothing.
  package func transaction<Result>(_ body: () throws -> Result) throws -> Result {
    do {
      let result = try connection.transaction(.immediate) {
        let result = try body()
        try watch?(.before)
        return result
      }
      try watch?(.after)
      return result
    } catch let error as SQLiteError {
      throw StateDatabase.explain(error, file: file)
    }
  }

  /// Runs a body that only reads, on what was recorded at one moment.
  package func reading<Result>(_ body: () throws -> Result) throws -> Result {
    do {
      return try connection.transaction(.deferred, body)
    } catch let error as SQLiteError {
      throw StateDatabase.explain(error, file: file)
    }
  }

  /// Reads every page and refuses a file that is damaged anywhere.
  package func verify() throws {
    do {
      let found = try connection.statement("PRAGMA quick_check(1)").first { $0.string(0) } ?? ""
      guard found == "ok" else { throw StateError.unusable(file: file, detail: found) }
    } catch let error as SQLiteError {
      throw StateDatabase.explain(error, file: file)
    }
  }

  /// Tells damage from other trouble, so that the user is told the way out.
  static func explain(_ error: SQLiteError, file: String) -> StateError {
    switch error.primary {
    case .corrupt, .notADatabase: .unusable(file: file, detail: error.message)
    default: .database(error)
    }
  }

  private static let schema = """
    CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE stat_cache (
      owner INTEGER NOT NULL, first BLOB NOT NULL, stamp BLOB NOT NULL, rows BLOB NOT NULL,
      UNIQUE (owner, first));
    CREATE TABLE stat_folders (
      owner INTEGER NOT NULL, first BLOB NOT NULL, stamp BLOB NOT NULL, rows BLOB NOT NULL,
      UNIQUE (owner, first));
    CREATE TABLE targets (
      id INTEGER PRIMARY KEY, identity TEXT NOT NULL UNIQUE, revision INTEGER, fingerprint TEXT,
      branch TEXT);
    CREATE TABLE names (
      name TEXT PRIMARY KEY, target INTEGER NOT NULL REFERENCES targets(id)) WITHOUT ROWID;
    CREATE TABLE base (
      owner INTEGER NOT NULL REFERENCES targets(id), first BLOB NOT NULL, stamp BLOB NOT NULL,
      rows BLOB NOT NULL, UNIQUE (owner, first));
    CREATE TABLE overlay (
      target INTEGER NOT NULL REFERENCES targets(id), path BLOB NOT NULL, node BLOB,
      modified INTEGER, spelling TEXT, editor TEXT, PRIMARY KEY (target, path)) WITHOUT ROWID;
    CREATE TABLE runs (
      id TEXT PRIMARY KEY, number INTEGER NOT NULL, target INTEGER NOT NULL REFERENCES targets(id), verb TEXT NOT NULL,
      started INTEGER NOT NULL, finished INTEGER, state TEXT NOT NULL,
      message TEXT, summary TEXT, undoes TEXT) WITHOUT ROWID;
    CREATE TABLE steps (
      run TEXT NOT NULL REFERENCES runs(id), counter INTEGER NOT NULL, state TEXT NOT NULL,
      intents BLOB NOT NULL, effects BLOB, PRIMARY KEY (run, counter)) WITHOUT ROWID;
    CREATE TABLE objects (
      digest BLOB PRIMARY KEY, frame INTEGER NOT NULL,
      stored INTEGER NOT NULL, raw INTEGER NOT NULL, offset INTEGER NOT NULL,
      size INTEGER NOT NULL) WITHOUT ROWID;
    """
}
