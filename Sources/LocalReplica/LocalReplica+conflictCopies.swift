import Crypto
package import Platform
package import SyncCore
package import SyncModel

/// Conflict copies outside of the tree: plain files below `.syncline/conflicts/`, never removed by us.
extension LocalReplica {
  private static let folderName = "conflicts"

  /// Keeps the loser of a conflict, and tells where from the project's root.
  ///
  /// The same content under the same path is kept once. Fails with ``Errno/nameTooLong`` when there
  /// is no name for it.
  package func keepConflictCopy(_ bytes: [UInt8], of copy: AsideCopy) throws(Errno) -> SyncPath {
    let root = try privateFolder().openOrCreateDirectory(Self.folderName, mode: 0o700)
    var folders = FolderStack(root: root, mode: 0o700)
    for digits in ConflictCopy.fewestDigits...copy.file.digest.hex.utf8.count {
      guard let named = copy.place(digits: digits) else { break }
      let below = named.key.dropFirst(AsideCopy.folder.count + 1)
      let place = try folders.place(of: String(below), creating: true)
      if let found = try place.folder.statusIfPresent(of: place.name) {
        guard found.kind == .file, found.size == copy.file.size,
          SHA256.hash(try place.folder.readFile(place.name)) == copy.file.digest
        else { continue }
        return named
      }
      try place.folder.replaceFile(place.name, with: bytes, mode: 0o600)
      return named
    }
    throw .nameTooLong
  }

  /// The conflict copies outside of the tree, from the project's root, sorted.
  package func conflictCopies() throws(Errno) -> [SyncPath] {
    guard let state, try state.statusIfPresent(of: Self.folderName) != nil else { return [] }
    var found: [SyncPath] = []
    try Self.gather(
      try state.openDirectory(Self.folderName), below: AsideCopy.folder, depth: 0, &found)
    return found.sorted()
  }

  private static func gather(
    _ folder: any Directory, below path: String, depth: Int, _ found: inout [SyncPath]
  ) throws(Errno) {
    guard depth < SyncPath.maximumDepth else { return }
    for name in try folder.list().byteNames {
      guard let text = String(validating: name, as: UTF8.self) else { continue }
      let inner = path + "/" + text
      switch try folder.status(of: text).kind {
      case .directory:
        try gather(try folder.openDirectory(text), below: inner, depth: depth + 1, &found)
      case .file: found.append(SyncPath(trusted: inner))
      case .link, .special, .unknown: continue
      }
    }
  }
}
