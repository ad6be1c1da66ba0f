import Crypto
import HTTPClient
import Platform
package import Replica
package import SyncModel

/// The project of a Mage server, as one side of a sync.
///
/// The server keeps text files and lists them with sizes and rounded times; it has no revisions, no
/// digests and no batches. What was learned about each file is remembered, and what cannot be
/// known is never taken for an absence. Calls block threads of the connection's pool.
package final class MageReplica: Replica {
  /// How a project is looked at.
  package struct Options: Sendable {
    /// Whether a path takes part; others are neither read nor shown.
    package var takes: @Sendable (SyncPath) -> Bool
    /// Whether every file is read, whatever is remembered of it.
    package var readsEverything: Bool

    /// Chooses how a project is looked at: by default the kinds of files that Mage's own sync has.
    package init(
      takes: @escaping @Sendable (SyncPath) -> Bool = { MageFileKinds.carries($0) },
      readsEverything: Bool = false
    ) {
      self.takes = takes
      self.readsEverything = readsEverything
    }
  }

  /// What the replica found out about the server.
  struct Known {
    var project: MageProject
    var dialect: any MageDialect
    var time: Timestamp?
    /// Whether it was asked for and no look has been taken since.
    var isFresh = true
  }

  /// The way to the server.
  package let connection: MageConnection
  let memory: any ListingMemory
  let options: Options
  let meter: ProgressMeter?
  let shelf = ContentShelf()
  let known = Locked<Known?>(nil)
  let outside = Locked(0)

  /// Names the project behind a connection; asks nothing yet.
  package init(
    connection: MageConnection, memory: any ListingMemory = TransientListingMemory(),
    options: Options = Options(), meter: ProgressMeter? = nil
  ) {
    self.connection = connection
    self.memory = memory
    self.options = options
    self.meter = meter
  }

  package var capabilities: Capabilities {
    Capabilities(
      carriesExecutable: false, carriesLinks: false, carriesRawBytes: false, commitsAtOnce: false,
      keepsHistory: false, isCaseSensitive: true)
  }

  package func identity() async throws -> ReplicaIdentity {
    let found = try await connection.blocking { [self] cancellation in
      try project(cancellation, again: known.withLock { $0 == nil })
    }
    return ReplicaIdentity(id: found.project.id, clock: found.time)
  }

  /// The project's folder on the server.
  package func root() async throws -> String {
    try await connection.blocking { [self] cancellation in
      try project(cancellation).project.root
    }
  }

  /// How many files the last listing named that do not belong to the project.
  ///
  /// A listing with any is not remembered as a whole, so that none goes uncounted.
  package var listedOutside: Int { outside.withLock { $0 } }

  /// The project at the start of a look: asked for, unless that was just done.
  func projectToLookAt(_ cancellation: CancellationFlag) throws -> Known {
    let isFresh = known.withLock { known in
      defer { known?.isFresh = false }
      return known?.isFresh ?? false
    }
    let found = try project(cancellation, again: !isFresh)
    known.withLock { $0?.isFresh = false }
    return found
  }

  /// The project and the way to ask for it; asked once, or again.
  func project(_ cancellation: CancellationFlag, again: Bool = false) throws -> Known {
    if !again, let found = known.withLock({ $0 }) { return found }
    let (project, time) = try connection.project(cancellation)
    let dialect = try chooseDialect(project, cancellation)
    let found = Known(
      project: project, dialect: dialect, time: time.map { Timestamp(seconds: $0) })
    known.withLock { $0 = found }
    return found
  }

  /// Finds out which kind of server it is: the commercial one answers a question that the
  /// open-source one fails at.
  private func chooseDialect(
    _ project: MageProject, _ cancellation: CancellationFlag
  ) throws -> any MageDialect {
    if let before = known.withLock({ $0 }), before.project == project { return before.dialect }
    if memory.listing(of: project.id).dialect == OpenSourceDialect.name {
      return OpenSourceDialect(connection: connection)
    }
    let pro = ProDialect(connection: connection)
    return try pro.isUnderstood(project, cancellation)
      ? pro : OpenSourceDialect(connection: connection)
  }

  /// Reads single files with care.
  func reader(_ known: Known) -> CarefulReader {
    CarefulReader(connection: connection, dialect: known.dialect, project: known.project)
  }

  /// The file that bytes make.
  static func node(_ bytes: [UInt8]) -> Node {
    .file(Node.File(digest: SHA256.hash(bytes), size: UInt64(bytes.count), isExecutable: nil))
  }
}
