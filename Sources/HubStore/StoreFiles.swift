#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The few operations on whole files and folders that the store needs.
///
/// All names below the data folder are made by the store itself, from digits only.
enum StoreFiles {
  /// The error of the last system call.
  static func failure(_ path: String) -> HubStoreError {
    switch errno {
    case ENOSPC, EDQUOT: .storageFull
    default: .system(errno: errno, path: path)
    }
  }

  /// Makes a folder that only its owner may enter, where there is none yet.
  static func makeFolder(_ path: String) throws(HubStoreError) {
    if mkdir(path, 0o700) != 0, errno != EEXIST { throw failure(path) }
  }

  /// Tells whether something is there.
  static func exists(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0
  }

  /// The names in a folder, without `.` and `..`, sorted.
  static func names(in path: String) throws(HubStoreError) -> [String] {
    guard let stream = opendir(path) else { throw failure(path) }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { tuple in
        tuple.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  /// Renames, replacing what has the new name.
  static func move(_ source: String, to destination: String) throws(HubStoreError) {
    guard rename(source, destination) == 0 else { throw failure(source) }
  }

  /// Removes a file; one that is not there is fine.
  static func remove(_ path: String) throws(HubStoreError) {
    if unlink(path) != 0, errno != ENOENT { throw failure(path) }
  }

  /// Removes a folder with all that it holds; links are removed, never followed.
  static func removeTree(_ path: String) throws(HubStoreError) {
    var status = stat()
    guard lstat(path, &status) == 0 else { return }
    if status.st_mode & S_IFMT == S_IFDIR {
      for name in try names(in: path) { try removeTree(path + "/" + name) }
      guard rmdir(path) == 0 else { throw failure(path) }
    } else {
      try remove(path)
    }
  }

  /// Waits until the names in a folder are on the disk.
  static func syncFolder(_ path: String) throws(HubStoreError) {
    try OpenFile(path, .folder).sync()
  }

  /// Writes a small file whole: under another name first, then renamed, each on the disk.
  static func write(_ text: String, to path: String) throws(HubStoreError) {
    let temporary = path + ".new"
    try remove(temporary)
    let file = try OpenFile(temporary, .create)
    var failure: HubStoreError?
    Array(text.utf8).withUnsafeBytes { bytes in
      do throws(HubStoreError) { try file.write(bytes, at: 0) } catch { failure = error }
    }
    if let failure { throw failure }
    try file.sync()
    try move(temporary, to: path)
    try syncFolder(parent(of: path))
  }

  /// Copies so many bytes of a file into a new one and waits until they are on the disk.
  static func copy(_ source: String, to destination: String, count: UInt64)
    throws(HubStoreError)
  {
    let input = try OpenFile(source, .read)
    let output = try OpenFile(destination, .create)
    let step = 1 << 20
    var offset: UInt64 = 0
    while offset < count {
      let bytes = try input.bytes(at: offset, count: Int(min(UInt64(step), count - offset)))
      try output.write(bytes, at: offset)
      offset += UInt64(bytes.count)
    }
    try output.sync()
  }

  /// The folder that holds a path.
  static func parent(of path: String) -> String {
    guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }
}

extension OpenFile {
  /// Writes an array at an offset.
  func write(_ bytes: [UInt8], at offset: UInt64) throws(HubStoreError) {
    var failure: HubStoreError?
    bytes.withUnsafeBytes { buffer in
      do throws(HubStoreError) { try write(buffer, at: offset) } catch { failure = error }
    }
    if let failure { throw failure }
  }
}
