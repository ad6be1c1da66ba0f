package import SyncModel

/// How many files were deleted on each side, renames not counted.
package struct DeletionCount: Hashable, Sendable {
  /// On the local side.
  package var local = 0
  /// On the remote side.
  package var remote = 0

  /// Counts nothing.
  package init() {}

  /// How many on one side.
  package subscript(_ side: Side) -> Int {
    switch side {
    case .local: local
    case .remote: remote
    }
  }
}
