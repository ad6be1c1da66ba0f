package import SyncModel

/// What a folder was like when all names in it were last seen to be files or folders that take
/// part, so that as long as it is like that, its names need not be listed again.
///
/// Only made where every change of a folder's names changes its times, and where both times were
/// older, by more than the file system's granularity, than a stamp taken before the listing.
package struct FolderProof: Hashable, Sendable, PathRow {
  /// The folder, which is never the root.
  package var path: SyncPath
  /// When the names in it changed last, in nanoseconds since 1970.
  package var modified: Int64
  /// When the names or the attributes changed last, in nanoseconds since 1970.
  package var changed: Int64
  /// The number of the folder on its device.
  package var inode: UInt64
  /// The rules that held in it, by ``ScanRules/mark``.
  package var rules: Digest
  /// How many files it holds; each has a row in the cache.
  package var files: Int
  /// The names of the folders in it, in the order of a tree.
  package var folders: [String]

  /// Describes a folder as it was listed.
  package init(
    path: SyncPath, modified: Int64, changed: Int64, inode: UInt64, rules: Digest, files: Int,
    folders: [String]
  ) {
    self.path = path
    self.modified = modified
    self.changed = changed
    self.inode = inode
    self.rules = rules
    self.files = files
    self.folders = folders
  }
}
