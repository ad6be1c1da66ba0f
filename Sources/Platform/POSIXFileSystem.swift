import CSystem

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The files of the operating system.
package struct POSIXFileSystem: FileSystem {
  /// Makes the door.
  package init() {}

  package func openDirectory(path: String) throws(Errno) -> any Directory {
    guard !path.utf8.contains(0) else { throw .invalidArgument }
    let number = try retrying { open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
    return POSIXDirectory(FileDescriptor(owning: number))
  }

  package func createDirectory(path: String, mode: UInt32) throws(Errno) {
    guard !path.utf8.contains(0) else { throw .invalidArgument }
    try retrying { mkdir(path, mode_t(truncatingIfNeeded: mode)) }
  }

  package func resolve(path: String) throws(Errno) -> String {
    guard !path.utf8.contains(0) else { throw .invalidArgument }
    guard let resolved = realpath(path, nil) else { throw .last }
    defer { free(resolved) }
    return String(cString: resolved)
  }
}
