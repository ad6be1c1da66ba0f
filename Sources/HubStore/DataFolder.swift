/// The layout of a hub's data folder and its format file.
///
/// `format` · `hub.lock` · `maintenance.lock` · `hub.db` · `projects/ID/packs/N.pack` ·
/// `projects/ID/large/DIGEST` · `projects/ID/uploads/DIGEST` · `deleted/ID`
package struct DataFolder: Hashable, Sendable {
  /// The format that this program reads and writes.
  package static let format = 1
  private static let mark = "syncline-hub "

  /// The path of the folder.
  package let path: String

  /// Takes the path of a folder, which need not exist yet.
  package init(_ path: String) {
    self.path = path
  }

  var database: String { path + "/hub.db" }
  var formatFile: String { path + "/format" }
  var lockFile: String { path + "/hub.lock" }
  var maintenanceLockFile: String { path + "/maintenance.lock" }
  var projects: String { path + "/projects" }
  var deleted: String { path + "/deleted" }

  func project(_ id: String) -> String { projects + "/" + id }
  func packs(_ id: String) -> String { project(id) + "/packs" }
  func pack(_ id: String, _ number: Int64) -> String { packs(id) + "/\(number).pack" }
  func larges(_ id: String) -> String { project(id) + "/large" }
  func uploads(_ id: String) -> String { project(id) + "/uploads" }

  /// The format that the folder was written in, or nothing where there is no hub yet.
  ///
  /// - Throws: ``HubStoreError/notAHub(path:)`` where the file is not one that a hub writes.
  package func foundFormat() throws(HubStoreError) -> Int? {
    guard StoreFiles.exists(formatFile) else { return nil }
    let file = try OpenFile(formatFile, .read)
    let size = try file.size()
    guard size <= 64 else { throw .notAHub(path: formatFile) }
    let text = String(decoding: try file.bytes(at: 0, count: Int(size)), as: UTF8.self)
    guard text.hasPrefix(DataFolder.mark), text.hasSuffix("\n"),
      let number = Int(text.dropFirst(DataFolder.mark.count).dropLast()), number > 0
    else { throw .notAHub(path: formatFile) }
    return number
  }

  /// Writes the format file.
  func writeFormat(_ number: Int) throws(HubStoreError) {
    try StoreFiles().write("\(DataFolder.mark)\(number)\n", to: formatFile)
  }

  /// Makes the folders of an empty hub; whatever is there already stays.
  func makeFolders() throws(HubStoreError) {
    for folder in [path, projects, deleted] { try StoreFiles().makeFolder(folder) }
  }

  /// Makes the folders of one project and waits until they are on the disk.
  func makeProjectFolders(
    _ id: String, with files: StoreFiles = StoreFiles()
  ) throws(HubStoreError) {
    try files.makeFolder(project(id))
    for folder in [packs(id), larges(id), uploads(id)] { try files.makeFolder(folder) }
    try files.syncFolder(project(id))
    try files.syncFolder(projects)
  }
}
