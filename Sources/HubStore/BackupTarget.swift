#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The folder that a backup is written into, held from its first file to its last.
///
/// It has a file of its own in it until the backup is whole, by which a later one knows what a
/// cut one left: that is taken away, anything else of anybody stays and is refused.
struct BackupTarget {
  let folder: DataFolder
  private let mark: OpenFile
  private let isNew: Bool

  private static let markName = "backup-under-way"
  /// What a backup that was cut short may have left.
  private static let ours: Set = [
    markName, "hub.db", "hub.db-wal", "hub.db-shm", "hub.db-journal", "projects", "deleted",
    "format.new",
  ]

  /// Prepares a folder that does not exist, is empty, or holds what a cut backup left.
  ///
  /// - Throws: ``HubStoreError/notEmpty(path:)`` where it holds something else;
  ///   ``HubStoreError/targetInUse(path:)`` where another backup is writing there;
  ///   ``HubStoreError/insideItself(path:)`` within the hub's own folder.
  init(_ folder: DataFolder, of source: DataFolder) throws(HubStoreError) {
    try BackupTarget.requireRoom(in: folder, of: source)
    isNew = !StoreFiles.exists(folder.path)
    try StoreFiles().makeFolder(folder.path)
    let mark = try OpenFile(folder.path + "/" + BackupTarget.markName, .write)
    guard try mark.lock(shared: false) else { throw .targetInUse(path: folder.path) }
    // Another backup may have come to its end since the look: its mark is gone, or there is more
    // here than a cut one leaves.
    guard mark.isInPlace else { throw .targetInUse(path: folder.path) }
    let names = try StoreFiles.names(in: folder.path)
    guard BackupTarget.holdsOnlyOurs(folder, names) else {
      try StoreFiles().remove(mark.path)
      throw .notEmpty(path: folder.path)
    }
    for name in names where name != BackupTarget.markName {
      try StoreFiles().removeTree(folder.path + "/" + name)
    }
    self.folder = folder
    self.mark = mark
  }

  /// Makes what a hub's folder has before anything is in it.
  func prepare() throws(HubStoreError) {
    try folder.makeFolders()
    // For its owner alone, also in a folder that others may read.
    _ = try OpenFile(folder.database, .write)
  }

  /// Fails where no backup may be written.
  static func requireRoom(
    in folder: DataFolder, of source: DataFolder
  ) throws(HubStoreError) {
    if try lies(folder.path, within: source.path) { throw .insideItself(path: folder.path) }
    guard StoreFiles.exists(folder.path) else { return }
    let names = try StoreFiles.names(in: folder.path)
    if names.isEmpty { return }
    guard names.contains(markName), holdsOnlyOurs(folder, names) else {
      throw .notEmpty(path: folder.path)
    }
  }

  /// Tells whether a folder holds, down to its files, nothing but what a cut backup leaves; what
  /// cannot be looked at is somebody else's.
  private static func holdsOnlyOurs(_ folder: DataFolder, _ names: [String]) -> Bool {
    guard ours.isSuperset(of: names) else { return false }
    let folders = ["projects", "deleted"]
    guard names.allSatisfy({ folders.contains($0) || isFile(folder.path + "/" + $0) }) else {
      return false
    }
    do throws(HubStoreError) {
      // Ours is empty: the lock on it is all that it says.
      let mark = folder.path + "/" + markName
      if names.contains(markName), try OpenFile.length(ofFileAt: mark) != 0 { return false }
      if names.contains("deleted"), try !StoreFiles.names(in: folder.deleted).isEmpty {
        return false
      }
      guard names.contains("projects") else { return true }
      for id in try StoreFiles.names(in: folder.projects) {
        let places: Set = [folder.packs(id), folder.larges(id), folder.uploads(id)]
        for kind in try StoreFiles.names(in: folder.project(id)) {
          let place = folder.project(id) + "/" + kind
          guard places.contains(place) else { return false }
          for name in try StoreFiles.names(in: place) {
            guard isContent(name), isFile(place + "/" + name) else { return false }
          }
        }
      }
      return true
    } catch { return false }
  }

  /// Tells whether a name is that of a pack or of a content's digest.
  private static func isContent(_ name: String) -> Bool {
    if name.hasSuffix(".pack") { return Int64(name.dropLast(5)) != nil }
    return name.utf8.count == 64
      && name.utf8.allSatisfy { Character(Unicode.Scalar($0)).isHexDigit }
  }

  private static func isFile(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
  }

  /// Declares the backup whole.
  ///
  /// The format comes last but one: a folder without it is no hub.
  func finish() throws(HubStoreError) {
    try StoreFiles().syncFolder(folder.path)
    try folder.writeFormat(DataFolder.format)
    try StoreFiles().remove(mark.path)
    try StoreFiles().syncFolder(folder.path)
  }

  /// Takes away what was written, after trouble: half a backup is of no use to anybody.
  ///
  /// What cannot be removed stays with the mark, by which a later backup knows it; the trouble that
  /// led here is what its caller is told.
  func abandon() {
    guard mark.isInPlace, let names = try? StoreFiles.names(in: folder.path),
      BackupTarget.holdsOnlyOurs(folder, names),
      names.allSatisfy({ name in
        let isMark = name == BackupTarget.markName
        return isMark || (try? StoreFiles().removeTree(folder.path + "/" + name)) != nil
      })
    else { return }
    try? StoreFiles().remove(mark.path)
    // Only if nobody has put anything there since.
    if isNew { rmdir(folder.path) }
  }

  /// Tells whether a path, which need not exist yet, leads into a folder.
  private static func lies(
    _ path: String, within folder: String
  ) throws(HubStoreError) -> Bool {
    var rest = path
    while !StoreFiles.exists(rest), rest != "/", rest != "." { rest = StoreFiles.parent(of: rest) }
    let (inner, outer) = (try resolved(rest), try resolved(folder))
    return inner == outer || inner.hasPrefix(outer == "/" ? outer : outer + "/")
  }

  private static func resolved(_ path: String) throws(HubStoreError) -> String {
    guard let text = realpath(path, nil) else { throw StoreFiles.failure(path) }
    defer { free(text) }
    return String(cString: text)
  }
}
