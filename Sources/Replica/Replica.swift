package import SyncModel

/// Names one commit: applied once, however often it is sent.
package struct CommitID: Hashable, Sendable {
  /// The run that makes it.
  package var run: String
  /// Which of the run's commits it is; a plan that is made again takes the next.
  package var counter: UInt32

  /// Names a commit.
  package init(run: String, counter: UInt32) {
    self.run = run
    self.counter = counter
  }
}

/// Changes to apply together.
package struct Batch: Sendable {
  /// Names the batch; the same id with the same changes is applied once.
  package var id: CommitID
  /// What the user says about it.
  package var message: String?
  /// The changes in the order of the plan: a delete that makes room stands before its create.
  package var changes: [PathChange]

  /// Describes a batch.
  package init(id: CommitID, message: String? = nil, changes: [PathChange]) {
    self.id = id
    self.message = message
    self.changes = changes
  }
}

/// What became of one change of a batch.
package enum ChangeResult: Hashable, Sendable {
  /// It is done, now or by an earlier attempt.
  case done
  /// What was expected is no longer there; nothing was written. It is planned again.
  case moved(found: TreeEntry.State?)
  /// It could not be done; nothing was written at this path.
  case failed(BlockReason)
  /// Nothing was tried, because another change of an all-or-nothing batch moved or failed, or
  /// because the replica went away after it had applied others.
  case notTried
}

/// A content that somebody wrote between a replica's last look at a path and its own write there.
///
/// Only a replica that cannot write under a condition has any; it is replaced, and kept.
package struct OvertakenWrite: Hashable, Sendable {
  /// The path that was written twice.
  package var path: SyncPath
  /// Where the replica keeps the other content, in its own terms.
  package var place: String

  /// Describes a write that was overtaken.
  package init(path: SyncPath, place: String) {
    self.path = path
    self.place = place
  }
}

/// What became of a batch.
package struct BatchOutcome: Sendable {
  /// One result for each change, in the order of the batch.
  package var results: [ChangeResult]
  /// Where the replica's history stands after it, on a replica that has one.
  package var cursor: Cursor?
  /// Writes of others that the batch replaced without having seen them.
  package var overtaken: [OvertakenWrite]
  /// What went wrong after the changes were made, so that they may not last, or that left something
  /// out of its place: they are told, and not yet believed.
  package var trouble: ReplicaError?
  /// Why the rest was not tried, where the replica went away after it had applied some changes.
  package var cut: (any Error)?

  /// Describes what became of a batch.
  package init(
    results: [ChangeResult], cursor: Cursor? = nil, overtaken: [OvertakenWrite] = [],
    trouble: ReplicaError? = nil, cut: (any Error)? = nil
  ) {
    self.results = results
    self.cursor = cursor
    self.overtaken = overtaken
    self.trouble = trouble
    self.cut = cut
  }
}

/// Why a replica as a whole cannot be used now.
///
/// Trouble with single paths is a result, not this.
package struct ReplicaError: Error, Sendable {
  /// What kind of trouble it is, which decides the exit code.
  package enum Code: String, Sendable {
    /// Cannot be reached, or did not answer in time.
    case unreachable
    /// What answers is not a replica that we understand.
    case notUnderstood = "not_understood"
    /// Not signed in, not allowed, or no such project: one answer for all.
    case notAllowed = "not_allowed"
    /// It refused the request: a limit, or a rule of its own.
    case refused
    /// The commit id was used before, with other changes.
    case commitReused = "commit_reused"
    /// It could not store: its disk is full or broken.
    case storage
    /// The user interrupted.
    case cancelled
  }

  /// The kind of trouble.
  package var code: Code
  /// Facts for the message: the address, the status, the peer's own words.
  ///
  /// Never a secret.
  package var detail: String
  /// Whether the same call may go through later.
  package var isRetriable: Bool

  /// Describes trouble with a replica.
  package init(_ code: Code, detail: String, isRetriable: Bool = false) {
    self.code = code
    self.detail = detail
    self.isRetriable = isRetriable
  }
}

/// Who a replica is, whatever address it is reached by.
package struct ReplicaIdentity: Hashable, Sendable {
  /// The id of the project or folder; opaque, unique, never reused.
  package var id: String
  /// The clock of the replica when it answered, where it tells.
  package var clock: Timestamp?

  /// Names a replica.
  package init(id: String, clock: Timestamp? = nil) {
    self.id = id
    self.clock = clock
  }
}

/// One side of a sync.
///
/// The contract, which the contract suite checks on every replica:
/// - A failure to observe is never an absence: `snapshot` is whole, or names what it could not see
///   as blocked, or says that it is not complete, or throws.
/// - `read` delivers bytes of exactly the wanted digest, or reports the path.
/// - `apply` writes a change only if what the change replaces is still there. Otherwise the change
///   comes back as moved and nothing is written at its path. No reader ever sees half a content.
/// - Every call ends soon after its task is cancelled, has a limit in time, and may be repeated:
///   a batch that was applied is answered again, not applied again.
/// - Calls block the thread they run on; callers run them on a pool of their own.
package protocol Replica: Sendable {
  /// What the replica can keep.
  var capabilities: Capabilities { get }

  /// Asks who the replica is.
  func identity() async throws -> ReplicaIdentity

  /// Looks at the whole replica.
  ///
  /// With a tree that was seen earlier, only what changed since need be fetched.
  func snapshot(since known: KnownTree?) async throws -> Snapshot

  /// Delivers contents, in any order, several at a time.
  ///
  /// The result names the contents that could not be had; the rest were delivered.
  func read(_ wanted: [WantedContent], into sink: any ContentSink) async throws
    -> [(content: WantedContent, reason: BlockReason)]

  /// Asks the replica to hand over the frames in which contents travel from now on.
  ///
  /// False when it has none, so that contents have to be kept one by one.
  func handFrames(to keeper: any FrameKeeper) -> Bool

  /// Applies changes, each only if what it replaces is still there.
  func apply(_ batch: Batch, contents: any ContentProvider) async throws -> BatchOutcome
}

extension Replica {
  /// Has no frames.
  package func handFrames(to keeper: any FrameKeeper) -> Bool { false }
}
