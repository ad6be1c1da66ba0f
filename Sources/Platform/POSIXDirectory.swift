import CSystem

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A held folder of the operating system.
final class POSIXDirectory: Directory {
  private let descriptor: FileDescriptor

  init(_ descriptor: FileDescriptor) {
    self.descriptor = descriptor
  }

  private var number: Int32 { descriptor.number }

  func list(into listing: inout DirectoryListing) throws(Errno) {
    listing.removeAll()
    var buffer: UnsafeMutablePointer<UInt8>?
    var capacity = 0
    var length = 0
    defer { free(buffer) }
    try check(cs_list(number, &buffer, &capacity, &length))
    let records = UnsafeRawBufferPointer(start: buffer, count: length)
    var offset = 0
    while offset < length {
      let inode = records.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
      let kind = FileKind(rawValue: records[offset + 8]) ?? .unknown
      let count = Int(records.loadUnaligned(fromByteOffset: offset + 9, as: UInt16.self))
      let name = UnsafeRawBufferPointer(rebasing: records[(offset + 11)..<(offset + 11 + count)])
      listing.append(
        name: name.assumingMemoryBound(to: UInt8.self), kind: kind, inode: inode)
      offset += 12 + count
    }
  }

  func status() throws(Errno) -> FileStatus {
    var found = cs_status()
    try check(cs_status_of(number, &found))
    return FileStatus(found)
  }

  var mount: UInt64? {
    let found = cs_mount_of(number)
    return found == 0 ? nil : found
  }

  func setMode(_ mode: UInt32) throws(Errno) {
    try retrying { fchmod(number, mode_t(truncatingIfNeeded: mode)) }
  }

  func setMode(of name: EntryName, _ mode: UInt32) throws(Errno) {
    try retrying {
      fchmodat(
        number, name.pointer, mode_t(truncatingIfNeeded: mode), Int32(AT_SYMLINK_NOFOLLOW))
    }
  }

  func status(of name: EntryName) throws(Errno) -> FileStatus {
    var found = cs_status()
    try check(cs_status_at(number, name.pointer, &found))
    return FileStatus(found)
  }

  func openDirectory(_ name: EntryName) throws(Errno) -> any Directory {
    let flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC
    return POSIXDirectory(try open(name, flags))
  }

  func openFile(_ name: EntryName) throws(Errno) -> any File {
    try openRegular(name, O_RDONLY)
  }

  func openFileForUpdate(_ name: EntryName) throws(Errno) -> any File {
    try openRegular(name, O_RDWR)
  }

  func createFile(_ name: EntryName, mode: UInt32) throws(Errno) -> any File {
    let flags = O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
    return POSIXFile(try open(name, flags, mode: mode))
  }

  func createDirectory(_ name: EntryName, mode: UInt32) throws(Errno) {
    try retrying { mkdirat(number, name.pointer, mode_t(truncatingIfNeeded: mode)) }
  }

  func readLink(_ name: EntryName) throws(Errno) -> [UInt8] {
    var capacity = 512
    while true {
      let target = UnsafeMutablePointer<CChar>.allocate(capacity: capacity)
      defer { target.deallocate() }
      let room = capacity
      let count = try retrying { readlinkat(number, name.pointer, target, room) }
      if count < capacity {
        return Array(UnsafeRawBufferPointer(start: target, count: count))
      }
      capacity *= 4
    }
  }

  func createLink(_ name: EntryName, target: String) throws(Errno) {
    guard !target.utf8.contains(0) else { throw .invalidArgument }
    try retrying { symlinkat(target, number, name.pointer) }
  }

  func linkFile(
    _ name: EntryName, to folder: any Directory, as newName: EntryName
  ) throws(Errno) {
    let target = try real(folder)
    try retrying { linkat(number, name.pointer, target, newName.pointer, 0) }
  }

  func removeFile(_ name: EntryName) throws(Errno) {
    try retrying { unlinkat(number, name.pointer, 0) }
  }

  func removeDirectory(_ name: EntryName) throws(Errno) {
    do { try retrying { unlinkat(number, name.pointer, AT_REMOVEDIR) } } catch {
      // Some file systems say "exists" for a folder that is not empty.
      throw error == .exists ? .notEmpty : error
    }
  }

  func rename(
    _ name: EntryName, to folder: any Directory, as newName: EntryName, _ mode: RenameMode
  ) throws(Errno) {
    let how =
      switch mode {
      case .replace: cs_rename_replace
      case .noReplace: cs_rename_no_replace
      case .exchange: cs_rename_exchange
      }
    try check(
      cs_rename_at(
        number, name.pointer, try real(folder), newName.pointer, Int32(how.rawValue)))
  }

  func syncFileSystem() throws(Errno) { try check(cs_sync_file_system(number)) }

  func synchronize() throws(Errno) { try check(cs_sync_file(number)) }

  func tellsNameChangesByTime() throws(Errno) -> Bool {
    var isKnown = false
    try check(cs_tells_name_changes(number, &isKnown))
    return isKnown
  }

  func freeSpace() throws(Errno) -> UInt64 {
    var bytes: UInt64 = 0
    try check(cs_free_space(number, &bytes))
    return bytes
  }

  func lock(_ name: EntryName) throws(Errno) -> (any FileLock)? {
    let descriptor = try open(name, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, mode: 0o600)
    var isTaken = false
    try check(cs_lock(descriptor.number, &isTaken))
    return isTaken ? POSIXFileLock(descriptor) : nil
  }

  /// Opens a regular file; without blocking, so that a pipe put there meanwhile cannot hold us.
  private func openRegular(_ name: EntryName, _ access: Int32) throws(Errno) -> POSIXFile {
    let file = POSIXFile(try open(name, access | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC))
    guard try file.status().kind == .file else { throw .invalidArgument }
    return file
  }

  private func open(
    _ name: EntryName, _ flags: Int32, mode: UInt32 = 0
  ) throws(Errno) -> FileDescriptor {
    FileDescriptor(
      owning: try retrying {
        openat(number, name.pointer, flags, mode_t(truncatingIfNeeded: mode))
      })
  }

  private func real(_ folder: any Directory) throws(Errno) -> Int32 {
    guard let folder = folder as? POSIXDirectory else { throw .crossDevice }
    return folder.number
  }
}
