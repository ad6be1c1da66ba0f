/// The door to files: the only place that takes paths.
///
/// Everything above this layer reaches files through it, so that a simulated file system runs the
/// same code as the real one.
package protocol FileSystem: Sendable {
  /// Opens a folder by its path, which the user or the program's own settings chose.
  ///
  /// Links in this path are followed.
  func openDirectory(path: String) throws(Errno) -> any Directory

  /// Makes a folder by its path; the folder above must exist.
  func createDirectory(path: String, mode: UInt32) throws(Errno)

  /// The path with all links resolved, as the operating system spells it.
  func resolve(path: String) throws(Errno) -> String
}

/// How a rename treats what stands at the new name.
package enum RenameMode: Hashable, Sendable {
  /// Takes its place.
  case replace
  /// Fails with ``Errno/exists``.
  case noReplace
  /// Both names change places; fails with ``Errno/notFound`` when there is nothing.
  case exchange
}

/// A held folder, every operation of which takes one name, never a path.
///
/// No operation follows a link. All are safe from any thread.
package protocol Directory: AnyObject, Sendable {
  /// Fills a listing with the names of the folder, in any order.
  func list(into listing: inout DirectoryListing) throws(Errno)
  /// Tells the facts of the folder itself.
  func status() throws(Errno) -> FileStatus
  /// Tells the facts of a name.
  func status(of name: EntryName) throws(Errno) -> FileStatus
  /// Opens a folder; a link fails with ``Errno/notDirectory`` or ``Errno/linkLoop``.
  func openDirectory(_ name: EntryName) throws(Errno) -> any Directory
  /// Opens a regular file for reading; anything else fails with ``Errno/invalidArgument``.
  func openFile(_ name: EntryName) throws(Errno) -> any File
  /// Opens a regular file for reading and writing, at its start, without emptying it.
  func openFileForUpdate(_ name: EntryName) throws(Errno) -> any File
  /// Makes a file that was not there and opens it; the process mask applies to the mode.
  func createFile(_ name: EntryName, mode: UInt32) throws(Errno) -> any File
  /// Makes a folder; the process mask applies to the mode.
  func createDirectory(_ name: EntryName, mode: UInt32) throws(Errno)
  /// Reads where a link points to.
  func readLink(_ name: EntryName) throws(Errno) -> [UInt8]
  /// Makes a link that was not there.
  func createLink(_ name: EntryName, target: String) throws(Errno)
  /// Gives a file a second name that was not there.
  func linkFile(_ name: EntryName, to folder: any Directory, as newName: EntryName) throws(Errno)
  /// Removes a file or a link.
  func removeFile(_ name: EntryName) throws(Errno)
  /// Removes an empty folder.
  func removeDirectory(_ name: EntryName) throws(Errno)
  /// Renames, at one instant.
  ///
  /// Fails with ``Errno/notSupported`` where the file system does not know the mode.
  func rename(
    _ name: EntryName, to folder: any Directory, as newName: EntryName, _ mode: RenameMode
  ) throws(Errno)
  /// Sets the permission bits of the folder itself; the process mask does not apply.
  func setMode(_ mode: UInt32) throws(Errno)
  /// Sets the permission bits of a file, which need not be open for it; no link is followed.
  func setMode(of name: EntryName, _ mode: UInt32) throws(Errno)
  /// Waits until everything that the file system was told is on its device.
  func syncFileSystem() throws(Errno)
  /// Waits until the names of this folder are on its device.
  func synchronize() throws(Errno)
  /// Tells whether every change of the names in a folder is known to change the folder's times, as
  /// local file systems do it; others may have a folder's times from somewhere else.
  func tellsNameChangesByTime() throws(Errno) -> Bool
  /// Which mount the folder was reached through; nothing where the system does not tell.
  ///
  /// A folder that is bound over another one has its device, and a mount of its own.
  var mount: UInt64? { get }
  /// How many bytes an ordinary user may still store.
  func freeSpace() throws(Errno) -> UInt64
  /// Takes an exclusive lock on a file, made if need be, or answers nothing if it is held.
  ///
  /// The lock ends with the process that holds it, however that ends.
  func lock(_ name: EntryName) throws(Errno) -> (any FileLock)?
}

extension Directory {
  /// Not known, as on every system but Linux.
  package var mount: UInt64? { nil }
}

/// An open regular file, with a place where the next read or write happens.
///
/// Confined to one thread at a time; closed when the last reference goes.
package protocol File: AnyObject, Sendable {
  /// Tells the facts of the file.
  func status() throws(Errno) -> FileStatus
  /// Fills a buffer from where the last read ended, and says how much; 0 is the end.
  func read(into buffer: UnsafeMutableRawBufferPointer) throws(Errno) -> Int
  /// Writes all bytes.
  func write(_ bytes: UnsafeRawBufferPointer) throws(Errno)
  /// Goes to a place, in bytes from the start.
  func seek(to offset: UInt64) throws(Errno)
  /// Cuts the file, or fills it up with zeros.
  func truncate(to size: UInt64) throws(Errno)
  /// Sets the permission bits; the process mask does not apply.
  func setMode(_ mode: UInt32) throws(Errno)
  /// Waits until the file is on its device.
  func synchronize() throws(Errno)
}

/// A lock that is held until it is released or the last reference goes.
package protocol FileLock: AnyObject, Sendable {
  /// Replaces what the lock file says about its holder.
  func write(note: String) throws(Errno)
}
