import Platform
package import SyncModel

/// Something that a run replaced or deleted, and kept in the trash.
package struct KeptContent: Hashable, Sendable {
  /// The path that it stood at.
  package var path: SyncPath
  /// Where it is kept, below `.syncline/`.
  package var location: String
  /// What it was when it was put there.
  package var node: Node

  /// Describes something kept.
  package init(path: SyncPath, location: String, node: Node) {
    self.path = path
    self.location = location
    self.node = node
  }
}

/// Something kept, with what tells whether it was written to since.
struct KeptFile: Sendable {
  var content: KeptContent
  var status: FileStatus
  /// Whether equal times prove that nobody wrote to it since.
  var isSettled: Bool
  /// Whether it is an edit that nobody expected there, and that could not go back.
  var isEdit = false
}

/// What the disk still shows of an interrupted run at one path.
package struct RecoveryEvidence: Hashable, Sendable {
  /// Whether the content that was to come still waits in the staging area.
  package var isStaged: Bool
  /// Whether that content was in the staging area, whole, and every file of it was taken out.
  package var wasTaken: Bool
  /// What the run's trash holds of the path, oldest first.
  ///
  /// The content that was to come may be among it: it lies there for the instant before the two
  /// change places. What was expected is there only if they did, or, where two names cannot be
  /// exchanged, if it was taken out first.
  package var kept: [KeptContent]
}
