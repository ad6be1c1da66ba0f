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
struct StoreFiles: Sendable {
  private let watch: StoreWatch

  /// Takes who is told each step before it happens.
  init(watch: @escaping StoreWatch = { (_) throws(HubStoreError) in }) { self.watch = watch }

  /// The error of the last system call.
  static func failure(_ path: String) -> HubStoreError { failure(errno, path) }

  static func failure(_ code: Int32, _ path: String) -> HubStoreError {
    switch code {
    case ENOSPC, EDQUOT: .storageFull
    default: .system(errno: code, path: path)
    }
  }

  /// Makes a folder that only its owner may enter, where there is none yet.
  func makeFolder(_ path: String) throws(HubStoreError) {
    try watch(.makeFolder(path))
    if mkdir(path, 0o700) != 0, errno != EEXIST { throw StoreFiles.failure(path) }
  }

  /// Opens a file to write, and makes it where there is none; a new one must not be there.
  func open(_ path: String, isNew: Bool = false) throws(HubStoreError) -> OpenFile {
    try watch(.open(path))
    return try OpenFile(path, isNew ? .create : .write, watch: watch)
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
  func move(_ source: String, to destination: String) throws(HubStoreError) {
    try watch(.move(source, to: destination))
    guard rename(source, destination) == 0 else { throw StoreFiles.failure(source) }
  }

  /// Removes a file; one that is not there is fine.
  func remove(_ path: String) throws(HubStoreError) {
    try watch(.remove(path))
    if unlink(path) != 0, errno != ENOENT { throw StoreFiles.failure(path) }
  }

  /// Removes a folder with all that it holds; links are removed, never followed.
  func removeTree(_ path: String) throws(HubStoreError) {
    var status = stat()
    guard lstat(path, &status) == 0 else { return }
    if status.st_mode & S_IFMT == S_IFDIR {
      for name in try StoreFiles.names(in: path) { try removeTree(path + "/" + name) }
      try watch(.remove(path))
      guard rmdir(path) == 0 else { throw StoreFiles.failure(path) }
    } else {
      try remove(path)
    }
  }

  /// Waits until the names in a folder are on the disk.
  func syncFolder(_ path: String) throws(HubStoreError) {
    try watch(.syncFolder(path))
    try OpenFile(path, .folder).sync()
  }

  /// Writes a small file whole: under another name first, then renamed, each on the disk.
  func write(_ text: String, to path: String) throws(HubStoreError) {
    let temporary = path + ".new"
    try remove(temporary)
    let file = try open(temporary, isNew: true)
    var failure: HubStoreError?
    Array(text.utf8).withUnsafeBytes { bytes in
      do throws(HubStoreError) { try file.write(bytes, at: 0) } catch { failure = error }
    }
    if let failure { throw failure }
    try file.sync()
    try move(temporary, to: path)
    try syncFolder(StoreFiles.parent(of: path))
  }

  /// Copies so many bytes of a file into a new one and waits until they are on the disk.
  func copy(_ source: String, to destination: String, count: UInt64)
    throws(HubStoreError)
  {
    let input = try OpenFile(source, .read)
    let output = try open(destination, isNew: true)
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
