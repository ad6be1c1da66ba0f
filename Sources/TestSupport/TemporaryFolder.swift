package import Platform

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A fresh folder on the disk that goes, with all that is in it, when its last reference goes.
package final class TemporaryFolder: Sendable {
  /// The absolute path, without links in it.
  package let path: String

  /// Makes a folder below the system's folder for temporary files.
  package init() throws {
    let base = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    let name = base + "/syncline-test-" + String(Randomness.system.number(), radix: 36)
    let files = POSIXFileSystem()
    try files.createDirectory(path: name, mode: 0o700)
    path = try files.resolve(path: name)
  }

  deinit {
    do {
      let parent = try POSIXFileSystem().openDirectory(path: String(path[..<slash]))
      try TemporaryFolder.remove(
        String(path[path.index(after: slash)...]), from: parent)
    } catch {
      // A folder that cannot be removed is left to the system, which empties its place for these.
    }
  }

  private var slash: String.Index { path.lastIndex(of: "/") ?? path.startIndex }

  /// Opens the folder.
  package func open() throws(Errno) -> any Directory {
    try POSIXFileSystem().openDirectory(path: path)
  }

  /// Opens a folder below, after making what is missing on the way.
  package func folder(_ below: String) throws(Errno) -> any Directory {
    var folder = try open()
    for name in below.utf8.split(separator: UInt8(ascii: "/")) {
      folder = try folder.openOrCreateDirectory(Substring(name), mode: 0o777)
    }
    return folder
  }

  /// Writes a file, after making what is missing on the way; an old one is written in place.
  package func write(
    _ text: String, to below: String, mode: UInt32 = 0o644
  ) throws(Errno) {
    try write(Array(text.utf8), to: below, mode: mode)
  }

  /// Writes a file, after making what is missing on the way; an old one is written in place.
  package func write(
    _ bytes: [UInt8], to below: String, mode: UInt32 = 0o644
  ) throws(Errno) {
    let (folder, name) = try split(below)
    do throws(Errno) {
      try folder.createFile(name, mode: mode).write(bytes)
    } catch {
      guard error == .exists else { throw error }
      let file = try folder.openFileForUpdate(name)
      try file.truncate(to: 0)
      try file.write(bytes)
    }
  }

  /// Reads a file.
  package func read(_ below: String) throws(Errno) -> [UInt8] {
    let (folder, name) = try split(below)
    return try folder.readFile(name)
  }

  /// Reads a file as text.
  package func text(_ below: String) throws(Errno) -> String {
    String(decoding: try read(below), as: UTF8.self)
  }

  /// Removes a file or link.
  package func removeFile(_ below: String) throws(Errno) {
    let (folder, name) = try split(below)
    try folder.removeFile(name)
  }

  /// Makes a link.
  package func link(_ below: String, to target: String) throws(Errno) {
    let (folder, name) = try split(below)
    try folder.createLink(name, target: target)
  }

  /// Sets when a file was last edited, in seconds since 1970.
  package func setModified(_ seconds: Int, of below: String) throws {
    let time = timespec(tv_sec: seconds, tv_nsec: 1)
    guard utimensat(AT_FDCWD, path + "/" + below, [time, time], 0) == 0 else { throw Errno.last }
  }

  /// Sets the permission bits of a file or folder.
  package func setMode(_ mode: UInt32, of below: String) throws {
    guard chmod(path + "/" + below, mode_t(mode)) == 0 else { throw Errno.last }
  }

  /// Tells whether something stands at a name.
  package func exists(_ below: String) -> Bool {
    do throws(Errno) {
      let (folder, name) = try split(below)
      return try folder.statusIfPresent(of: name) != nil
    } catch {
      return false
    }
  }

  /// Every file, link and empty folder below, sorted, as paths.
  package func everything() throws(Errno) -> [String] {
    var found: [String] = []
    try TemporaryFolder.collect(try open(), "", &found)
    return found.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  private static func collect(
    _ folder: any Directory, _ prefix: String, _ found: inout [String]
  ) throws(Errno) {
    for name in try folder.list().byteNames {
      let path = prefix + String(decoding: name, as: UTF8.self)
      let inner = try EntryName.with(bytes: name) { (name) throws(Errno) -> (any Directory)? in
        try folder.status(of: name).kind == .directory ? try folder.openDirectory(name) : nil
      }
      guard let inner else {
        found.append(path)
        continue
      }
      let count = found.count
      try collect(inner, path + "/", &found)
      if found.count == count { found.append(path + "/") }
    }
  }

  private func split(_ below: String) throws(Errno) -> (any Directory, String) {
    let slash = below.utf8.lastIndex(of: UInt8(ascii: "/"))
    guard let slash else { return (try open(), below) }
    return (
      try folder(String(below[..<slash])), String(below[below.utf8.index(after: slash)...])
    )
  }

  private static func remove(_ name: String, from folder: any Directory) throws(Errno) {
    try remove(bytes: Array(name.utf8), from: folder)
  }

  private static func remove(bytes name: [UInt8], from folder: any Directory) throws(Errno) {
    let inner = try EntryName.with(bytes: name) { (name) throws(Errno) -> (any Directory)? in
      guard try folder.status(of: name).kind == .directory else {
        try folder.removeFile(name)
        return nil
      }
      return try folder.openDirectory(name)
    }
    guard let inner else { return }
    for name in try inner.list().byteNames { try remove(bytes: name, from: inner) }
    try EntryName.with(bytes: name) { (name) throws(Errno) in try folder.removeDirectory(name) }
  }
}
