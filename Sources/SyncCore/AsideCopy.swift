package import SyncModel

/// The loser of a conflict that is kept outside of the tree: on a platform where an extra file
/// means something, a copy beside the winner would be one more block.
package struct AsideCopy: Hashable, Sendable {
  /// The folder that holds such copies, from the project's root.
  package static let folder = ".syncline/conflicts"

  /// The path of the conflict.
  package var path: SyncPath
  /// The side whose version loses.
  package var side: Side
  /// That version.
  package var file: Node.File

  /// Describes a copy.
  package init(path: SyncPath, side: Side, file: Node.File) {
    self.path = path
    self.side = side
    self.file = file
  }

  /// Where the copy is kept, from the project's root; a name that other content has taken gets
  /// more digits.
  ///
  /// - Returns: nothing when the path would become too long.
  package func place(digits: Int = ConflictCopy.fewestDigits) -> SyncPath? {
    let hex = file.digest.hex
    return ConflictCopy.path(for: path, losing: side, hex: hex, digits: digits).map {
      // Only named, never opened by this path: what is opened is the rest, below the folder.
      SyncPath(trusted: AsideCopy.folder + "/" + $0.key)
    }
  }
}
