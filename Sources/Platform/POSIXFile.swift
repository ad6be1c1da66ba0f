import CSystem

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// An open file of the operating system.
final class POSIXFile: File {
  private let descriptor: FileDescriptor

  init(_ descriptor: FileDescriptor) {
    self.descriptor = descriptor
  }

  func status() throws(Errno) -> FileStatus {
    var found = cs_status()
    try check(cs_status_of(descriptor.number, &found))
    return FileStatus(found)
  }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws(Errno) -> Int {
    guard let base = buffer.baseAddress, buffer.count > 0 else { return 0 }
    return try retrying { readBytes(descriptor.number, base, buffer.count) }
  }

  func write(_ bytes: UnsafeRawBufferPointer) throws(Errno) {
    try writeAll(bytes, to: descriptor.number)
  }

  func seek(to offset: UInt64) throws(Errno) {
    try retrying { lseek(descriptor.number, off_t(clamping: offset), SEEK_SET) }
  }

  func truncate(to size: UInt64) throws(Errno) {
    try retrying { ftruncate(descriptor.number, off_t(clamping: size)) }
  }

  func setMode(_ mode: UInt32) throws(Errno) {
    try retrying { fchmod(descriptor.number, mode_t(truncatingIfNeeded: mode)) }
  }

  func synchronize() throws(Errno) {
    try FileDescriptor.synchronize(descriptor.number)
  }
}

/// A held lock file.
final class POSIXFileLock: FileLock {
  private let descriptor: FileDescriptor

  init(_ descriptor: FileDescriptor) {
    self.descriptor = descriptor
  }

  deinit {
    // Closing alone is not enough: a program that another thread starts at this moment holds a
    // copy of the descriptor until it is loaded, and the lock with it.
    _ = flock(descriptor.number, LOCK_UN)
  }

  func write(note: String) throws(Errno) {
    let file = POSIXFile(descriptor)
    try file.truncate(to: 0)
    try file.seek(to: 0)
    try file.write(Array(note.utf8))
  }
}

/// Writes all bytes to a descriptor, however many calls it takes.
func writeAll(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) throws(Errno) {
  var rest = bytes[...]
  while !rest.isEmpty {
    let part = UnsafeRawBufferPointer(rebasing: rest)
    let count = try retrying { write(descriptor, part.baseAddress, part.count) }
    rest = rest.dropFirst(count)
  }
}

/// `read(2)`, under a name that the methods of the same name do not hide.
func readBytes(_ descriptor: Int32, _ base: UnsafeMutableRawPointer, _ count: Int) -> Int {
  read(descriptor, base, count)
}
