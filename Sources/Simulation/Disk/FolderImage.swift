import Platform

/// A folder of the real disk with all that is in it, as a value.
struct FolderImage: Sendable {
  /// The contents of files, by their path in the folder.
  var files: [String: [UInt8]] = [:]
  /// The folders in it.
  var folders: Set<String> = []

  /// Reads a folder.
  init(of path: String) throws(Errno) {
    try add(POSIXFileSystem().openDirectory(path: path), "")
  }

  private mutating func add(_ folder: any Directory, _ prefix: String) throws(Errno) {
    for bytes in try folder.list().byteNames.sorted(by: { $0.lexicographicallyPrecedes($1) }) {
      let name = String(decoding: bytes, as: UTF8.self)
      if try folder.status(of: name).kind == .directory {
        folders.insert(prefix + name)
        try add(folder.openDirectory(name), prefix + name + "/")
      } else {
        files[prefix + name] = try folder.readFile(name)
      }
    }
  }

  /// Writes all of it into a folder that is not there yet.
  func write(to path: String) throws(Errno) {
    let system = POSIXFileSystem()
    try system.createDirectory(path: path, mode: 0o700)
    for folder in folders.sorted() {
      try system.createDirectory(path: path + "/" + folder, mode: 0o700)
    }
    for (file, bytes) in files {
      let (folder, name) = FolderImage.split(path + "/" + file)
      try system.openDirectory(path: folder).createFile(name, mode: 0o600).write(bytes)
    }
  }

  /// The bytes of a file; nothing where none is.
  static func bytes(ofFileAt path: String) -> [UInt8]? {
    let (folder, name) = split(path)
    do throws(Errno) {
      return try POSIXFileSystem().openDirectory(path: folder).readFile(name)
    } catch { return nil }
  }

  /// Whether something has a name.
  static func exists(_ path: String) -> Bool {
    let (folder, name) = split(path)
    do throws(Errno) {
      return try POSIXFileSystem().openDirectory(path: folder).statusIfPresent(of: name) != nil
    } catch { return false }
  }

  private static func split(_ path: String) -> (folder: String, name: String) {
    let names = path.split(separator: "/")
    return ("/" + names.dropLast().joined(separator: "/"), String(names.last ?? ""))
  }

  /// Takes a file or a folder with all that is in it away, or puts it elsewhere.
  mutating func move(_ path: String, to target: String?) {
    func isMoved(_ other: String) -> Bool { other == path || other.hasPrefix(path + "/") }
    for file in files.keys.filter(isMoved) {
      let bytes = files.removeValue(forKey: file)
      if let target { files[target + file.dropFirst(path.count)] = bytes }
    }
    for folder in folders.filter(isMoved) {
      folders.remove(folder)
      if let target { folders.insert(target + folder.dropFirst(path.count)) }
    }
  }
}
