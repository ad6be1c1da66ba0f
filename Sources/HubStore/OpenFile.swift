import Platform

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// An open file of the data folder, closed when nobody holds it any longer.
///
/// Every read and write says where, so that several threads may share one.
final class OpenFile: Sendable {
  /// How a file is opened.
  enum Mode {
    case read
    case write
    case create
    case folder
  }

  let descriptor: Int32
  /// The name for errors.
  let path: String
  private let watch: StoreWatch

  init(
    _ path: String, _ mode: Mode,
    watch: @escaping StoreWatch = { (_) throws(HubStoreError) in }
  ) throws(HubStoreError) {
    let flags: Int32
    switch mode {
    case .read: flags = O_RDONLY
    case .write: flags = O_RDWR | O_CREAT
    case .create: flags = O_RDWR | O_CREAT | O_EXCL
    case .folder: flags = O_RDONLY | O_DIRECTORY
    }
    let descriptor = open(path, flags | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else { throw StoreFiles.failure(path) }
    self.descriptor = descriptor
    self.path = path
    self.watch = watch
  }

  deinit {
    // A program that another thread starts at this moment has a copy of the descriptor until it is
    // loaded; the lock, if there is one, must not wait for that.
    flock(descriptor, LOCK_UN)
    close(descriptor)
  }

  /// The length of the file at a path in bytes; nothing where there is none.
  static func length(ofFileAt path: String) throws(HubStoreError) -> UInt64? {
    var status = stat()
    if stat(path, &status) == 0 { return UInt64(status.st_size) }
    if errno == ENOENT { return nil }
    throw StoreFiles.failure(path)
  }

  /// Whether the file still stands at its path.
  var isInPlace: Bool {
    var (mine, found) = (stat(), stat())
    return fstat(descriptor, &mine) == 0 && lstat(path, &found) == 0
      && mine.st_dev == found.st_dev && mine.st_ino == found.st_ino
  }

  /// The length in bytes.
  func size() throws(HubStoreError) -> UInt64 {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw StoreFiles.failure(path) }
    return UInt64(status.st_size)
  }

  /// Reads up to a buffer's count of bytes and says how many; fewer only at the end.
  func read(at offset: UInt64, into buffer: UnsafeMutableRawBufferPointer)
    throws(HubStoreError) -> Int
  {
    var done = 0
    while done < buffer.count {
      let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[done...])
      let count = pread(descriptor, rest.baseAddress, rest.count, off_t(offset) + off_t(done))
      if count < 0 {
        if errno == EINTR { continue }
        throw StoreFiles.failure(path)
      }
      if count == 0 { break }
      done += count
    }
    return done
  }

  /// Reads exactly so many bytes, or fails as damaged.
  func bytes(at offset: UInt64, count: Int) throws(HubStoreError) -> [UInt8] {
    var failure: HubStoreError?
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
      do throws(HubStoreError) {
        initialized = try read(at: offset, into: UnsafeMutableRawBufferPointer(buffer))
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
    guard bytes.count == count else { throw .notAHub(path: path) }
    return bytes
  }

  /// Writes all bytes at an offset.
  func write(_ bytes: UnsafeRawBufferPointer, at offset: UInt64) throws(HubStoreError) {
    try watch(.write(path, offset: offset, count: bytes.count))
    var done = 0
    while done < bytes.count {
      let rest = UnsafeRawBufferPointer(rebasing: bytes[done...])
      let count = pwrite(descriptor, rest.baseAddress, rest.count, off_t(offset) + off_t(done))
      if count < 0 {
        if errno == EINTR { continue }
        throw StoreFiles.failure(path)
      }
      done += count
    }
  }

  /// Cuts or extends to a length.
  func truncate(to size: UInt64) throws(HubStoreError) {
    try watch(.truncate(path, to: size))
    guard ftruncate(descriptor, off_t(size)) == 0 else { throw StoreFiles.failure(path) }
  }

  /// Waits until everything written is on the disk.
  func sync() throws(HubStoreError) {
    try watch(.sync(path))
    do throws(Errno) { try FileDescriptor.synchronize(descriptor) } catch {
      throw StoreFiles.failure(error.rawValue, path)
    }
  }

  /// Takes the lock of the file, or returns false where another process holds it.
  func lock(shared: Bool) throws(HubStoreError) -> Bool {
    while flock(descriptor, (shared ? LOCK_SH : LOCK_EX) | LOCK_NB) != 0 {
      if errno == EWOULDBLOCK { return false }
      if errno != EINTR { throw StoreFiles.failure(path) }
    }
    return true
  }
}
