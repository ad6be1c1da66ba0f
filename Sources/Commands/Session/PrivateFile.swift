import Platform

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A small file that its owner alone may read, in a folder that its owner alone may change.
struct PrivateFile {
  /// Why the file is not to be trusted.
  enum Problem: Error, Equatable {
    /// It, or its folder, belongs to somebody else.
    case foreign(path: String)
    /// Others may read it, or change its folder.
    case open(path: String, mode: UInt32)
    /// It is a link, or no file at all.
    case notAFile(path: String)
    /// It is larger than it can be.
    case tooLarge(path: String)
    /// The system refused.
    case system(Errno, path: String)
  }

  private static let limit = 1 << 20

  /// The folder; a link to a folder is allowed.
  let folder: String
  /// The name of the file in it.
  let name: String
  /// Whether one that others can read is taken all the same, as one of another program may be.
  var mayBeOpen = false

  /// The path of the file.
  var path: String { folder + "/" + name }

  /// Reads the file; nothing where there is none.
  func read() throws(Problem) -> [UInt8]? {
    let directory = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard directory >= 0 else {
      if Errno.last == .notFound { return nil }
      throw .system(.last, path: folder)
    }
    defer { close(directory) }
    try check(directory, folder, kind: S_IFDIR, forbidden: 0o022)
    let descriptor = openat(directory, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else {
      switch Errno.last {
      case .notFound: return nil
      case .linkLoop: throw .notAFile(path: path)
      default: throw .system(.last, path: path)
      }
    }
    let file = POSIXFileSystem.file(owning: descriptor)
    try check(descriptor, path, kind: S_IFREG, forbidden: 0o077)
    do throws(Errno) {
      return try file.readToEnd(limit: PrivateFile.limit)
    } catch {
      if error == .fileTooLarge { throw .tooLarge(path: path) }
      throw .system(error, path: path)
    }
  }

  private func check(
    _ descriptor: Int32, _ path: String, kind: mode_t, forbidden: mode_t
  ) throws(Problem) {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw .system(.last, path: path) }
    guard status.st_mode & S_IFMT == kind else { throw .notAFile(path: path) }
    guard status.st_uid == geteuid() else { throw .foreign(path: path) }
    guard mayBeOpen || status.st_mode & forbidden == 0 else {
      throw .open(path: path, mode: UInt32(status.st_mode & 0o777))
    }
  }

  /// Takes the right to replace the file, and makes its folder; nothing if another program has it.
  func lock(_ fileSystem: any FileSystem) throws(Problem) -> (any FileLock)? {
    // Nothing is made beside a file, or in a folder, that is not to be trusted.
    _ = try read()
    do throws(Errno) {
      try makeFolder(folder, fileSystem)
      return try fileSystem.openDirectory(path: folder).lock(name + ".lock")
    } catch {
      throw .system(error, path: path + ".lock")
    }
  }

  /// Puts new bytes in place at one instant, and makes the folder where there is none.
  ///
  /// Whoever changes what the file holds takes the lock before reading it; a whole new one needs none.
  func replace(with bytes: [UInt8], _ fileSystem: any FileSystem) throws(Problem) {
    // What stands there is not replaced where it could not be read: it may be somebody's else.
    _ = try read()
    do throws(Errno) {
      try makeFolder(folder, fileSystem)
      try fileSystem.openDirectory(path: folder).replaceFile(name, with: bytes, mode: 0o600)
    } catch {
      throw .system(error, path: path)
    }
  }

  private func makeFolder(_ path: String, _ fileSystem: any FileSystem) throws(Errno) {
    do throws(Errno) { try fileSystem.createDirectory(path: path, mode: 0o700) } catch {
      switch error {
      case .exists: return
      case .notFound:
        guard let slash = path.lastIndex(of: "/"), slash != path.startIndex else { throw error }
        try makeFolder(String(path[..<slash]), fileSystem)
        // Another program may have made it meanwhile.
        try makeFolder(path, fileSystem)
      default: throw error
      }
    }
  }
}
