import Platform

/// The folder that a clone would make: nothing is in it, and nothing can be put there.
///
/// A clone that is only planned looks at it in place of one on the disk.
final class EmptyFolder: Directory {
  private let above: any Directory

  /// Describes a folder inside another one, which exists.
  init(inside above: any Directory) {
    self.above = above
  }

  func list(into listing: inout DirectoryListing) throws(Errno) { listing.removeAll() }
  func status() throws(Errno) -> FileStatus { try above.status() }
  func status(of name: EntryName) throws(Errno) -> FileStatus { throw .notFound }
  func openDirectory(_ name: EntryName) throws(Errno) -> any Directory { throw .notFound }
  func openFile(_ name: EntryName) throws(Errno) -> any File { throw .notFound }
  func openFileForUpdate(_ name: EntryName) throws(Errno) -> any File { throw .notFound }
  func createFile(_ name: EntryName, mode: UInt32) throws(Errno) -> any File { throw .readOnly }
  func createDirectory(_ name: EntryName, mode: UInt32) throws(Errno) { throw .readOnly }
  func readLink(_ name: EntryName) throws(Errno) -> [UInt8] { throw .notFound }
  func createLink(_ name: EntryName, target: String) throws(Errno) { throw .readOnly }
  func linkFile(
    _ name: EntryName, to folder: any Directory, as newName: EntryName
  ) throws(Errno) { throw .notFound }
  func removeFile(_ name: EntryName) throws(Errno) { throw .notFound }
  func removeDirectory(_ name: EntryName) throws(Errno) { throw .notFound }
  func rename(
    _ name: EntryName, to folder: any Directory, as newName: EntryName, _ mode: RenameMode
  ) throws(Errno) { throw .notFound }
  func setMode(_ mode: UInt32) throws(Errno) { throw .readOnly }
  func setMode(of name: EntryName, _ mode: UInt32) throws(Errno) { throw .notFound }
  func syncFileSystem() throws(Errno) {}
  func synchronize() throws(Errno) {}
  func tellsNameChangesByTime() throws(Errno) -> Bool { false }
  func freeSpace() throws(Errno) -> UInt64 { try above.freeSpace() }
  func lock(_ name: EntryName) throws(Errno) -> (any FileLock)? { throw .readOnly }
}
