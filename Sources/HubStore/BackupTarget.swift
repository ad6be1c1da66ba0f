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

  private static let markName = "backup-under-way"

  /// Prepares a folder that does not exist, is empty, or holds what a cut backup left.
  ///
  /// - Throws: ``HubStoreError/notEmpty(path:)`` where it holds something else, or another backup
  ///   is writing there; ``HubStoreError/insideItself(path:)`` within the hub's own folder.
  init(_ folder: DataFolder, of source: DataFolder) throws(HubStoreError) {
    try BackupTarget.requireRoom(in: folder, of: source)
    try StoreFiles.makeFolder(folder.path)
    let mark = try OpenFile(folder.path + "/" + BackupTarget.markName, .write)
    guard try mark.lock(shared: false) else { throw .notEmpty(path: folder.path) }
    for name in try StoreFiles.names(in: folder.path) where name != BackupTarget.markName {
      try StoreFiles.removeTree(folder.path + "/" + name)
    }
    try folder.makeFolders()
    self.folder = folder
    self.mark = mark
  }

  /// Fails where no backup may be written.
  static func requireRoom(
    in folder: DataFolder, of source: DataFolder
  ) throws(HubStoreError) {
    if try lies(folder.path, within: source.path) { throw .insideItself(path: folder.path) }
    guard StoreFiles.exists(folder.path) else { return }
    let names = try StoreFiles.names(in: folder.path)
    let ours: Set = [
      markName, "hub.db", "hub.db-wal", "hub.db-shm", "hub.db-journal", "projects", "deleted",
      "format.new",
    ]
    guard names.isEmpty || (names.contains(markName) && ours.isSuperset(of: names)) else {
      throw .notEmpty(path: folder.path)
    }
  }

  /// Declares the backup whole.
  ///
  /// The format comes last but one: a folder without it is no hub.
  func finish() throws(HubStoreError) {
    try StoreFiles.syncFolder(folder.path)
    try folder.writeFormat(DataFolder.format)
    try StoreFiles.remove(mark.path)
    try StoreFiles.syncFolder(folder.path)
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
